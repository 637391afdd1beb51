import { claimPool, stillHolds } from './kernel-memory.js';
import { packAllRows } from './packed-rows.js';

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
 * memory given (at least two rows), besides two copies of the rows in float64. They do not depend on labels: all machines
 * share them.
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

/** Returns what computes a row of the kernel matrix, in float64 but for its result. The kernels hold a copy of the rows. */
function kernelRowsOf(rows: RbfRows): (row: number) => Float32Array {
  const { dims, gamma } = rows;
  const claim = {};
  let place = copyRows(claim, rows);
  return (row) => {
    if (!stillHolds(claim)) place = copyRows(claim, rows);
    const { pool, copy, out, count } = place;
    const panel = row >> 2;
    const calls: number[][] = [];
    for (let first = 0; first < copy.count; first += CALL_ROWS) {
      const vectors = [copy.vectors + first * dims * 8, copy.norms + first * 8];
      const size = Math.min(CALL_ROWS, copy.count - first);
      const others = [copy.panels + panel * dims * 32, copy.norms + panel * 32];
      calls.push([...vectors, size, ...others, dims, gamma, out + first * 32]);
    }
    pool.run('kernelValues', calls);
    const values = pool.float64(out, copy.count * 4);
    return Float32Array.from({ length: count }, (_, j) => values[4 * j + (row & 3)]);
  };
}

function copyRows(claim: object, { data, dims }: RbfRows) {
  const pool = claimPool(claim);
  const count = data.length / dims;
  const copy = packAllRows(pool, data, dims);
  return { pool, copy, out: pool.reserve(copy.count * 32), count };
}
