/**
 * Averages rows that belong to the same image.
 *
 * @param rows M × dims; not modified. @param counts for each image how many of the next rows are its own, at least 1.
 * @returns images × dims.
 * @throws {RangeError} if a count is not a positive integer. @throws {TypeError} if the counts do not add up to M rows.
 */
export function averageRowsByImage(
  rows: Float32Array,
  dims: number,
  counts: readonly number[],
): Float32Array {
  const wrong = counts.findIndex((count) => !Number.isInteger(count) || count < 1);
  if (wrong !== -1) {
    throw new RangeError(
      `averageRowsByImage: counts must be positive integers, got ${counts[wrong]} for image ${wrong}`,
    );
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total * dims !== rows.length) {
    throw new TypeError(
      `averageRowsByImage: rows must hold ${total} × ${dims} values, as counts add up to ${total}, got ${rows.length}`,
    );
  }
  const means = new Float32Array(counts.length * dims);
  const sums = new Float64Array(dims);
  let row = 0;
  for (const [image, count] of counts.entries()) {
    sums.fill(0);
    for (let at = row * dims; at < (row + count) * dims; at++) sums[at % dims]! += rows[at]!;
    for (let j = 0; j < dims; j++) means[image * dims + j] = sums[j]! / count;
    row += count;
  }
  return means;
}
