import type { ResidualSpectrum } from './residual-spectrum.js';

/** A frequency that stands out of those around it, as regular upsampling leaves it. */
export interface SpectrumPeak {
  /** Cycles a pixel in [0, 1/2]. */
  readonly x: number;
  /** Cycles a pixel in [-1/2, 1/2], downward. */
  readonly y: number;
  /** Decibels above what lies around. */
  readonly excess: number;
}

/** Options of {@link findSpectrumPeaks}. */
export interface PeakOptions {
  /** Smallest excess in decibels; by default 3. */
  readonly smallest?: number;
  /** Smallest excess in standard errors of the mean of so many patches; by default 6. */
  readonly standardErrors?: number;
  /** At most so many are returned; by default 12. */
  readonly most?: number;
}

/** Standard deviation of the decibels of one periodogram of noise: 10 / ln 10 · π / √6. */
const DEVIATION = ((10 / Math.LN10) * Math.PI) / Math.sqrt(6);
/** Cells on each side that the window smears a peak over; they do not count as its surroundings. */
const SMEARED = 2;
const REACH = 7;

/**
 * Finds frequencies that stand out: larger than the eight around them, and above the medians of their surroundings in their
 * row, in their column, and on both sides of both diagonals. Edges of what the images show make whole rows or columns bright, which
 * is no peak. Of a frequency and its opposite one is named; frequency 0 and those that the window cannot tell from it are left out.
 *
 * @returns the largest excess first, ties in reading order.
 */
export function findSpectrumPeaks(
  { size, patches, decibels }: ResidualSpectrum,
  { smallest = 3, standardErrors = 6, most = 12 }: PeakOptions = {},
): SpectrumPeak[] {
  const least = Math.max(smallest, (standardErrors * DEVIATION) / Math.sqrt(patches));
  const at = (x: number, y: number) => decibels[((y + size) % size) * size + ((x + size) % size)];
  const half = size / 2;
  const peaks: SpectrumPeak[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x <= half; x++) {
      // From the left edge, -1/2, to the middle: the opposite half; of the columns that are their own opposites the upper half.
      const isTwice = (x === 0 || x === half) && y > half;
      const isMiddle = Math.max(Math.abs(x - half), Math.abs(y - half)) <= SMEARED;
      if (isTwice || isMiddle || !isLocalMaximum(at, x, y)) continue;
      const excess = at(x, y) - surroundings(at, x, y);
      if (excess >= least) peaks.push({ x: Math.abs(x / size - 0.5), y: 0.5 - y / size, excess });
    }
  }
  return peaks.sort((a, b) => b.excess - a.excess).slice(0, most);
}

type Reading = (x: number, y: number) => number;

function isLocalMaximum(at: Reading, x: number, y: number): boolean {
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) if (at(x + dx, y + dy) > at(x, y)) return false;
  }
  return true;
}

/** The largest of the medians along row, column and diagonals. */
function surroundings(at: Reading, x: number, y: number): number {
  const directions = [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
  ] as const;
  return Math.max(
    ...directions.map(([dx, dy]) => {
      const values: number[] = [];
      for (let distance = SMEARED + 1; distance <= REACH; distance++) {
        values.push(at(x + distance * dx, y + distance * dy), at(x - distance * dx, y - distance * dy));
      }
      values.sort((a, b) => a - b);
      return (values[REACH - SMEARED - 1] + values[REACH - SMEARED]) / 2;
    }),
  );
}
