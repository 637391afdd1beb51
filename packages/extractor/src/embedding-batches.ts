import { permutation, type Random } from '@ganscout/numeric';

/**
 * Splits the rows, in random order, into batches of one size. The last batch is filled up with the first rows of the
 * order, so a few rows occur twice in an epoch.
 *
 * @param rows at least one; not modified.
 * @returns ceil(rows / size) batches of min(size, rows) rows.
 */
export function drawBatches(rows: Int32Array, size: number, random: Random): Int32Array[] {
  const order = permutation(random, rows.length).map((place) => rows[place]!);
  const batchSize = Math.min(size, rows.length);
  const count = Math.ceil(rows.length / batchSize);
  return Array.from({ length: count }, (_, batch) =>
    Int32Array.from({ length: batchSize }, (_, i) => order[(batch * batchSize + i) % rows.length]!),
  );
}

/** Rows to learn from and rows to judge by; each ascending, together all. */
export interface HoldOut {
  readonly training: Int32Array;
  readonly heldBack: Int32Array;
}

/**
 * Holds back a share of the rows of each class, drawn at random, rounded down: a class with fewer than 1 / share rows
 * is not judged.
 *
 * @param labels N, each in [0, classCount); not modified. @param share in [0, 1).
 */
export function holdOutRows(labels: Int32Array, classCount: number, share: number, random: Random): HoldOut {
  const rowsOf: number[][] = Array.from({ length: classCount }, () => []);
  labels.forEach((label, row) => {
    rowsOf[label]!.push(row);
  });
  const heldBack = new Set<number>();
  for (const rows of rowsOf) {
    const order = permutation(random, rows.length);
    for (let i = 0; i < Math.floor(rows.length * share); i++) heldBack.add(rows[order[i]!]!);
  }
  const all = Int32Array.from(labels, (_, row) => row);
  return {
    training: all.filter((row) => !heldBack.has(row)),
    heldBack: all.filter((row) => heldBack.has(row)),
  };
}

/**
 * Weight of each class: the size of the largest class over its own size, 0 for a class without rows.
 *
 * Source: published code of Girish et al., ICCV 2021.
 * Departs from the source: weights follow the labels, not the string order of cluster names.
 */
export function balancedClassWeights(labels: Int32Array, rows: Int32Array, classCount: number): Float32Array {
  const sizes = new Float64Array(classCount);
  for (const row of rows) sizes[labels[row]!]!++;
  const largest = Math.max(...sizes);
  return Float32Array.from(sizes, (size) => (size === 0 ? 0 : largest / size));
}
