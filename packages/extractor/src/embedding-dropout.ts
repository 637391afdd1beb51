import type { Random } from '@ganscout/numeric';

/** A source of dropout masks of one rate. */
export interface DropoutMasks {
  /** Fills the mask: 0 with probability `rate`, else 1 / (1 - rate). @param mask overwritten. */
  fill(mask: Float32Array): void;
  /** The probability in use: the rate asked for, rounded to a multiple of 2^-16. */
  readonly rate: number;
}

/**
 * Makes dropout masks from a stream of random numbers.
 *
 * One 32-bit draw gives 32, 16, 8, 4 or 2 elements: as many as have room for the fewest bits in which the rate is a
 * whole number (a rate of 0.5 takes one bit). An element is dropped if its bits, as a number, are below rate · 2^bits.
 *
 * @param rate in [0, 1).
 */
export function createDropoutMasks(random: Random, rate: number): DropoutMasks {
  if (!(rate >= 0 && rate < 1))
    throw new RangeError(`createDropoutMasks: rate must be in [0, 1), got ${rate}`);
  const bits = [1, 2, 4, 8, 16].find((count) => Number.isInteger(rate * 2 ** count)) ?? 16;
  const threshold = Math.min(Math.round(rate * 2 ** bits), 2 ** bits - 1);
  const actualRate = threshold / 2 ** bits;
  // values[v] is the mask element of the bits v: a look-up is faster than an unpredictable branch.
  const values = Float32Array.from({ length: 2 ** bits }, (_, v) =>
    v < threshold ? 0 : 1 / (1 - actualRate),
  );
  const fieldMask = 2 ** bits - 1;
  const perWord = 32 / bits;
  return {
    rate: actualRate,
    fill(mask) {
      for (let start = 0; start < mask.length; start += perWord) {
        let word = Math.floor(random.uniform() * 4294967296) | 0;
        const end = Math.min(start + perWord, mask.length);
        for (let i = start; i < end; i++) {
          mask[i] = values[word & fieldMask]!;
          word >>>= bits;
        }
      }
    },
  };
}
