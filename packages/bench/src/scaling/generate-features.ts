import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { encodeNpyHeader } from '@ganscout/data-model';
import { formatCsvRow } from '@ganscout/images';
import { createRandom, type Random } from '@ganscout/numeric';

/** What is generated. */
export interface GeneratedSize {
  /** Discovery images. */
  readonly discovery: number;
  readonly dims: number;
  readonly knownSources: number;
  readonly unknownSources: number;
  /** Labelled images of each known source. */
  readonly labelledPerSource: number;
  readonly seed: number;
}

/** What measurements are made on, whatever the number of discovery images. */
export const GENERATED_SHAPE = { dims: 128, knownSources: 20, unknownSources: 30, labelledPerSource: 2000 };

/** Directions in which all images vary, whatever their source. */
const CONTENT_DIRECTIONS = 16;
const CONTENT_DEVIATION = 1.5;
const NOISE = 0.8;
/** Rows that are made before they are written. */
const BATCH = 4096;

/**
 * Writes features of known and unknown sources with a configuration for `ganscout run`, in a folder.
 *
 * An image is the mean of its source, content along 16 directions that all sources share, and noise. The sources of the
 * discovery images are drawn with weights between 1 and 9. Memory does not grow with the number of images.
 *
 * @returns path of the configuration.
 */
export function generateFeatures(folder: string, size: GeneratedSize): string {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(size.seed, 'bench/scaling');
  const sources = size.knownSources + size.unknownSources;
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const space = {
    dims: size.dims,
    means: normals(sources * size.dims),
    content: normals(CONTENT_DIRECTIONS * size.dims),
  };
  const labelled = size.knownSources * size.labelledPerSource;
  const labelOf = (row: number) => Math.floor(row / size.labelledPerSource);
  writeSet(join(folder, 'known'), labelled, labelOf, space, random);
  const choose = chooser(
    Float64Array.from({ length: sources }, () => 1 + 8 * random.uniform()),
    random,
  );
  writeSet(join(folder, 'discovery'), size.discovery, choose, space, random);
  const path = join(folder, 'pipeline.yaml');
  const data = 'data:\n  knownFeatures: known.npy\n  discoveryFeatures: discovery.npy\n';
  writeFileSync(path, `${data}run:\n  output: run\n`);
  return path;
}

interface Space {
  readonly dims: number;
  readonly means: Float64Array;
  readonly content: Float64Array;
}

/** Writes a matrix and its table. The ids begin with the name of the set, as no two sets share an image. */
function writeSet(
  path: string,
  rows: number,
  sourceOf: (row: number) => number,
  space: Space,
  random: Random,
): void {
  const matrix = openSync(`${path}.npy`, 'w');
  const table = openSync(`${path}.csv`, 'w');
  const set = basename(path);
  try {
    writeSync(matrix, encodeNpyHeader('<f4', [rows, space.dims]));
    writeSync(table, formatCsvRow(['id', 'source']));
    for (let first = 0; first < rows; first += BATCH) {
      const count = Math.min(BATCH, rows - first);
      const batch = new Float32Array(count * space.dims);
      let lines = '';
      for (let i = 0; i < count; i++) {
        const source = sourceOf(first + i);
        fillRow(batch.subarray(i * space.dims, (i + 1) * space.dims), source, space, random);
        lines += formatCsvRow([`${set}-${first + i}`, `source-${String(source).padStart(3, '0')}`]);
      }
      writeSync(matrix, new Uint8Array(batch.buffer));
      writeSync(table, lines);
    }
  } finally {
    closeSync(matrix);
    closeSync(table);
  }
}

/** @param row overwritten. */
function fillRow(row: Float32Array, source: number, { dims, means, content }: Space, random: Random): void {
  const strength = CONTENT_DEVIATION / Math.sqrt(CONTENT_DIRECTIONS);
  const amounts = Float64Array.from({ length: CONTENT_DIRECTIONS }, () => strength * random.normal());
  for (let d = 0; d < dims; d++) {
    let value = (means[source * dims + d] as number) + NOISE * random.normal();
    for (let c = 0; c < CONTENT_DIRECTIONS; c++) {
      value += (amounts[c] as number) * (content[c * dims + d] as number);
    }
    row[d] = value;
  }
}

/** Draws places of a list with its weights. */
function chooser(weights: Float64Array, random: Random): () => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return () => {
    let rest = total * random.uniform();
    let place = 0;
    while (place < weights.length - 1 && rest >= (weights[place] as number)) {
      rest -= weights[place] as number;
      place++;
    }
    return place;
  };
}
