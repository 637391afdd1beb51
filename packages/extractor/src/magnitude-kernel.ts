import { LARGEST_RESIDUAL } from './residual-maps.js';

/** Residuals are counted by the largest magnitude that still counts: 0, 1, 2, 4, 8, 16, 32. */
export const MAGNITUDE_LIMITS = [0, 1, 2, 4, 8, 16, 32] as const;

/** Places of a row of running sums: 8 counts by magnitude, the sum of magnitudes, the sum of fourth powers. */
export const MAGNITUDE_SUMS = MAGNITUDE_LIMITS.length + 3;

/** For each magnitude the number of limits below it. */
const BINS = Uint8Array.from(
  { length: LARGEST_RESIDUAL + 1 },
  (_, magnitude) => MAGNITUDE_LIMITS.filter((limit) => limit < magnitude).length,
);

/**
 * Counts the pixels of a run of columns by magnitude, and sums magnitudes and fourth powers, row after row.
 *
 * A kernel: arguments are not checked.
 *
 * @param map integers of magnitude at most 2040; row-major, `width` columns; not modified.
 * @param run columns [from, to).
 * @param rows number of rows, from the first.
 * @param sums (rows + 1) × 10, overwritten: row y holds, over the map's rows before y, the number of pixels with magnitude
 * 0, 1, 2, 3 to 4, 5 to 8, 9 to 16, 17 to 32 and above (8), the sum of magnitudes and the sum of fourth powers.
 */
export function runningMagnitudes(
  map: Float64Array,
  width: number,
  run: { readonly from: number; readonly to: number },
  rows: number,
  sums: Float64Array,
): void {
  const counts = new Int32Array(MAGNITUDE_LIMITS.length + 1);
  let magnitudes = 0;
  let fourthPowers = 0;
  sums.fill(0, 0, MAGNITUDE_SUMS);
  for (let y = 0; y < rows; y++) {
    const end = y * width + run.to;
    for (let p = y * width + run.from; p < end; p++) {
      const magnitude = Math.abs(map[p]);
      const square = magnitude * magnitude;
      magnitudes += magnitude;
      fourthPowers += square * square;
      counts[BINS[magnitude | 0]]++;
    }
    const q = (y + 1) * MAGNITUDE_SUMS;
    for (let i = 0; i < counts.length; i++) sums[q + i] = counts[i];
    sums[q + counts.length] = magnitudes;
    sums[q + counts.length + 1] = fourthPowers;
  }
}
