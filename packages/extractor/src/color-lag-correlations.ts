import { COLOR_LAGS, CROSS_LAGS, CROSS_TABLE_SIZE, lagIndex } from './lags.js';
import type { Moments } from './moments.js';
import { COLOR_PAIRS, RESIDUAL_FILTERS } from './residual-maps.js';

const FILTERS = RESIDUAL_FILTERS.length;

/** 3 pairs of colors × 6 filters × 24 lags. */
export const COLOR_LAG_CORRELATIONS_DIMS = COLOR_PAIRS.length * FILTERS * (CROSS_TABLE_SIZE - 1);

/** Keeps a ratio of energies finite. */
const RATIO_FLOOR = 1e-6;

/**
 * Computes the correlations between colors at small lags of one region from its second moments.
 *
 * In order: for each pair of colors (red and green, red and blue, green and blue) and each filter, the lags dy and dx in
 * -2 … 2 but (0, 0), in raster order. A value is the mean product of the first color's residual and the second one's at that
 * lag, over the pairs of pixels in the region, divided by the root of the product of the two mean energies. Lag (0, 0) is
 * among the residual statistics.
 *
 * @param values 432, overwritten.
 */
export function writeColorLagCorrelations(moments: Moments, values: Float32Array): void {
  const { rows, columns, colorLags, crossLags } = moments;
  const energy = (color: number, f: number) => {
    const table = (color * FILTERS + f) * COLOR_LAGS.tableSize;
    return colorLags[table + lagIndex(COLOR_LAGS.reach, 0, 0)] / (rows * columns);
  };
  let at = 0;
  for (const [p, [a, b]] of COLOR_PAIRS.entries()) {
    for (let f = 0; f < FILTERS; f++) {
      const norm = Math.sqrt(energy(a, f) * energy(b, f) + RATIO_FLOOR);
      const table = (p * FILTERS + f) * CROSS_TABLE_SIZE;
      for (const [i, [dy, dx]] of CROSS_LAGS.entries()) {
        if (dy === 0 && dx === 0) continue;
        const pixelPairs = (rows - Math.abs(dy)) * (columns - Math.abs(dx));
        values[at++] = crossLags[table + i] / pixelPairs / norm;
      }
    }
  }
}
