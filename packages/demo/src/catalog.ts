import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Names of the procedural data sets that stand for real images. */
export const REAL_DATA_SETS = ['dead-leaves', 'landscape'] as const;

export type RealDataSet = (typeof REAL_DATA_SETS)[number];

/** What is new about an unknown generator, given the known ones. */
export type Novelty = 'seed' | 'architecture' | 'architecture-and-data-set';

/** One trained generator of the demo, as `data/generators.json` lists it. */
export interface GeneratorEntry {
  readonly name: string;
  /** Path of the ONNX file, relative to the catalog's directory. */
  readonly file: string;
  readonly architecture: string;
  readonly loss: string;
  readonly dataset: RealDataSet;
  readonly seed: number;
  /** Input name → numbers an image; all are standard normal. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly role: 'known' | 'unknown';
  /** Null for a known generator. */
  readonly unknown: Novelty | null;
}

/** The embedded generators and the directory that holds them. */
export interface Catalog {
  readonly directory: string;
  readonly generators: readonly GeneratorEntry[];
}

const NOVELTIES: readonly unknown[] = ['seed', 'architecture', 'architecture-and-data-set'];

/**
 * Reads the list of generators.
 *
 * @param directory holds generators.json; by default the `data` directory of the checkout.
 * @throws {TypeError} if an entry lacks a field or has one of the wrong kind.
 */
export function readCatalog(directory = fileURLToPath(new URL('../../../data/', import.meta.url))): Catalog {
  const document = JSON.parse(readFileSync(`${directory}/generators.json`, 'utf8')) as {
    generators?: unknown;
  };
  if (!Array.isArray(document.generators)) {
    throw new TypeError('readCatalog: generators.json must have an array named "generators"');
  }
  return { directory, generators: document.generators.map(parseEntry) };
}

function parseEntry(value: unknown, index: number): GeneratorEntry {
  const entry = value as GeneratorEntry;
  const check = (holds: boolean, rule: string) => {
    if (!holds) {
      throw new TypeError(`readCatalog: generator ${index}: ${rule}, got ${JSON.stringify(value)}`);
    }
  };
  check(typeof value === 'object' && value !== null, 'must be an object');
  for (const key of ['name', 'file', 'architecture', 'loss'] as const) {
    check(typeof entry[key] === 'string' && entry[key] !== '', `${key} must be a non-empty string`);
  }
  check(REAL_DATA_SETS.includes(entry.dataset), `dataset must be one of ${REAL_DATA_SETS.join(', ')}`);
  check(Number.isInteger(entry.seed), 'seed must be an integer');
  check(typeof entry.inputs === 'object' && entry.inputs !== null, 'inputs must be an object');
  check(
    Object.values(entry.inputs).every((size) => Number.isInteger(size) && size > 0),
    'inputs must map names to positive integers',
  );
  const known = entry.role === 'known' && entry.unknown === null;
  check(
    known || (entry.role === 'unknown' && NOVELTIES.includes(entry.unknown)),
    'role and unknown must agree',
  );
  return entry;
}
