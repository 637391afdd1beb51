import { COLOR_LAGS, lagIndex } from './lags.js';
import { MAGNITUDE_LIMITS, MAGNITUDE_SUMS } from './map-sums.js';
import type { Moments } from './moments.js';
import { RESIDUAL_FILTERS } from './residual-maps.js';

const MAPS = 3 * RESIDUAL_FILTERS.length;
const LIMITS = MAGNITUDE_LIMITS.length;

/** 18 maps × 7 shares by magnitude, 18 maps × 2 ratios of moments. */
export const RESIDUAL_DISTRIBUTIONS_DIMS = MAPS * (LIMITS + 2);

/** Keeps the ratio of squared mean magnitude to energy finite, in squared gray levels. */
const ENERGY_FLOOR = 1e-3;
/** Keeps the ratio of the fourth moment to squared energy finite, in gray levels to the fourth. */
const FOURTH_FLOOR = 1e-2;

/**
 * Computes how the residuals of one region are distributed.
 *
 * In order: for each of 18 residual maps (color-major) the share of pixels of magnitude at most 0, 1, 2, 4, 8, 16, 32; for
 * each map the log of the squared mean magnitude over the mean energy, and the log of the mean fourth power over the squared
 * mean energy.
 *
 * @param values 162, overwritten.
 */
export function writeResidualDistributions(moments: Moments, values: Float32Array): void {
  const pixels = moments.rows * moments.columns;
  for (let m = 0; m < MAPS; m++) {
    const sums = moments.magnitudes.subarray(m * MAGNITUDE_SUMS, (m + 1) * MAGNITUDE_SUMS);
    let counted = 0;
    for (let i = 0; i < LIMITS; i++) {
      counted += sums[i];
      values[m * LIMITS + i] = counted / pixels;
    }
    const energy = moments.colorLags[m * COLOR_LAGS.tableSize + lagIndex(COLOR_LAGS.reach, 0, 0)] / pixels;
    const magnitude = sums[LIMITS + 1] / pixels;
    const fourth = sums[LIMITS + 2] / pixels;
    const at = MAPS * LIMITS + m * 2;
    values[at] = Math.log((magnitude ** 2 + ENERGY_FLOOR) / (energy + ENERGY_FLOOR));
    values[at + 1] = Math.log((fourth + FOURTH_FLOOR) / (energy ** 2 + FOURTH_FLOOR));
  }
}
