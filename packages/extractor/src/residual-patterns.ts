import type { Moments } from './moments.js';
import { COLOR_CODES, LEVELS, SEQUENCE_CODES, SEQUENCE_LENGTH } from './pattern-sums.js';
import { PATTERN_FILTER_COUNT, SEQUENCE_FILTER_COUNT } from './residual-maps.js';

/** Class of each code of three colors: a pattern and its negative are of one class. */
export const COLOR_CLASSES = classify(COLOR_CODES, 3, (levels) => [levels, negate(levels)]);

/** Class of each code of a sequence: a sequence, its negative and both read backwards are of one class. */
export const SEQUENCE_CLASSES = classify(SEQUENCE_CODES, SEQUENCE_LENGTH, (levels) => {
  const backwards = [...levels].reverse();
  return [levels, negate(levels), backwards, negate(backwards)];
});

/** 5 filters × 63 classes of three colors, 4 filters × 169 classes of sequences. */
export const RESIDUAL_PATTERNS_DIMS =
  PATTERN_FILTER_COUNT * COLOR_CLASSES.count + SEQUENCE_FILTER_COUNT * SEQUENCE_CLASSES.count;

/**
 * Computes how often quantized residuals meet in patterns, over one region.
 *
 * A residual is quantized to -2 … 2. In order: for each of the first 5 filters the classes of (red, green, blue) at a pixel;
 * for each of the first 4 the classes of four successive residuals in the direction of the filter's differences, the colors
 * together. A value is the root of a class's share, on which differences of rare and of frequent patterns count alike.
 *
 * Moments of second order do not see what is told by how small residuals go together: how a generator rounds its samples,
 * and how a camera and its JPEG file make the colors move as one.
 *
 * @param values 991, overwritten; all 0 in a block in which the region has no pattern.
 *
 * Source: co-occurrences of truncated residuals, T. Pevný, P. Bas, J. Fridrich, "Steganalysis by subtractive pixel adjacency
 * matrix", IEEE TIFS 5(2), 2010; their symmetries, J. Fridrich, J. Kodovský, "Rich models for steganalysis of digital
 * images", IEEE TIFS 7(3), 2012. Departs from the source: patterns across colors, roots of shares.
 */
export function writeResidualPatterns({ colorCodes, sequenceCodes }: Moments, values: Float32Array): void {
  let at = 0;
  for (let f = 0; f < PATTERN_FILTER_COUNT; f++) {
    const counts = colorCodes.subarray(f * COLOR_CODES, (f + 1) * COLOR_CODES);
    at = writeShares(counts, COLOR_CLASSES, values, at);
  }
  for (let f = 0; f < SEQUENCE_FILTER_COUNT; f++) {
    const counts = sequenceCodes.subarray(f * SEQUENCE_CODES, (f + 1) * SEQUENCE_CODES);
    at = writeShares(counts, SEQUENCE_CLASSES, values, at);
  }
}

interface Classes {
  readonly count: number;
  readonly ofCode: Uint8Array;
}

/** Writes the roots of the classes' shares from `at` on and returns where they end. */
function writeShares(counts: Float64Array, classes: Classes, values: Float32Array, at: number): number {
  const sums = new Float64Array(classes.count);
  let total = 0;
  for (let code = 0; code < counts.length; code++) {
    sums[classes.ofCode[code]] += counts[code];
    total += counts[code];
  }
  if (total === 0) values.fill(0, at, at + classes.count);
  else for (let i = 0; i < classes.count; i++) values[at + i] = Math.sqrt(sums[i] / total);
  return at + classes.count;
}

/** Numbers the classes by their lowest codes. @param alike all patterns of the class of one. */
function classify(codes: number, length: number, alike: (levels: number[]) => number[][]): Classes {
  const ofCode = new Uint8Array(codes);
  let count = 0;
  for (let code = 0; code < codes; code++) {
    const levels = Array.from({ length }, (_, i) => Math.floor(code / LEVELS ** (length - 1 - i)) % LEVELS);
    const lowest = Math.min(
      ...alike(levels).map((pattern) => pattern.reduce((sum, level) => sum * LEVELS + level, 0)),
    );
    ofCode[code] = lowest === code ? count++ : ofCode[lowest];
  }
  return { count, ofCode };
}

function negate(levels: readonly number[]): number[] {
  return levels.map((level) => LEVELS - 1 - level);
}
