import { discoverIn, writeFeatureFiles } from './feature-files.js';

const DIMS = 12;
const SOURCES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** Numbers of a congruential generator, about normal: each is the sum of twelve uniform ones. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}

/** Writes features of sources that lie far apart, `NAME.npy` with `NAME.csv`; ids are `NAME-0` and so on, in the order given. */
export function writeFeatures(
  folder: string,
  name: string,
  counts: Readonly<Record<string, number>>,
  { isNamed = true } = {},
): string {
  const sources = Object.entries(counts).flatMap(([source, count]) => Array<string>(count).fill(source));
  const normal = normals(name.codePointAt(0) as number);
  const data = Float32Array.from({ length: sources.length * DIMS }, (_, at) => {
    const source = SOURCES.indexOf(sources[Math.floor(at / DIMS)] as string);
    // Each source stands out by 20 deviations in one dimension.
    return normal() + (at % DIMS === source ? 20 : 0);
  });
  return writeFeatureFiles(folder, name, sources, data, isNamed);
}

/**
 * Runs discovery on features: of the known sources a to d with 30 images each, and of a discovery set y with 10 of each of them,
 * then 20 of e and 20 of f.
 *
 * @returns the run's directory.
 */
export function runOnFeatures(
  folder: string,
  name = 'run',
  settings: readonly string[] = [],
): Promise<string> {
  writeFeatures(folder, 'x', { a: 30, b: 30, c: 30, d: 30 });
  writeFeatures(folder, 'y', { a: 10, b: 10, c: 10, d: 10, e: 20, f: 20 });
  const text = [
    'run: { rounds: 1, threads: 1 }',
    'data: { knownFeatures: x.npy, discoveryFeatures: y.npy }',
    'ood: { hashCount: 256 }',
    'kmeans: { clusterCount: 4 }',
  ].join('\n');
  return discoverIn(folder, text, name, settings);
}
