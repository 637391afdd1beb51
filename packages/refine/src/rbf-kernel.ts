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
 * memory given (at least two rows). The rows do not depend on labels: all machines share them.
 */
export function createKernelRows(rows: RbfRows, megabytes: number): (row: number) => Float32Array {
  const count = rows.data.length / rows.dims;
  const capacity = Math.max(2, Math.floor((megabytes * 2 ** 20) / (4 * count)));
  const kept = new Map<number, Float32Array>();
  return (row) => {
    let values = kept.get(row);
    if (values !== undefined) {
      // A Map lists its keys in order of insertion: inserting again makes this row the most recent.
      kept.delete(row);
    } else {
      const oldest = kept.keys().next().value;
      if (kept.size >= capacity && oldest !== undefined) kept.delete(oldest);
      values = kernelRow(rows, row);
    }
    kept.set(row, values);
    return values;
  };
}

function kernelRow({ data, dims, gamma }: RbfRows, row: number): Float32Array {
  const count = data.length / dims;
  const values = new Float32Array(count);
  const p = row * dims;
  const whole = dims - (dims % 4);
  for (let j = 0; j < count; j++) {
    const q = j * dims;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let d = 0; d < whole; d += 4) {
      const a = data[p + d] - data[q + d];
      const b = data[p + d + 1] - data[q + d + 1];
      const c = data[p + d + 2] - data[q + d + 2];
      const e = data[p + d + 3] - data[q + d + 3];
      sum0 += a * a;
      sum1 += b * b;
      sum2 += c * c;
      sum3 += e * e;
    }
    for (let d = whole; d < dims; d++) sum0 += (data[p + d] - data[q + d]) ** 2;
    values[j] = Math.exp(-gamma * (sum0 + sum1 + sum2 + sum3));
  }
  return values;
}
