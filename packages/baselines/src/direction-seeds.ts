import { type Random, squaredDistance } from '@ganscout/numeric';

/**
 * Draws start centroids among the rows by k-means++: the first uniformly, each further one with probability proportional to
 * its squared distance to the nearest so far. Ends early when every row lies on one.
 *
 * @param rows N × D, N ≥ 1; not modified. @param count at most N.
 * @returns up to count × D, a new array.
 *
 * Cost: N · count · D. Source: Arthur and Vassilvitskii 2007, section 2.2.
 */
export function drawSeeds(rows: Float32Array, dims: number, count: number, random: Random): Float32Array {
  const rowCount = rows.length / dims;
  const seeds = new Float32Array(count * dims);
  const squared = new Float64Array(rowCount).fill(Number.POSITIVE_INFINITY);
  let row = random.integer(rowCount);
  for (let chosen = 0; chosen < count; chosen++) {
    seeds.set(rows.subarray(row * dims, (row + 1) * dims), chosen * dims);
    let total = 0;
    for (let i = 0; i < rowCount; i++) {
      squared[i] = Math.min(squared[i], squaredDistance(rows, i, rows, row, dims));
      total += squared[i];
    }
    if (total === 0) return seeds.slice(0, (chosen + 1) * dims);
    row = drawByWeight(squared, random.uniform() * total);
  }
  return seeds;
}

/** The row where the sum of the weights passes the target; the last row of any weight if rounding keeps it below. */
function drawByWeight(weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    sum += weights[i];
    if (sum > target) break;
  }
  return last;
}
