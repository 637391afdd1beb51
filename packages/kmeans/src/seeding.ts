import { type Random, squaredDistance } from '@ganscout/numeric';
import { fourSquaredDistances } from './four-distances.js';

/**
 * Draws start centroids among the rows by k-means++.
 *
 * The first row is drawn uniformly, each further one with probability proportional to its squared distance
 * to the nearest seed so far. Ends early when every row lies on a seed, so there are at most as many seeds
 * as distinct rows.
 *
 * @param data N × D, N ≥ 1; not modified.
 * @param weighting 'squared', or 'plain' for the distance itself.
 * @returns seeds × D, row-major, as new array.
 *
 * Cost: O(N · k · D) at most; a row whose seed is less than half as far as the new seed is from that seed
 * is skipped, which the triangle inequality allows without changing the result.
 * Source: D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007, section 2.2.
 */
export function chooseSeeds(
  data: Float32Array,
  dims: number,
  count: number,
  weighting: 'squared' | 'plain',
  random: Random,
): Float32Array {
  const rows = data.length / dims;
  const seeds = new Float32Array(Math.min(count, rows) * dims);
  const nearest = new Int32Array(rows);
  const squared = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  let chosen = 0;
  let row = random.integer(rows);
  while (chosen * dims < seeds.length) {
    seeds.set(data.subarray(row * dims, (row + 1) * dims), chosen * dims);
    lowerDistances(data, dims, seeds, chosen, nearest, squared);
    chosen++;
    row = drawRow(squared, weighting, random);
    if (row === -1) break;
  }
  return seeds.slice(0, chosen * dims);
}

/** Takes seed `added` into the rows' nearest seeds and squared distances, both overwritten. */
function lowerDistances(
  data: Float32Array,
  dims: number,
  seeds: Float32Array,
  added: number,
  nearest: Int32Array,
  squared: Float64Array,
): void {
  const toSeed = new Float64Array(added + 1);
  for (let s = 0; s < added; s++) toSeed[s] = squaredDistance(seeds, s, seeds, added, dims);
  const candidates = new Int32Array(4);
  const distances = new Float64Array(4);
  let count = 0;
  for (let i = 0; i < nearest.length; i++) {
    // The slack covers the rounding of both distances.
    if (added === 0 || toSeed[nearest[i]] * (1 - 1e-9) < 4 * squared[i]) candidates[count++] = i;
    if (count === 0 || (count < 4 && i < nearest.length - 1)) continue;
    fourSquaredDistances(seeds, added * dims, data, dims, candidates, 0, distances);
    for (let j = 0; j < count; j++) {
      const row = candidates[j];
      if (distances[j] >= squared[row]) continue;
      squared[row] = distances[j];
      nearest[row] = added;
    }
    count = 0;
  }
}

/** Row drawn by weight, or -1 if every weight is 0. */
function drawRow(squared: Float64Array, weighting: 'squared' | 'plain', random: Random): number {
  const weight = weighting === 'squared' ? (value: number) => value : Math.sqrt;
  let total = 0;
  for (let i = 0; i < squared.length; i++) total += weight(squared[i]);
  if (total === 0) return -1;
  const target = random.uniform() * total;
  let sum = 0;
  let last = -1;
  for (let i = 0; i < squared.length; i++) {
    if (squared[i] === 0) continue;
    sum += weight(squared[i]);
    last = i;
    if (sum > target) break;
  }
  return last;
}
