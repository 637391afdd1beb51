import type { FeatureSet } from '@ganscout/data-model';
import { checkFeatures, checkInteger } from './checks.js';
import { neighborDistances } from './neighbors.js';
import { euclideanSpace } from './row-space.js';

/**
 * Chooses DBSCAN's epsilon without labels: the knee of the sorted distances at which the rows become core rows.
 *
 * The distance of a row is that to the nearest row number `minimumPoints`, itself included. Sorted in ascending order and
 * scaled to the unit square, the curve's knee is its point farthest below the diagonal, the first of several. Where no point is
 * below it, or all rows have the same distance, it is the smallest distance.
 *
 * @param features N × D, finite; not modified.
 * @param minimumPoints integer in [1, N], as in `dbscan`.
 * @returns one of the rows' distances; 0 where that many rows are equal.
 * @throws {RangeError} if minimumPoints is not an integer in [1, N], or a feature is not finite.
 *
 * Cost: N² · D products in float32; O(N · D) memory.
 * Source: sorted k-distances: M. Ester et al., KDD 1996, section 4.2; knee: V. Satopää et al., "Finding a 'Kneedle' in a
 * haystack", ICDCS Workshops 2011, section III, without smoothing.
 */
export function kDistanceKnee(features: FeatureSet, minimumPoints: number): number {
  checkFeatures('kDistanceKnee', features);
  checkInteger('kDistanceKnee: minimumPoints', minimumPoints, 1, features.ids.length);
  const distances = neighborDistances(euclideanSpace(features), minimumPoints - 1)
    .map(Math.sqrt)
    .sort();
  const last = distances.length - 1;
  const range = distances[last] - distances[0];
  let knee = 0;
  let deepest = 0;
  for (let i = 1; i < last; i++) {
    const depth = i / last - (distances[i] - distances[0]) / range;
    if (depth > deepest) [knee, deepest] = [i, depth];
  }
  return distances[knee];
}
