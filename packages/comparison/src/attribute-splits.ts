import { readFile } from 'node:fs/promises';
import { InputError, parseCsv } from '@ganscout/images';
import { type SplitRow, shuffled, sourcesWithGroups } from './splits.js';

/** What a table says of a source; '' where it says nothing, as of the architecture of real images. */
export interface SourceAttributes {
  readonly dataset: string;
  readonly architecture: string;
  readonly seed: string;
}

/** Attributes by the name of the source. */
export type AttributeTable = ReadonlyMap<string, SourceAttributes>;

/** Protocols that draw the known sources by an attribute. */
export const ATTRIBUTES = ['dataset', 'architecture', 'seed'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Which sources play which part. */
export interface DrawnSources {
  readonly known: readonly string[];
  readonly unknown: readonly string[];
  /** Unknown ones that differ in more than the attribute, or cannot be told apart by it. */
  readonly leftOut: readonly string[];
}

/** What each protocol draws, in words. */
export const ATTRIBUTE_MEANINGS: Readonly<Record<Attribute, string>> = {
  dataset:
    'half of the data sets are known; unknown are generators of a known architecture that learned from another data set. Real images are known, whatever they show',
  architecture:
    'half of the architectures are known; unknown are generators of the others that learned from a known data set. Real images are known',
  seed: 'of generators that differ in nothing but their seed half are known, the others unknown; all other sources are known',
};

/**
 * Reads a table with the columns source, dataset, architecture and seed, a source a row.
 *
 * @throws {InputError} if it cannot be read, lacks a column, or names a source twice.
 */
export async function readAttributes(file: string): Promise<AttributeTable> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`cannot read the attributes of sources: ${(error as Error).message}`);
  });
  const { columns, rows } = parseTable(text, file);
  const missing = ['source', ...ATTRIBUTES].filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new InputError(
      `${file}: there must be the columns source, dataset, architecture and seed; ${missing.join(', ')} is missing`,
    );
  }
  const table = new Map<string, SourceAttributes>();
  for (const row of rows) {
    const cell = (name: string) => (row[columns.indexOf(name)] as string).trim();
    const source = cell('source');
    if (table.has(source)) throw new InputError(`${file}: each source must have one row, ${source} has two`);
    table.set(source, {
      dataset: cell('dataset'),
      architecture: cell('architecture'),
      seed: cell('seed'),
    });
  }
  return table;
}

function parseTable(text: string, file: string) {
  try {
    return parseCsv(text);
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`);
  }
}

/** Kind of each source, as `planSplit` asks for it: a source without an architecture shows real images. */
export function kindsOf(attributes: AttributeTable): Map<string, string> {
  return new Map(
    [...attributes].map(([source, { architecture }]) => [source, architecture === '' ? 'real' : 'gan']),
  );
}

/**
 * Draws known and unknown sources so that the unknown ones differ from known ones in one attribute alone.
 *
 * @param rows images; sources that the table does not name, or with a single group of images, are left out.
 * @throws {InputError} if no source would be known, or none unknown.
 *
 * Source: after the unseen seeds, architectures and training data sets of T. Yang et al., "Progressive open space expansion for
 * open-set model attribution", CVPR 2023. Departs from it: every source of real images is a source of its own, and known.
 */
export function drawByAttribute(
  attribute: Attribute,
  rows: readonly SplitRow[],
  attributes: AttributeTable,
  seed: number,
): DrawnSources {
  const all = [...new Set(rows.map(({ source }) => source as string))].sort();
  const named = all.filter((source) => attributes.has(source));
  const labelable = new Set(sourcesWithGroups(rows));
  const isKnown = chooseKnown(attribute, named, attributes, seed);
  const known = named.filter((source) => labelable.has(source) && isKnown(source));
  const valuesOf = (name: Attribute) =>
    new Set(known.map((source) => attributes.get(source)?.[name]).filter((value) => value !== ''));
  // What the attribute itself tells apart was drawn; the other one must not be new as well.
  const other = ({ dataset: 'architecture', architecture: 'dataset', seed: null } as const)[attribute];
  const seen = other === null ? null : valuesOf(other);
  const unknown = named.filter(
    (source) => !isKnown(source) && (other === null || seen?.has(attributes.get(source)?.[other] as string)),
  );
  if (known.length === 0 || unknown.length === 0) {
    throw new InputError(
      `the table of attributes must allow a split by ${attribute} with known and unknown sources; with seed ${seed} it gives ${known.length} known and ${unknown.length} unknown ones of ${named.length}`,
    );
  }
  const leftOut = all.filter((source) => !known.includes(source) && !unknown.includes(source));
  return { known, unknown, leftOut };
}

function chooseKnown(
  attribute: Attribute,
  named: readonly string[],
  attributes: AttributeTable,
  seed: number,
): (source: string) => boolean {
  const isReal = (source: string) => attributes.get(source)?.architecture === '';
  const generators = named.filter((source) => !isReal(source));
  if (attribute === 'seed') {
    const unseen = new Set(siblings(generators, attributes).flatMap((family) => unseenOf(family, seed)));
    return (source) => !unseen.has(source);
  }
  const values = [
    ...new Set(generators.map((source) => attributes.get(source)?.[attribute] as string)),
  ].sort();
  const drawn = new Set(shuffled(values, seed, `by ${attribute}`).slice(0, Math.ceil(values.length / 2)));
  return (source) => isReal(source) || drawn.has(attributes.get(source)?.[attribute] as string);
}

/** Generators of one architecture that learned from one data set, where there are two or more. */
function siblings(generators: readonly string[], attributes: AttributeTable): string[][] {
  const families = new Map<string, string[]>();
  for (const source of generators) {
    const { architecture, dataset } = attributes.get(source) as SourceAttributes;
    const key = JSON.stringify([architecture, dataset]);
    families.set(key, [...(families.get(key) ?? []), source]);
  }
  return [...families.values()].filter((family) => family.length > 1);
}

function unseenOf(family: readonly string[], seed: number): string[] {
  return shuffled(family, seed, `seeds/${family.join('/')}`).slice(Math.ceil(family.length / 2));
}
