import { solvePositiveDefinite } from '@ganscout/numeric';
import { GRAY_LAGS, lagIndex } from './lags.js';
import type { Moments } from './moments.js';
import { GRAY_FILTER_COUNT } from './residual-maps.js';

const RADIUS = 3;
const SCALES = [1, 2] as const;
const RIDGE = 1e-3;
const RATIO_FLOOR = 1e-6;
const NEIGHBORS = (2 * RADIUS + 1) ** 2 - 1;
const HALF = NEIGHBORS / 2;

/** 2 scales × 5 maps × (48 coefficients and the log unexplained share). */
export const PREDICTOR_COEFFICIENTS_DIMS = SCALES.length * GRAY_FILTER_COUNT * (NEIGHBORS + 1);

/** The first 24 of the 48 neighbors in raster order; neighbor 47 - i is the opposite of neighbor i. */
const OFFSETS = Array.from({ length: HALF }, (_, i) => {
  return [Math.floor(i / (2 * RADIUS + 1)) - RADIUS, (i % (2 * RADIUS + 1)) - RADIUS] as const;
});

interface ScaleTables {
  /** HALF × HALF positions of the lags o_i - o_j and o_i + o_j. */
  readonly difference: Int32Array;
  readonly sum: Int32Array;
  /** HALF positions of the lags o_i. */
  readonly single: Int32Array;
}

const TABLES: readonly ScaleTables[] = SCALES.map((scale) => {
  const at = (dy: number, dx: number) => lagIndex(GRAY_LAGS.reach, scale * dy, scale * dx);
  const pairs = (sign: number) =>
    Int32Array.from(OFFSETS.flatMap(([y, x]) => OFFSETS.map(([v, u]) => at(y + sign * v, x + sign * u))));
  return { difference: pairs(-1), sum: pairs(1), single: Int32Array.from(OFFSETS, ([y, x]) => at(y, x)) };
});

/**
 * Computes the coefficients of the least-squares predictors of one region from its second moments.
 *
 * For each scale and each of 5 residuals of R + G + B: the ridge regression coefficients that predict a residual pixel
 * from its 7 × 7 neighborhood at that scale (48, raster order), then the log of the share of energy left unexplained.
 *
 * The normal equations hold autocorrelations, which are equal at opposite lags; so opposite neighbors get equal
 * coefficients, and 24 unknowns remain: (a(o_i - o_j) + a(o_i + o_j)) c_j = a(o_i), ridge on the diagonal.
 *
 * @param values 490, overwritten.
 *
 * Cost: ten systems of 24 unknowns.
 * Source: the residual models of T. D. Nguyen, A. Azizpour, M. C. Stamm, "Forensic Self-Descriptions Are All You Need for
 * Zero-Shot Detection, Open-Set Source Attribution, and Clustering of AI-generated Images", CVPR 2025.
 * Departs from the source: fixed high-pass filters in place of learned ones, solved in closed form.
 */
export function writePredictorCoefficients(moments: Moments, values: Float32Array): void {
  const matrix = new Float64Array(HALF * HALF);
  const solution = new Float64Array(HALF);
  let at = 0;
  for (const tables of TABLES) {
    for (let f = 0; f < GRAY_FILTER_COUNT; f++) {
      const lags = moments.grayLags.subarray(f * GRAY_LAGS.tableSize, (f + 1) * GRAY_LAGS.tableSize);
      at = writePredictor(lags, tables, { matrix, solution, values, at });
    }
  }
}

function writePredictor(
  lags: Float64Array,
  { difference, sum, single }: ScaleTables,
  work: { matrix: Float64Array; solution: Float64Array; values: Float32Array; at: number },
): number {
  const { matrix, solution, values, at } = work;
  // R + G + B is three times the mean of the colors, so its moments are nine times those of the gray image.
  const scale = 1 / (lags[lagIndex(GRAY_LAGS.reach, 0, 0)] + 9 * RATIO_FLOOR);
  for (let i = 0; i < HALF * HALF; i++) matrix[i] = (lags[difference[i]] + lags[sum[i]]) * scale;
  for (let i = 0; i < HALF; i++) {
    matrix[i * HALF + i] += RIDGE;
    solution[i] = lags[single[i]] * scale;
  }
  solvePositiveDefinite(matrix, solution);
  let explained = 0;
  for (let i = 0; i < HALF; i++) {
    values[at + i] = solution[i];
    values[at + NEIGHBORS - 1 - i] = solution[i];
    explained += 2 * solution[i] * lags[single[i]] * scale;
  }
  values[at + NEIGHBORS] = Math.log(Math.max(1 - explained, RATIO_FLOOR));
  return at + NEIGHBORS + 1;
}
