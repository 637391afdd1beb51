import type { FeatureSet } from '@ganscout/data-model';
import { rowProducts } from '@ganscout/kernels';
import { absoluteError, relativeError, squaredNorm } from './product-bounds.js';

/** Coordinates added between two looks at the largest distance that still counts. */
const STRIDE = 8;

/**
 * Finds the candidates nearest to each query by Euclidean distance, exactly; a row is no neighbor of itself.
 *
 * Ties go to the candidate that stands first. Products in float32 leave few candidates of each query that can be among the
 * nearest; only their distances are computed, in float64, so the result is that of comparing all. Arguments are not checked.
 *
 * @param features N × D, finite. @param queries Q row numbers. @param candidates M row numbers, each once.
 * @returns Q × count row numbers, the nearest first; -1 where there are too few candidates.
 *
 * Cost: O(Q · M · D) time at the speed of `rowProducts`, on its threads; copies of both sets of rows, and O(Q · count) memory
 * for those that are left, times a logarithm of M.
 */
export function nearestNeighbors(
  features: Pick<FeatureSet, 'data' | 'dims'>,
  queries: Int32Array,
  candidates: Int32Array,
  count: number,
): Int32Array {
  const neighbors = new Int32Array(queries.length * count).fill(-1);
  if (count === 0) return neighbors;
  const { data, dims } = features;
  const distances = new Float64Array(count);
  possibleNeighbors(features, queries, candidates, count).forEach((possible, i) => {
    const nearest = neighbors.subarray(i * count, (i + 1) * count);
    distances.fill(Number.POSITIVE_INFINITY);
    for (const candidate of possible) {
      const farthest = distances[count - 1];
      const distance = boundedDistance(data, queries[i] * dims, candidate * dims, dims, farthest);
      if (distance < farthest) insert(nearest, distances, candidate, distance);
    }
  });
  return neighbors;
}

/** For each query the candidates, in their order, that may be among its nearest by products in float32. */
function possibleNeighbors(
  { data, dims }: Pick<FeatureSet, 'data' | 'dims'>,
  queries: Int32Array,
  candidates: Int32Array,
  count: number,
): number[][] {
  const possible = Array.from(queries, (): number[] => []);
  const error = relativeError(dims);
  const norms = Float64Array.from(queries, (row) => squaredNorm(data, row, dims));
  // The smallest of what the squared distances are at the most, ascending, `count` a query.
  const smallest = new Float64Array(queries.length * count).fill(Number.POSITIVE_INFINITY);
  const rows = gatherRows(data, candidates, dims);
  rowProducts(rows, gatherRows(data, queries, dims), dims, (first, batch, products, stride) => {
    for (let i = 0; i < batch; i++) {
      const candidate = candidates[first + i];
      const norm = squaredNorm(rows, first + i, dims);
      for (let q = 0; q < queries.length; q++) {
        const distance = norms[q] + norm - 2 * products[i * stride + q];
        const margin = error * (norms[q] + norm) + absoluteError(dims);
        // What overflows in float32 is compared exactly.
        const isKnown = Number.isFinite(distance);
        const farthest = smallest[(q + 1) * count - 1];
        if (candidate === queries[q] || (isKnown && distance - margin > farthest)) continue;
        possible[q].push(candidate);
        if (isKnown && distance + margin < farthest) {
          insertValue(smallest.subarray(q * count, (q + 1) * count), distance + margin);
        }
      }
    }
  });
  return possible;
}

/** Puts a value in its place of an ascending list; the last one falls out. */
function insertValue(list: Float64Array, value: number): void {
  let place = list.length - 1;
  while (place > 0 && list[place - 1] > value) {
    list[place] = list[place - 1];
    place--;
  }
  list[place] = value;
}

function gatherRows(data: Float32Array, rows: Int32Array, dims: number): Float32Array {
  const gathered = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => void gathered.set(data.subarray(row * dims, (row + 1) * dims), i * dims));
  return gathered;
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
