import { kernelPool } from '@ganscout/kernels';
import { WASM_BINARY } from './wasm-binary.js';

/** Dimensions side by side in a panel, rows that one call subtracts means from, and rows that are handed over at once. */
const PANEL = 4;
const CALL_ROWS = 256;
const BATCH_ROWS = 2048;

/** Rows, and the mean that is subtracted from each. */
export interface LabelledRows {
  /** N × D, row-major. */
  readonly data: Float32Array;
  /** N, each in [0, S). */
  readonly labels: Int32Array;
  /** S × D. */
  readonly means: Float32Array;
  readonly dims: number;
}

/**
 * Covariance of rows about the mean of their label: the sum over rows of (deviation / divisor) · deviation.
 *
 * Not checked. Each value adds in float64 in the order of the rows, so the result does not depend on the threads.
 *
 * @returns D × D, symmetric.
 *
 * Cost: N · D · (D + 4) / 2 multiplications, two in one instruction; memory of 2,048 rows.
 */
export function covarianceWithin({ data, labels, means, dims }: LabelledRows, divisor: number): Float64Array {
  const panels = Math.ceil(dims / PANEL);
  const width = panels * PANEL;
  const batch = Math.min(BATCH_ROWS, labels.length);
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const given = pool.reserve(batch * dims * 4);
  const givenLabels = pool.reserve(batch * 4);
  const givenMeans = pool.reserve(means.length * 4);
  const deviations = pool.reserve(batch * width * 8);
  const shares = pool.reserve(batch * width * 8);
  const sums = pool.reserve(width * width * 8);
  // Dimensions that fill up the last panel stay 0.
  for (const address of [deviations, shares]) pool.float64(address, batch * width).fill(0);
  pool.float64(sums, width * width).fill(0);
  pool.float32(givenMeans, means.length).set(means);
  const products = (rows: number) =>
    Array.from({ length: panels }, (_, i) => {
      // The last panels take longest, so they go first.
      const panel = panels - 1 - i;
      return [deviations, shares, panel, rows, batch, sums + panel * PANEL * width * 8, width * 8];
    });
  for (let first = 0; first < labels.length; first += batch) {
    const rows = Math.min(batch, labels.length - first);
    pool.float32(given, rows * dims).set(data.subarray(first * dims, (first + rows) * dims));
    pool.int32(givenLabels, rows).set(labels.subarray(first, first + rows));
    const calls = Array.from({ length: Math.ceil(rows / CALL_ROWS) }, (_, c) => {
      const at = c * CALL_ROWS;
      const place = at * PANEL * 8;
      return [
        ...[given + at * dims * 4, Math.min(CALL_ROWS, rows - at), dims, givenLabels + at * 4, givenMeans],
        ...[divisor, batch, deviations + place, shares + place],
      ];
    });
    pool.run('deviate', calls);
    pool.run('addProducts', products(rows));
  }
  return mirrored(pool.float64(sums, width * width), width, dims);
}

/** D × D from the lower triangle of a wider matrix. */
function mirrored(lower: Float64Array, width: number, dims: number): Float64Array {
  const result = new Float64Array(dims * dims);
  for (let i = 0; i < dims; i++) {
    for (let j = 0; j <= i; j++) {
      result[i * dims + j] = lower[i * width + j];
      result[j * dims + i] = lower[i * width + j];
    }
  }
  return result;
}
