import { claimPool, stillHolds } from './kernel-memory.js';

/** Rows that one call of the kernel compares with one. */
const CALL_ROWS = 1024;

/** Rows and the width of the kernel exp(-gamma · squared distance) between them. */
export interface RbfRows {
  /** N × D, row-major. */
  readonly data: Float32Array;
  readonly dims: number;
  readonly gamma: number;
}

/**
 * The kernel width that 'scale' stands for: 1 / (D · variance of all values), or 1 if they are all equal.
 *
 * Source: scikit-learn 1.2, `svm.SVC`, parameter gamma.
 */
export function scaleGamma(data: Float32Array, dims: number): number {
  let mean = 0;
  for (let i = 0; i < data.length; i++) mean += data[i];
  mean /= data.length;
  let variance = 0;
  for (let i = 0; i < data.length; i++) variance += (data[i] - mean) ** 2;
  variance /= data.length;
  return variance > 0 ? 1 / (dims * variance) : 1;
}

/**
 * Rows of the kernel matrix, computed when asked for and kept, the least recently used dropped, within the
 * memory given (at least two rows), besides a copy of the rows that the kernel reads. The rows do not depend on labels: all machines share them.
 */
export function createKernelRows(rows: RbfRows, megabytes: number): (row: number) => Float32Array {
  const count = rows.data.length / rows.dims;
  const capacity = Math.max(2, Math.floor((megabytes * 2 ** 20) / (4 * count)));
  const kept = new Map<number, Float32Array>();
  const computeRow = kernelRowsOf(rows);
  return (row) => {
    let values = kept.get(row);
    if (values !== undefined) {
      // A Map lists its keys in order of insertion: inserting again makes this row the most recent.
      kept.delete(row);
    } else {
      const oldest = kept.keys().next().value;
      if (kept.size >= capacity && oldest !== undefined) kept.delete(oldest);
      values = computeRow(row);
    }
    kept.set(row, values);
    return values;
  };
}

/** Returns what computes a row of the kernel matrix, in float64 but for its result. The kernel holds a copy of the rows. */
function kernelRowsOf(rows: RbfRows): (row: number) => Float32Array {
  const { data, dims, gamma } = rows;
  const count = data.length / dims;
  const claim = {};
  let place = copyRows(claim, rows);
  return (row) => {
    if (!stillHolds(claim)) place = copyRows(claim, rows);
    const { pool, copy, out } = place;
    const calls: number[][] = [];
    for (let first = 0; first < count; first += CALL_ROWS) {
      const others = copy + first * dims * 4;
      const size = Math.min(CALL_ROWS, count - first);
      calls.push([copy + row * dims * 4, others, size, dims, out + first * 8]);
    }
    pool.run('squaredDistances', calls);
    const distances = pool.float64(out, count);
    const values = new Float32Array(count);
    for (let j = 0; j < count; j++) values[j] = Math.exp(-gamma * distances[j]);
    return values;
  };
}

function copyRows(claim: object, { data, dims }: RbfRows) {
  const pool = claimPool(claim);
  const copy = pool.reserve(data.length * 4);
  const out = pool.reserve((data.length / dims) * 8);
  pool.float32(copy, data.length).set(data);
  return { pool, copy, out };
}
