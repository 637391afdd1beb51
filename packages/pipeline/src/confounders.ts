import { type Assignment, rowsWhere } from '@ganscout/data-model';
import type { ImageRecord } from '@ganscout/images';

/** Names of the facts; of equally strong ones the first is reported. */
const FACTS = ['jpegQuality', 'size', 'format', 'encoding', 'chroma', 'colorProfile', 'metadata'] as const;

/** A property of files that a discovered source may stand for. */
export interface Confounder {
  readonly fact: (typeof FACTS)[number];
  readonly value: string;
  /** Share of the source's files that have the value. */
  readonly inside: number;
  /** Share of the other files that have it. */
  readonly outside: number;
  /** Matthews correlation of having the value and being of the source, in (0, 1]. */
  readonly strength: number;
}

/** What a confounder must reach: share of the source's files, correlation, files that have it, chance. */
const LEAST_INSIDE = 0.8;
const LEAST_STRENGTH = 0.5;
const FEWEST_FILES = 5;
/** Probability of so many by chance, of one test. There is one for each value of each fact in each source. */
const LARGEST_CHANCE = 1e-3;
/** Sources that a warning names. */
const MOST_NAMED = 3;

/** Files inside and outside of a source that have a value, and all files inside and outside. */
interface Table {
  readonly inside: number;
  readonly outside: number;
  readonly allInside: number;
  readonly allOutside: number;
}

/**
 * Finds for each source the fact about files that explains it best, if one does.
 *
 * A fact explains a source if at least 80 % and at least 5 of its files have one value of it, the correlation of having
 * that value and being of the source is at least 0.5, and Fisher's exact test (one-sided) gives at most 0.001. A value
 * that all files share explains nothing, nor does one that is not known. The patches that a source has of one file count
 * as one. Of equally strong facts the first counts in the order JPEG quality, size, format, encoding, chroma, color
 * profile, metadata.
 *
 * @param records one a row of the assignment.
 * @returns one entry a label; null for known sources and where nothing explains it.
 *
 * Cost: O(F · (N + values · clusters)) for F facts, besides the tests.
 * Source: correlation, B. W. Matthews, Biochim. Biophys. Acta 405(2), 1975; test, R. A. Fisher, J. R. Stat. Soc. 85(1),
 * 1922.
 */
export function findConfounders(
  records: readonly FactsRecord[],
  { labels, knownCount, clusterCount }: Assignment,
): (Confounder | null)[] {
  if (records.length !== labels.length) {
    throw new TypeError(
      `findConfounders: there must be one record a label, got ${records.length} and ${labels.length}`,
    );
  }
  const files = firstRows(records, labels);
  const labelsOfFiles = files.map((row) => labels[row] as number);
  const logFactorials = tableOfLogFactorials(files.length);
  const best: (Confounder | null)[] = Array.from({ length: clusterCount }, () => null);
  for (const fact of FACTS) {
    const factOf = (file: number) => {
      const { format, facts } = records[files[file] as number] as FactsRecord;
      return fact === 'format' ? format : facts[fact];
    };
    for (const { label, value, table } of countValues(labelsOfFiles, factOf, clusterCount)) {
      if (label < knownCount || !isExplained(table, logFactorials)) continue;
      const found = { fact, value, ...sharesOf(table), strength: correlate(table) };
      if (found.strength > (best[label]?.strength ?? 0)) best[label] = found;
    }
  }
  return best;
}

/** Says a confounder in words, as `jpegQuality 75 (97 % inside, 4 % outside)`. */
export function describeConfounder({ fact, value, inside, outside }: Confounder): string {
  return `${fact} ${value} (${Math.round(100 * inside)} % inside, ${Math.round(100 * outside)} % outside)`;
}

/** One line that names the sources with a confounder; null if there are none. */
export function warnOfConfounders(
  rows: readonly { readonly source: string; readonly confounder: string }[],
): string | null {
  const [first, ...others] = rows.filter(({ confounder }) => confounder !== '');
  if (first === undefined) return null;
  const named = others.slice(0, MOST_NAMED - 1);
  const left = others.length - named.length;
  return [
    `${first.source} may be a file property rather than a generator: ${first.confounder}`,
    ...named.map(({ source, confounder }) => `likewise ${source}: ${confounder}`),
    ...(left > 0 ? [`and ${left} more, see sources.csv`] : []),
  ].join('; ');
}

type FactsRecord = Pick<ImageRecord, 'id' | 'format' | 'facts'>;

/** The first row of each file with each label; only patches of a file can share one. */
function firstRows(records: readonly FactsRecord[], labels: Int32Array): Int32Array {
  const files = new Set<string>();
  return rowsWhere(labels, (label, row) => {
    const { id } = records[row] as FactsRecord;
    const end = id.indexOf('#');
    if (end === -1) return true;
    const before = files.size;
    return files.add(`${label} ${id.slice(0, end)}`).size > before;
  });
}

/** The tables of each value of a fact and each label that has it, in the order in which they are met. */
function countValues(
  labels: Int32Array,
  factOf: (file: number) => string,
  clusterCount: number,
): { readonly label: number; readonly value: string; readonly table: Table }[] {
  const sizes = new Float64Array(clusterCount);
  const byValue = new Map<string, { total: number; readonly byLabel: Map<number, number> }>();
  for (const [file, label] of labels.entries()) {
    if (label >= 0) sizes[label]! += 1;
    const value = factOf(file);
    if (value === '') continue;
    const counts = byValue.get(value) ?? { total: 0, byLabel: new Map() };
    counts.total += 1;
    if (label >= 0) counts.byLabel.set(label, (counts.byLabel.get(label) ?? 0) + 1);
    byValue.set(value, counts);
  }
  return [...byValue].flatMap(([value, { total, byLabel }]) =>
    [...byLabel].map(([label, inside]) => {
      const allInside = sizes[label] as number;
      return {
        label,
        value,
        table: { inside, outside: total - inside, allInside, allOutside: labels.length - allInside },
      };
    }),
  );
}

function isExplained(table: Table, logFactorials: Float64Array): boolean {
  return (
    table.inside >= FEWEST_FILES &&
    sharesOf(table).inside >= LEAST_INSIDE &&
    correlate(table) >= LEAST_STRENGTH &&
    chanceOf(table, logFactorials) <= LARGEST_CHANCE
  );
}

function sharesOf({ inside, outside, allInside, allOutside }: Table): { inside: number; outside: number } {
  return { inside: inside / allInside, outside: allOutside === 0 ? 0 : outside / allOutside };
}

/** Matthews correlation; 0 if all files are inside, or all or none have the value. */
function correlate({ inside, outside, allInside, allOutside }: Table): number {
  const having = inside + outside;
  const product = allInside * allOutside * having * (allInside + allOutside - having);
  if (product === 0) return 0;
  return (inside * (allOutside - outside) - outside * (allInside - inside)) / Math.sqrt(product);
}

/** Probability that at least as many files inside have the value, if those that have it were drawn by lot. */
function chanceOf({ inside, outside, allInside, allOutside }: Table, logFactorials: Float64Array): number {
  const log = (n: number) => logFactorials[n] as number;
  const logChoose = (n: number, k: number) => log(n) - log(k) - log(n - k);
  const having = inside + outside;
  const all = logChoose(allInside + allOutside, having);
  let sum = 0;
  for (let drawn = inside; drawn <= Math.min(having, allInside); drawn++) {
    if (having - drawn > allOutside) continue;
    sum += Math.exp(logChoose(allInside, drawn) + logChoose(allOutside, having - drawn) - all);
  }
  return sum;
}

function tableOfLogFactorials(count: number): Float64Array {
  const table = new Float64Array(count + 1);
  for (let n = 2; n <= count; n++) table[n] = (table[n - 1] as number) + Math.log(n);
  return table;
}
