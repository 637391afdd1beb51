/** Dimensions added between two looks at the bound. */
const STRIDE = 16;

/**
 * Squared Euclidean distance of the rows that begin at `p` and `q`, or some partial sum of it that is at least `bound`.
 *
 * Four sums run side by side, so its last bits may differ from those of one sum; all distances of this package are computed
 * here, and equal rows give equal distances.
 */
export function squaredDistanceWithin(
  values: Float64Array,
  p: number,
  q: number,
  dims: number,
  bound: number,
): number {
  let sum = 0;
  let d = 0;
  while (d + STRIDE <= dims && sum < bound) {
    let a = 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (const end = d + STRIDE; d < end; d += 4) {
      const first = values[p + d] - values[q + d];
      const second = values[p + d + 1] - values[q + d + 1];
      const third = values[p + d + 2] - values[q + d + 2];
      const fourth = values[p + d + 3] - values[q + d + 3];
      a += first * first;
      b += second * second;
      c += third * third;
      e += fourth * fourth;
    }
    sum += a + b + (c + e);
  }
  if (sum >= bound) return sum;
  for (; d < dims; d++) {
    const difference = values[p + d] - values[q + d];
    sum += difference * difference;
  }
  return sum;
}
