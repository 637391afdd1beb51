/**
 * Squared Euclidean distance of row `i` of `a` and row `j` of `b`, both row-major with `dims` columns.
 *
 * A kernel: arguments are not checked.
 */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dims: number,
): number {
  let sum = 0;
  const p = i * dims;
  const q = j * dims;
  for (let d = 0; d < dims; d++) {
    const difference = a[p + d]! - b[q + d]!;
    sum += difference * difference;
  }
  return sum;
}

/** Nearest centroid of each row. */
export interface NearestCentroids {
  /** N, each in [0, k). */
  readonly labels: Int32Array;
  /** N, squared Euclidean. */
  readonly squaredDistances: Float64Array;
}

/**
 * Finds the nearest centroid of each row by squared Euclidean distance. Ties go to the lower label.
 *
 * @param data N × D, row-major; not modified.
 * @param centroids k × D, row-major, k ≥ 1; not modified.
 * @throws {RangeError} if there is no centroid.
 *
 * Cost: O(N · k · D).
 */
export function nearestCentroids(
  data: Float32Array,
  centroids: Float32Array,
  dims: number,
): NearestCentroids {
  const count = centroids.length / dims;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `nearestCentroids: one or more centroids of ${dims} are needed, got ${centroids.length} values`,
    );
  }
  const rows = data.length / dims;
  const labels = new Int32Array(rows);
  const squaredDistances = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < count; c++) {
      const distance = squaredDistance(data, i, centroids, c, dims);
      if (distance < squaredDistances[i]!) {
        squaredDistances[i] = distance;
        labels[i] = c;
      }
    }
  }
  return { labels, squaredDistances };
}

/**
 * Mean of the rows of each label.
 *
 * @param data N × D, row-major; not modified.
 * @param labels N, each -1 (left out) or in [0, k).
 * @returns k × D in float32, sums in float64; zero for a label without rows.
 */
export function meanByLabel(data: Float32Array, labels: Int32Array, dims: number, k: number): Float32Array {
  const sums = new Float64Array(k * dims);
  const counts = new Float64Array(k);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < 0) continue;
    counts[label]!++;
    for (let d = 0; d < dims; d++) sums[label * dims + d]! += data[i * dims + d]!;
  }
  return Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / dims)]!));
}
