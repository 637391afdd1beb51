/**
 * Returns the quantile of the values by linear interpolation between order statistics (type 7, NumPy's default).
 *
 * @param values at least one, finite, in any order; not modified.
 * @param probability in [0, 1].
 * @throws {RangeError} if there is no value, one is NaN, or the probability is out of range.
 *
 * Cost: O(n log n). Source: R. Hyndman, Y. Fan, "Sample quantiles in statistical packages", 1996, definition 7.
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  if (values.length === 0) throw new RangeError('quantile: at least one value is needed, got none');
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`quantile: probability must be in [0, 1], got ${probability}`);
  }
  const sorted = Float64Array.from(values).sort();
  // NaN sorts last.
  if (Number.isNaN(sorted[sorted.length - 1]))
    throw new RangeError('quantile: values must be numbers, got NaN');
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}
