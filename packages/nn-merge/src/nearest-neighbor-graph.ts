/** The 1-NN graph of k points: from each point to its nearest other point. */
export interface NearestNeighborGraph {
  /** k, nearest other point; ties to the lower index; -1 if there is no other. */
  readonly nearest: Int32Array;
  /** k, distance to it. */
  readonly distances: Float64Array;
}

/** Coordinates added between two looks at the best distance so far. */
const STRIDE = 16;

/**
 * Finds the nearest other point of each point, exactly.
 *
 * The distance of i and j is their squared Euclidean distance plus `offsets[i] + offsets[j]`: with the spreads of two
 * clusters as offsets of their centroids it is the mean squared distance between their rows. A pair is left as soon
 * as its partial sum exceeds the best distances of both its points.
 *
 * @param points k × D, finite; not modified.
 * @param offsets k, each at least 0; not modified.
 *
 * Cost: O(k² · D) at most, O(k) memory.
 */
export function nearestNeighborGraph(
  points: Float32Array,
  dims: number,
  offsets: Float64Array = new Float64Array(points.length / dims),
): NearestNeighborGraph {
  const count = points.length / dims;
  const nearest = new Int32Array(count).fill(-1);
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const bound = Math.max(distances[i], distances[j]);
      const offset = offsets[i] + offsets[j];
      const distance = boundedDistance(points, i * dims, j * dims, dims, bound, offset);
      if (distance < distances[i]) {
        distances[i] = distance;
        nearest[i] = j;
      }
      // Points come to j in ascending order of i, so a tie keeps the lower index here as well.
      if (distance < distances[j]) {
        distances[j] = distance;
        nearest[j] = i;
      }
    }
  }
  return { nearest, distances };
}

/** Squared distance plus offset, or some partial sum of it that is larger than `bound`. */
function boundedDistance(
  points: Float32Array,
  p: number,
  q: number,
  dims: number,
  bound: number,
  offset: number,
): number {
  let sum = offset;
  for (let from = 0; from < dims && sum <= bound; from += STRIDE) {
    const to = Math.min(dims, from + STRIDE);
    for (let d = from; d < to; d++) {
      const difference = points[p + d] - points[q + d];
      sum += difference * difference;
    }
  }
  return sum;
}
