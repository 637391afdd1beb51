import type { FeatureSet } from '@ganscout/data-model';

/** Coordinates added between two looks at the largest distance that still counts. */
const STRIDE = 8;

/**
 * Finds the candidates nearest to each query by Euclidean distance, exactly; a row is no neighbor of itself.
 *
 * Ties go to the candidate that stands first. A candidate is left as soon as its partial sum shows that it is too far.
 * Arguments are not checked.
 *
 * @param features N × D. @param queries Q row numbers. @param candidates M row numbers, each once.
 * @returns Q × count row numbers, the nearest first; -1 where there are too few candidates.
 *
 * Cost: O(Q · M · D) time at most, O(Q · count) memory.
 */
export function nearestNeighbors(
  { data, dims }: Pick<FeatureSet, 'data' | 'dims'>,
  queries: Int32Array,
  candidates: Int32Array,
  count: number,
): Int32Array {
  const neighbors = new Int32Array(queries.length * count).fill(-1);
  const distances = new Float64Array(count);
  if (count === 0) return neighbors;
  queries.forEach((query, i) => {
    const nearest = neighbors.subarray(i * count, (i + 1) * count);
    distances.fill(Number.POSITIVE_INFINITY);
    for (const candidate of candidates) {
      if (candidate === query) continue;
      const farthest = distances[count - 1];
      const distance = boundedDistance(data, query * dims, candidate * dims, dims, farthest);
      if (distance < farthest) insert(nearest, distances, candidate, distance);
    }
  });
  return neighbors;
}

/** Puts a candidate in its place behind those that are as near or nearer; the last one falls out. */
function insert(nearest: Int32Array, distances: Float64Array, candidate: number, distance: number): void {
  let place = distances.length - 1;
  while (place > 0 && distances[place - 1] > distance) {
    distances[place] = distances[place - 1];
    nearest[place] = nearest[place - 1];
    place--;
  }
  distances[place] = distance;
  nearest[place] = candidate;
}

/** Squared distance of the rows that begin at `p` and `q`, or some partial sum of it that is at least `bound`. */
function boundedDistance(data: Float32Array, p: number, q: number, dims: number, bound: number): number {
  let sum = 0;
  for (let from = 0; from < dims && sum < bound; from += STRIDE) {
    const to = Math.min(dims, from + STRIDE);
    for (let d = from; d < to; d++) {
      const difference = data[p + d] - data[q + d];
      sum += difference * difference;
    }
  }
  return sum;
}
