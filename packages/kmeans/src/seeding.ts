import { permutation, type Random } from '@ganscout/numeric';
import { type RowCodes, roundDown, roundUp } from './codes.js';
import { fourSquaredDistances } from './exact-distances.js';

/**
 * Draws start centroids among the rows with equal probability, no row twice.
 *
 * @param data N × D; not modified. @param count at most N.
 * @returns count × D, row-major, as new array; equal rows give equal seeds.
 *
 * Cost: O(N + count · D). Source: E. Forgy, "Cluster analysis of multivariate data", Biometrics 21, 1965.
 */
export function chooseRandomRows(
  data: Float32Array,
  dims: number,
  count: number,
  random: Random,
): Float32Array {
  const order = permutation(random, data.length / dims);
  const seeds = new Float32Array(count * dims);
  for (let s = 0; s < count; s++) {
    seeds.set(data.subarray(order[s] * dims, (order[s] + 1) * dims), s * dims);
  }
  return seeds;
}

/** Rows and their nearest seeds so far. */
interface Seeding {
  readonly data: Float32Array;
  readonly codes: RowCodes;
  readonly seeds: Float32Array;
  /** N, squared distance to the nearest seed. */
  readonly squared: Float64Array;
  /** N, its number. In the kernels' memory, as all below. */
  readonly nearest: Int32Array;
  /** Half the distance of each seed to the one that is added, rounded down. */
  readonly halves: Float32Array;
  /** What the kernel `nearerRows` lists, a region for each call. */
  readonly listed: Int32Array;
  readonly calls: number[][];
  /** What the kernel `trialGains` adds up, four sums a call, and its address. */
  readonly gains: Float32Array;
  readonly gainsAddress: number;
}

const CALL_ROWS = 1024;
/** Places in the arguments of `nearerRows`. */
const SEED = 5;
const FIRST = 6;
const COUNT = 7;

/**
 * Draws start centroids among the rows by k-means++.
 *
 * The first row is drawn uniformly, each further one with probability proportional to its squared distance
 * to the nearest seed so far. Ends early when every row lies on a seed, so there are at most as many seeds
 * as distinct rows.
 *
 * @param data N × D, N ≥ 1; not modified. @param codes of the same rows; the distances in it are overwritten.
 * @param weighting 'squared', or 'plain' for the distance itself. @param trialCount rows drawn for each seed but the first,
 *   of which the one is taken that lowers the sum of the squared distances most (by codes, so nearly).
 * @returns seeds × D, row-major, as new array.
 *
 * Cost: O(N · k · D) at most, in 16-bit products. A row keeps its seed without any work if it is less than half as far from
 * it as the new seed is, and with one product of codes if their distance says so; the others take a distance in float64.
 * Neither changes the result.
 * Source: D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007, section 2.2; first rule:
 * E. Raff, "Exact acceleration of k-means++ and k-means||", IJCAI 2021.
 */
export function chooseSeeds(
  data: Float32Array,
  codes: RowCodes,
  count: number,
  { weighting, trialCount }: { readonly weighting: 'squared' | 'plain'; readonly trialCount: number },
  random: Random,
): Float32Array {
  const { rows, dims } = codes;
  const state = startSeeding(data, codes, Math.min(count, rows));
  const { seeds, squared } = state;
  const sums = new Float64Array(rows);
  let chosen = 0;
  let row = random.integer(rows);
  while (chosen * dims < seeds.length) {
    seeds.set(data.subarray(row * dims, (row + 1) * dims), chosen * dims);
    lowerDistances(state, chosen, row);
    chosen++;
    const trials = drawRows(squared, weighting, random, trialCount, sums);
    if (trials.length === 0) break;
    row = trialCount === 1 ? (trials[0] as number) : bestTrial(state, trials);
  }
  return seeds.slice(0, chosen * dims);
}

function startSeeding(data: Float32Array, codes: RowCodes, count: number): Seeding {
  const { pool, rows, dims, rowBytes, facts } = codes;
  const calls = Math.ceil(rows / CALL_ROWS);
  const nearest = pool.reserve(rows * 4);
  const halves = pool.reserve(count * 4);
  const listed = pool.reserve((rows + calls) * 4);
  const gainsAddress = pool.reserve(calls * 16);
  for (let i = 0; i < rows; i++) facts[i * 4 + 3] = Number.POSITIVE_INFINITY;
  return {
    data,
    codes,
    seeds: new Float32Array(count * dims),
    squared: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    nearest: pool.int32(nearest, rows).fill(0),
    halves: pool.float32(halves, count).fill(0),
    listed: pool.int32(listed, rows + calls),
    calls: Array.from({ length: calls }, (_, call) => {
      const first = call * CALL_ROWS;
      const some = Math.min(CALL_ROWS, rows - first);
      const out = listed + (first + call) * 4;
      return [codes.codes, rowBytes, codes.factsAddress, nearest, halves, 0, first, some, out];
    }),
    gains: pool.float32(gainsAddress, calls * 4),
    gainsAddress,
  };
}

/** Takes the row, which is seed `added`, into the rows' nearest seeds and squared distances. */
function lowerDistances(state: Seeding, added: number, row: number): void {
  const { codes, seeds, halves, listed, calls } = state;
  const four = new Int32Array(4);
  const squared = new Float64Array(4);
  for (let s = 0; s < added; s += 4) {
    for (let f = 0; f < 4; f++) four[f] = Math.min(s + f, added - 1);
    fourSquaredDistances(seeds, added * codes.dims, seeds, codes.dims, four, 0, squared);
    for (let f = 0; f < 4; f++) halves[four[f]] = roundDown((Math.sqrt(squared[f]) * codes.scale) / 2);
  }
  for (const call of calls) call[SEED] = row;
  codes.pool.run('nearerRows', calls);
  calls.forEach((call, c) => {
    const at = (call[FIRST] as number) + c;
    takeNearer(state, added, listed.subarray(at + 1, at + 1 + listed[at]));
  });
}

/** Gives the new seed to those of the listed rows that are nearer to it, by distances in float64. */
function takeNearer(
  { data, codes, seeds, squared, nearest }: Seeding,
  added: number,
  rows: Int32Array,
): void {
  const { dims, facts, scale } = codes;
  const four = new Int32Array(4);
  const distances = new Float64Array(4);
  for (let j = 0; j < rows.length; j += 4) {
    for (let f = 0; f < 4; f++) four[f] = rows[Math.min(j + f, rows.length - 1)];
    fourSquaredDistances(seeds, added * dims, data, dims, four, 0, distances);
    for (let f = 0; f < 4; f++) {
      const row = four[f];
      if (distances[f] >= squared[row]) continue;
      squared[row] = distances[f];
      nearest[row] = added;
      facts[row * 4 + 3] = roundUp(Math.sqrt(distances[f]) * scale);
    }
  }
}

/** Of several drawn rows, the one that lowers the sum of the squared distances most; ties to the one drawn first. */
function bestTrial({ codes, calls, gains, gainsAddress }: Seeding, trials: readonly number[]): number {
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < trials.length; from += 4) {
    const four = [0, 1, 2, 3].map((t) => trials[Math.min(from + t, trials.length - 1)] as number);
    const addresses = [codes.codes, codes.rowBytes, codes.factsAddress];
    codes.pool.run(
      'trialGains',
      calls.map((call, c) => [
        ...addresses,
        ...four,
        call[FIRST] as number,
        call[COUNT] as number,
        gainsAddress + c * 16,
      ]),
    );
    four.forEach((row, t) => {
      let gain = 0;
      for (let c = 0; c < calls.length; c++) gain += gains[c * 4 + t];
      if (gain > largest) [best, largest] = [row, gain];
    });
  }
  return best;
}

/** Rows drawn by weight, as often as asked for; none if every weight is 0. @param sums N; overwritten. */
function drawRows(
  squared: Float64Array,
  weighting: 'squared' | 'plain',
  random: Random,
  count: number,
  sums: Float64Array,
): number[] {
  const weight = weighting === 'squared' ? (value: number) => value : Math.sqrt;
  let total = 0;
  for (let i = 0; i < squared.length; i++) {
    total += weight(squared[i]);
    sums[i] = total;
  }
  if (total === 0) return [];
  return Array.from({ length: count }, () => {
    const row = firstAbove(sums, random.uniform() * total);
    // A product that was rounded up to the total.
    return row === sums.length ? squared.findLastIndex((value) => value !== 0) : row;
  });
}

/** Place of the first sum that is larger than the target, or how many there are. @param sums ascending. */
function firstAbove(sums: Float64Array, target: number): number {
  let low = 0;
  let high = sums.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
