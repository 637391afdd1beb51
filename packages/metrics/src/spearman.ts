/**
 * Spearman's rank correlation: Pearson's of the ranks, equal values sharing their mean rank. In [-1, 1].
 *
 * @returns null if undefined: fewer than two values, or one side constant.
 * @throws {TypeError} if the lengths differ. @throws {RangeError} if a value is NaN.
 *
 * Cost: O(n log n). Source: C. Spearman, American Journal of Psychology 15, 1904.
 */
export function spearmanCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length !== y.length) {
    throw new TypeError(
      `spearmanCorrelation: both must have the same length, got ${x.length} and ${y.length}`,
    );
  }
  const a = midranks(x);
  const b = midranks(y);
  const mean = (x.length + 1) / 2;
  let product = 0;
  let squaresX = 0;
  let squaresY = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - mean) * (b[i] - mean);
    squaresX += (a[i] - mean) ** 2;
    squaresY += (b[i] - mean) ** 2;
  }
  if (squaresX === 0 || squaresY === 0) return null;
  const correlation = product / Math.sqrt(squaresX) / Math.sqrt(squaresY);
  return Math.max(-1, Math.min(1, correlation));
}

/** Ranks from 1, equal values sharing the mean of their ranks. */
function midranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i);
  for (const i of order) {
    if (Number.isNaN(values[i]))
      throw new RangeError(`spearmanCorrelation: values must be numbers, got NaN in row ${i}`);
  }
  order.sort((i, j) => (values[i] < values[j] ? -1 : values[i] > values[j] ? 1 : 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let position = start; position < end; position++) ranks[order[position]] = (start + 1 + end) / 2;
  }
  return ranks;
}
