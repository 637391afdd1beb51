/** Mean and deviation of each feature, D values each. */
export interface Standardization {
  readonly mean: Float32Array;
  /** Population standard deviation; 1 where a feature is constant. */
  readonly deviation: Float32Array;
}

/**
 * Measures the mean and the population standard deviation of each feature.
 *
 * A feature whose deviation is below 1e-12 of its magnitude (or of 1) counts as constant and gets deviation 1.
 *
 * @param data N × D, row-major, finite; not modified. Or a function that goes through the rows in parts of whole rows, which
 *   is called twice: of rows that are not in memory.
 * @throws {RangeError} if there is no row.
 *
 * Cost: O(N · D), two passes in float64.
 */
export function fitStandardization(
  data: Float32Array | (() => Iterable<Float32Array>),
  dims: number,
): Standardization {
  const parts = data instanceof Float32Array ? () => [data] : data;
  const mean = new Float64Array(dims);
  let length = 0;
  for (const part of parts()) {
    for (let i = 0; i < part.length; i += dims) for (let j = 0; j < dims; j++) mean[j]! += part[i + j]!;
    length += part.length;
  }
  const rows = length / dims;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new RangeError(
      `fitStandardization: data must hold one or more rows of ${dims}, got ${length} values`,
    );
  }
  for (let j = 0; j < dims; j++) mean[j]! /= rows;
  const variance = new Float64Array(dims);
  for (const part of parts()) {
    for (let i = 0; i < part.length; i += dims) {
      for (let j = 0; j < dims; j++) variance[j]! += (part[i + j]! - mean[j]!) ** 2;
    }
  }
  const deviation = Float32Array.from(variance, (sum, j) => {
    const value = Math.sqrt(sum / rows);
    return value > 1e-12 * Math.max(1, Math.abs(mean[j]!)) ? value : 1;
  });
  return { mean: Float32Array.from(mean), deviation };
}

/** Returns (x - mean) / deviation of every value as a new array. @param data N × D; not modified. */
export function standardize(data: Float32Array, { mean, deviation }: Standardization): Float32Array {
  const dims = mean.length;
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += dims) {
    for (let j = 0; j < dims; j++) result[i + j] = (data[i + j]! - mean[j]!) / deviation[j]!;
  }
  return result;
}
