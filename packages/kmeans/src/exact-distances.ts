/**
 * Squared Euclidean distances of one row to four others at once: each value of the row is loaded once, and
 * the four sums do not wait for each other.
 *
 * Adds in the order of numeric's `squaredDistance`, so both give the same bits.
 *
 * @param p index in `data` of the one row's first value.
 * @param candidates row numbers in `others`; entries `from` … `from + 3` are used.
 * @param out overwritten from `from` to `from + 3`.
 */
export function fourSquaredDistances(
  data: Float32Array,
  p: number,
  others: Float32Array,
  dims: number,
  candidates: Int32Array,
  from: number,
  out: Float64Array,
): void {
  const q0 = candidates[from] * dims;
  const q1 = candidates[from + 1] * dims;
  const q2 = candidates[from + 2] * dims;
  const q3 = candidates[from + 3] * dims;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let d = 0; d < dims; d++) {
    const value = data[p + d];
    const difference0 = value - others[q0 + d];
    const difference1 = value - others[q1 + d];
    const difference2 = value - others[q2 + d];
    const difference3 = value - others[q3 + d];
    sum0 += difference0 * difference0;
    sum1 += difference1 * difference1;
    sum2 += difference2 * difference2;
    sum3 += difference3 * difference3;
  }
  out[from] = sum0;
  out[from + 1] = sum1;
  out[from + 2] = sum2;
  out[from + 3] = sum3;
}

/**
 * Squared Euclidean distance of each row to the centroid of its label, four rows at once, whose sums do not wait for each
 * other. Adds in the order of numeric's `squaredDistance`.
 *
 * @param out N, overwritten.
 */
export function ownSquaredDistances(
  data: Float32Array,
  centroids: Float32Array,
  dims: number,
  labels: Int32Array,
  out: Float64Array,
): void {
  const last = labels.length - 1;
  for (let i = 0; i <= last; i += 4) {
    const i1 = Math.min(i + 1, last);
    const i2 = Math.min(i + 2, last);
    const i3 = Math.min(i + 3, last);
    const p0 = i * dims;
    const p1 = i1 * dims;
    const p2 = i2 * dims;
    const p3 = i3 * dims;
    const q0 = labels[i] * dims;
    const q1 = labels[i1] * dims;
    const q2 = labels[i2] * dims;
    const q3 = labels[i3] * dims;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let d = 0; d < dims; d++) {
      const difference0 = data[p0 + d] - centroids[q0 + d];
      const difference1 = data[p1 + d] - centroids[q1 + d];
      const difference2 = data[p2 + d] - centroids[q2 + d];
      const difference3 = data[p3 + d] - centroids[q3 + d];
      sum0 += difference0 * difference0;
      sum1 += difference1 * difference1;
      sum2 += difference2 * difference2;
      sum3 += difference3 * difference3;
    }
    out[i] = sum0;
    out[i1] = sum1;
    out[i2] = sum2;
    out[i3] = sum3;
  }
}
