import { quantile, type Random } from '@ganscout/numeric';
import type { PackedCodes } from './wta-hash.js';

/**
 * Hamming distance of rows i and j: the number of hashes whose codes differ.
 *
 * @param words the packed bytes as 32-bit words.
 *
 * Cost: O(H / 32) for K = 2.
 */
function hammingDistance(words: Uint32Array, perRow: number, bits: number, i: number, j: number): number {
  let distance = 0;
  for (let w = 0; w < perRow; w++) {
    let x = words[i * perRow + w] ^ words[j * perRow + w];
    // Codes differ if any of their bits do: gather each code's bits in its lowest one.
    if (bits === 4) x = (x | (x >>> 2)) & 0x33333333;
    if (bits >= 2) x = (x | (x >>> 1)) & (bits === 2 ? 0x55555555 : 0x11111111);
    distance += populationCount(x);
  }
  return distance;
}

/** Number of one bits of a 32-bit integer. Source: H. S. Warren, Hacker's Delight, 2nd ed., section 5-1. */
export function populationCount(value: number): number {
  let x = value - ((value >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}

/**
 * Quantile of the Hamming distances between two different rows of the given ones, type 7.
 *
 * Exact up to `sampleSize` pairs. Above that, from so many pairs drawn uniformly with replacement, in which
 * case the probability actually cut off has a standard error of √(q (1 - q) / sampleSize): 0.0004 for
 * q = 0.9 and 500,000 pairs.
 *
 * @param rows at least two row numbers.
 */
export function pairwiseQuantile(
  codes: PackedCodes,
  rows: readonly number[],
  probability: number,
  sampleSize: number,
  random: Random,
): number {
  const words = new Uint32Array(codes.bytes.buffer, codes.bytes.byteOffset, codes.bytes.length / 4);
  const perRow = codes.bytesPerRow / 4;
  const bits = codes.bitsPerCode;
  const n = rows.length;
  const pairs = (n * (n - 1)) / 2;
  const distances = new Uint32Array(Math.min(pairs, sampleSize));
  if (pairs <= sampleSize) {
    let p = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) distances[p++] = hammingDistance(words, perRow, bits, rows[i], rows[j]);
    }
  } else {
    for (let p = 0; p < sampleSize; p++) {
      const i = random.integer(n);
      const other = random.integer(n - 1);
      const j = other < i ? other : other + 1;
      distances[p] = hammingDistance(words, perRow, bits, rows[i], rows[j]);
    }
  }
  return quantile(distances, probability);
}
