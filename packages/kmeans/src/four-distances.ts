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
