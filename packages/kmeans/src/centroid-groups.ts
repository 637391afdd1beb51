import { meanByLabel, nearestCentroids } from '@ganscout/numeric';

/** Centroids gathered in groups of neighbors; a row keeps one lower bound for each group. */
export interface CentroidGroups {
  readonly count: number;
  /** k, group of each centroid. */
  readonly groupOf: Int32Array;
  /** k, centroids ordered by group; within a group ascending. */
  readonly members: Int32Array;
  /** count + 1, where each group begins in `members`. */
  readonly start: Int32Array;
}

const MEAN_GROUP_SIZE = 10;
const GROUPING_ITERATIONS = 5;

/**
 * Groups k centroids in ⌈k / 10⌉ groups by five iterations of Lloyd's algorithm over the centroids.
 *
 * The groups only steer how much work the bounds save, never the result. Some may be empty.
 *
 * Source: Y. Ding et al., "Yinyang k-means", ICML 2015.
 */
export function groupCentroids(centroids: Float32Array, dims: number): CentroidGroups {
  const k = centroids.length / dims;
  const count = Math.ceil(k / MEAN_GROUP_SIZE);
  let groupOf: Int32Array = Int32Array.from({ length: k }, (_, c) => Math.floor((c * count) / k));
  for (let iteration = 0; count > 1 && iteration < GROUPING_ITERATIONS; iteration++) {
    groupOf = nearestCentroids(centroids, meanByLabel(centroids, groupOf, dims, count), dims).labels;
  }
  const start = new Int32Array(count + 1);
  for (let c = 0; c < k; c++) start[groupOf[c] + 1]++;
  for (let g = 0; g < count; g++) start[g + 1] += start[g];
  const next = start.slice();
  const members = new Int32Array(k);
  for (let c = 0; c < k; c++) members[next[groupOf[c]]++] = c;
  return { count, groupOf, members, start };
}
