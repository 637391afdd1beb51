import type { Region } from './regions.js';
import { LARGEST_RESIDUAL } from './residual-maps.js';

/** A residual is quantized to -2 … 2, kept as 0 … 4. */
export const LEVELS = 5;
/** Successive residuals in one sequence. */
export const SEQUENCE_LENGTH = 4;
/** Codes of three colors at a pixel, and of a sequence: numbers whose digits in base 5 are the levels. */
export const COLOR_CODES = LEVELS ** 3;
export const SEQUENCE_CODES = LEVELS ** SEQUENCE_LENGTH;

/**
 * Levels by residual + 2040, for each step of the quantizer.
 *
 * A level is the residual divided by the step, rounded, a half to even, and cut to -2 … 2: the step is the number of
 * differences that a filter adds up, as in the rich models.
 */
const LEVEL_TABLES = new Map([1, 2, 4].map((step) => [step, levelTable(step)]));

function levelTable(step: number): Uint8Array {
  return Uint8Array.from({ length: 2 * LARGEST_RESIDUAL + 1 }, (_, i) => {
    const residual = i - LARGEST_RESIDUAL;
    const magnitude = Math.abs(residual) / step;
    const down = Math.floor(magnitude);
    const isUp = magnitude - down > 0.5 || (magnitude - down === 0.5 && down % 2 === 1);
    return 2 + Math.sign(residual) * Math.min(2, isUp ? down + 1 : down);
  });
}

/**
 * Quantizes residuals.
 *
 * @param map integers of magnitude at most 2040; not modified.
 * @param step 1, 2 or 4.
 * @param levels at least `count`, overwritten with 0 … 4.
 */
export function quantizeResiduals(map: Float64Array, count: number, step: number, levels: Uint8Array): void {
  const table = LEVEL_TABLES.get(step) as Uint8Array;
  for (let p = 0; p < count; p++) levels[p] = table[map[p] + LARGEST_RESIDUAL];
}

/**
 * Counts the codes of three colors in a box.
 *
 * A kernel: arguments are not checked.
 *
 * @param width columns of the maps. @param counts 125, added to.
 */
export function countColorCodes(
  red: Uint8Array,
  green: Uint8Array,
  blue: Uint8Array,
  width: number,
  { top, bottom, left, right }: Region,
  counts: Int32Array,
): void {
  for (let y = top; y < bottom; y++) {
    const end = y * width + right;
    for (let p = y * width + left; p < end; p++) counts[(red[p] * LEVELS + green[p]) * LEVELS + blue[p]]++;
  }
}

/**
 * Counts the codes of the sequences that begin in a box.
 *
 * A kernel: arguments are not checked.
 *
 * @param width columns of the map. @param step from one residual of a sequence to the next: 1 or `width`.
 * @param counts 625, added to.
 */
export function countSequenceCodes(
  map: Uint8Array,
  width: number,
  { top, bottom, left, right }: Region,
  step: number,
  counts: Int32Array,
): void {
  for (let y = top; y < bottom; y++) {
    const end = y * width + right;
    for (let p = y * width + left; p < end; p++) {
      const code =
        ((map[p] * LEVELS + map[p + step]) * LEVELS + map[p + 2 * step]) * LEVELS + map[p + 3 * step];
      counts[code]++;
    }
  }
}
