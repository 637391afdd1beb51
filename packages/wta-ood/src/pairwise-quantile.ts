import { type KernelPool, kernelPool } from '@ganscout/kernels';
import type { Random } from '@ganscout/numeric';
import { WASM_BINARY } from './wasm-binary.js';
import { type PackedCodes, padRows } from './wta-hash.js';

/** Calls that all pairs are split into, with equally many pairs; sampled pairs in one call; calls handed over at once. */
const PIECES = 16;
const CALL_PAIRS = 4096;
const BATCH_CALLS = 16;

/**
 * Quantile of the Hamming distances between two different rows of the given ones, type 7.
 *
 * Exact up to `sampleSize` pairs. Above that, from so many pairs drawn uniformly with replacement, in which
 * case the probability actually cut off has a standard error of √(q (1 - q) / sampleSize): 0.0004 for
 * q = 0.9 and 500,000 pairs.
 *
 * @param rows at least two row numbers.
 *
 * Cost: H / 128 steps a pair for K = 2.
 */
export function pairwiseQuantile(
  codes: PackedCodes,
  rows: readonly number[],
  probability: number,
  sampleSize: number,
  random: Random,
): number {
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const { address, stride } = padRows(pool, codes, rows);
  const shape = [address, stride, codes.bitsPerCode];
  const size = codes.bytesPerRow * (8 / codes.bitsPerCode) + 1;
  const n = rows.length;
  const pairs = (n * (n - 1)) / 2;
  const counts =
    pairs <= sampleSize
      ? countAllPairs(pool, shape, n, size)
      : countSampledPairs(pool, shape, n, size, { sampleSize, random });
  return countedQuantile(counts, Math.min(pairs, sampleSize), probability);
}

/** Number of pairs at each distance. @param shape address, stride and bits of the codes. */
function countAllPairs(pool: KernelPool, shape: readonly number[], rows: number, size: number): Float64Array {
  const bounds = Array.from({ length: PIECES + 1 }, (_, i) => Math.round(rows * Math.sqrt(i / PIECES)));
  const calls = Array.from({ length: PIECES }, (_, i) => [
    ...[...shape, bounds[i], bounds[i + 1]],
    ...[pool.reserve(size * 4), size],
  ]);
  pool.run('allPairs', calls);
  const counts = new Float64Array(size);
  for (const call of calls) addTo(counts, pool.int32(call[5], size));
  return counts;
}

function countSampledPairs(
  pool: KernelPool,
  shape: readonly number[],
  rows: number,
  size: number,
  { sampleSize, random }: { readonly sampleSize: number; readonly random: Random },
): Float64Array {
  const counts = new Float64Array(size);
  const given = pool.reserve(BATCH_CALLS * CALL_PAIRS * 8);
  const made = Array.from({ length: BATCH_CALLS }, () => pool.reserve(size * 4));
  for (let from = 0; from < sampleSize; from += BATCH_CALLS * CALL_PAIRS) {
    const some = Math.min(BATCH_CALLS * CALL_PAIRS, sampleSize - from);
    const drawn = pool.int32(given, some * 2);
    for (let p = 0; p < some; p++) {
      const i = random.integer(rows);
      const other = random.integer(rows - 1);
      drawn[2 * p] = i;
      drawn[2 * p + 1] = other < i ? other : other + 1;
    }
    const calls = made.slice(0, Math.ceil(some / CALL_PAIRS)).map((address, c) => {
      const first = c * CALL_PAIRS;
      return [...shape, given + first * 8, Math.min(CALL_PAIRS, some - first), address, size];
    });
    pool.run('somePairs', calls);
    for (const call of calls) addTo(counts, pool.int32(call[5], size));
  }
  return counts;
}

/** Quantile, type 7, of `total` whole numbers of which counts[v] are v. */
export function countedQuantile(counts: Float64Array, total: number, probability: number): number {
  const position = probability * (total - 1);
  const below = Math.floor(position);
  const low = valueAt(counts, below);
  const high = valueAt(counts, Math.min(below + 1, total - 1));
  return low + (position - below) * (high - low);
}

/** The value at a place of the ascending order. */
function valueAt(counts: Float64Array, place: number): number {
  let value = 0;
  for (let before = counts[0]; before <= place; before += counts[value]) value++;
  return value;
}

function addTo(counts: Float64Array, some: Int32Array): void {
  for (let i = 0; i < some.length; i++) counts[i] += some[i];
}
