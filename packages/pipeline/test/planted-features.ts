import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';

export const DIMS = 16;

/** A cloud of rows about the mean that belongs to a source's name. */
export function plantRows(source: string, count: number, seed: number): Float32Array {
  const place = createRandom(1, `planted/${source}`);
  const mean = Float32Array.from({ length: DIMS }, () => 6 * place.normal());
  const random = createRandom(seed, `planted/${source}`);
  return Float32Array.from({ length: count * DIMS }, (_, i) => (mean[i % DIMS] as number) + random.normal());
}

/** Numbers of rows by source. */
export type Counts = Readonly<Record<string, number>>;

export interface FeatureTable {
  /** Source of each row, as the table names it. */
  readonly sources: readonly string[];
  readonly data: Float32Array;
}

/** Rows of several sources one after the other. */
export function plantTable(counts: Counts, seed: number): FeatureTable {
  const blocks = Object.entries(counts).map(([source, count]) => plantRows(source, count, seed));
  return {
    sources: Object.entries(counts).flatMap(([source, count]) => Array.from({ length: count }, () => source)),
    data: Float32Array.from(blocks.flatMap((block) => [...block])),
  };
}

/** Writes `NAME.npy`, and `NAME.csv` with the ids `NAME-0` and so on. */
export function writeTable(
  folder: string,
  name: string,
  { sources, data }: FeatureTable,
  { columns = ['id', 'source'], group = (row: number) => String(row) } = {},
): void {
  mkdirSync(folder, { recursive: true });
  const shape = [sources.length, data.length / sources.length];
  writeFileSync(join(folder, `${name}.npy`), encodeNpy({ shape, data }));
  const lines = sources.map((source, row) => {
    const values: Readonly<Record<string, string>> = { id: `${name}-${row}`, source, group: group(row) };
    return columns.map((column) => values[column]).join(',');
  });
  writeFileSync(join(folder, `${name}.csv`), `${[columns.join(','), ...lines].join('\n')}\n`);
}

/** Three known sources, and a discovery set with them and three others, by default with their names. */
export function plantStudy(folder: string, { isNamed = true } = {}): void {
  writeTable(folder, 'x', plantTable({ anna: 15, bert: 15, carl: 15 }, 1));
  const discovery = plantTable({ anna: 10, bert: 10, carl: 10, dora: 20, emil: 20, fred: 20 }, 2);
  writeTable(folder, 'y', discovery, isNamed ? {} : { columns: ['id'] });
}

/** The configuration of that study, with options small enough for its size. */
export const STUDY_CONFIG = `
run: { rounds: 2, threads: 1 }
data: { knownFeatures: x.npy, discoveryFeatures: y.npy }
extractor:
  whitening: { leading: 12 }
  embedding: { hiddenSizes: [16, 8], epochs: 3, batchSize: 16 }
ood: { hashCount: 256 }
kmeans: { clusterCount: 8 }
refine: { minimumSize: 3 }
`;
