import { rowProducts } from '@ganscout/kernels';
import { squaredDistance } from '@ganscout/numeric';
import { type NearestKeys, searchBlocks } from './block-search.js';
import { type RoundedPoints, roundPoints } from './rounded-points.js';

/** The 1-NN graph of k points: from each point to its nearest other point. */
export interface NearestNeighborGraph {
  /** k, nearest other point; ties to the lower index; -1 if there is no other. */
  readonly nearest: Int32Array;
  /** k, distance to it; infinity if there is no other. */
  readonly distances: Float64Array;
}

/** Points between which there is a graph. */
export interface OffsetPoints {
  /** k × D, finite, row-major. */
  readonly points: Float32Array;
  readonly dims: number;
  /** k, each at least 0. */
  readonly offsets: Float64Array;
}

/** Finds the nearest other point of each point, or with some searches one that is nearly so. */
export type GraphSearch = (points: OffsetPoints) => NearestNeighborGraph;

/** Points in doubt that are compared with all others at a time. */
const DOUBTFUL = 512;

/**
 * Finds the nearest other point of each point, exactly.
 *
 * The distance of i and j is their squared Euclidean distance in float64 plus `offsets[i] + offsets[j]`: with the spreads
 * of two clusters as offsets of their centroids it is the mean squared distance between their rows.
 *
 * All pairs are compared in float32 first. Where the second nearest is farther than rounding can account for, the nearest
 * is certain; for the other points, all that rounding leaves in question are compared in float64.
 *
 * Cost: k² / 2 products of D; more by one for each point in doubt; O(k · D) memory.
 */
export function nearestNeighborGraph(space: OffsetPoints): NearestNeighborGraph {
  const count = space.offsets.length;
  const nothing = { nearest: new Int32Array(count), distances: new Float64Array(count) };
  return updateGraph(nothing, space, new Uint8Array(count).fill(1));
}

/**
 * Brings a graph up to date after some points have changed; the result is that of a search from the start.
 *
 * @param graph what is known of the points that are not stale: their nearest of those that are not stale either.
 * @param stale k, 1 for points that have changed and for points whose nearest has.
 *
 * Cost: products of D for every pair with a stale point in it.
 */
export function updateGraph(
  graph: NearestNeighborGraph,
  space: OffsetPoints,
  stale: Uint8Array,
): NearestNeighborGraph {
  const order = staleFirst(stale);
  const nearest = graph.nearest.map((other, i) => (stale[i] === 1 ? -1 : other));
  const distances = graph.distances.map((value, i) => (stale[i] === 1 ? Number.POSITIVE_INFINITY : value));
  const result = { nearest, distances };
  const rounded = roundPoints(space.points, space.dims, space.offsets, order);
  const found = searchBlocks(
    rounded,
    stale.reduce((sum, value) => sum + value, 0),
  );
  const doubtful: number[] = [];
  for (let i = 0; i < order.length; i++) {
    if (found.found[i] === -1) continue;
    if (found.secondKeys[i] > largestKey(rounded, found, i)) {
      offer(result, space, order[i], order[found.found[i]]);
    } else doubtful.push(i);
  }
  for (let from = 0; from < doubtful.length; from += DOUBTFUL) {
    compareAll(doubtful.slice(from, from + DOUBTFUL), rounded, found, order, space, result);
  }
  return result;
}

function staleFirst(stale: Uint8Array): Int32Array {
  const all = Int32Array.from(stale.keys());
  const order = new Int32Array(stale.length);
  const changed = all.filter((i) => stale[i] === 1);
  order.set(changed);
  order.set(
    all.filter((i) => stale[i] === 0),
    changed.length,
  );
  return order;
}

/** The largest key that the nearest of point i can have. */
function largestKey({ errors }: RoundedPoints, { keys, found }: NearestKeys, i: number): number {
  return keys[i] + 2 * (errors[found[i]] + errors[i]);
}

/** Takes j as the nearest of i, in float64, if it is nearer than the nearest so far, or as near with a lower index. */
export function offer(
  { nearest, distances }: NearestNeighborGraph,
  { points, dims, offsets }: OffsetPoints,
  i: number,
  j: number,
): void {
  const distance = squaredDistance(points, i, points, j, dims) + (offsets[i] + offsets[j]);
  if (distance > distances[i] || (distance === distances[i] && j > nearest[i])) return;
  distances[i] = distance;
  nearest[i] = j;
}

/** Offers to each doubtful point all points whose key is small enough. */
function compareAll(
  doubtful: readonly number[],
  rounded: RoundedPoints,
  found: NearestKeys,
  order: Int32Array,
  space: OffsetPoints,
  result: NearestNeighborGraph,
): void {
  const { dims, values, weights } = rounded;
  const vectors = new Float32Array(doubtful.length * dims);
  doubtful.forEach((i, at) => {
    for (let d = 0; d < dims; d++) vectors[at * dims + d] = -2 * values[i * dims + d];
  });
  const largest = Float64Array.from(doubtful, (i) => largestKey(rounded, found, i));
  rowProducts(values, vectors, dims, (first, count, products, stride) => {
    for (let row = 0; row < count; row++) {
      const j = first + row;
      for (let at = 0; at < doubtful.length; at++) {
        if (Math.fround(products[row * stride + at] + weights[j]) > largest[at] || doubtful[at] === j)
          continue;
        offer(result, space, order[doubtful[at]], order[j]);
      }
    }
  });
}
