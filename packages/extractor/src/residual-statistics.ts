import { COLOR_LAGS, CROSS_TABLE_SIZE, lagIndex } from './lags.js';
import type { Moments } from './moments.js';
import { COLOR_PAIRS, RESIDUAL_FILTERS } from './residual-maps.js';

const FILTERS = RESIDUAL_FILTERS.length;
const MAPS = 3 * FILTERS;
const LAGS = (COLOR_LAGS.reach + 1) * (2 * COLOR_LAGS.reach + 1);

/** 18 maps × 66 lags, 18 energies, 18 color correlations, 18 maps × 16 phases. */
export const RESIDUAL_STATISTICS_DIMS = MAPS * LAGS + MAPS + MAPS + MAPS * 16;

/** Keeps the logarithm of an energy finite; a flat image has energy 0. In squared gray levels. */
const ENERGY_FLOOR = 1e-2;
/** Keeps a ratio of sums finite. */
const RATIO_FLOOR = 1e-6;

/**
 * Computes the residual statistics of one region from its second moments.
 *
 * In order: for each of 18 residual maps (color-major) the autocorrelation at lags dy in -5 … 0 and dx in -5 … 5,
 * divided by that at lag 0; the log mean energy of each map; for each filter the correlation between red and green, red
 * and blue, green and blue (pair-major); for each map the log of the mean energy at each position modulo 4, over the mean of the
 * 16. Lags and their opposites are equal, so 5 of the 66 repeat others.
 *
 * @param values 1512, overwritten.
 */
export function writeResidualStatistics(moments: Moments, values: Float32Array): void {
  const pixels = moments.rows * moments.columns;
  const energies = new Float64Array(MAPS);
  for (let m = 0; m < MAPS; m++) {
    const table = moments.colorLags.subarray(m * COLOR_LAGS.tableSize, (m + 1) * COLOR_LAGS.tableSize);
    energies[m] = table[lagIndex(COLOR_LAGS.reach, 0, 0)] / pixels;
    writeAutocorrelation(table, values.subarray(m * LAGS, (m + 1) * LAGS));
  }
  let at = MAPS * LAGS;
  for (let m = 0; m < MAPS; m++) values[at++] = Math.log(energies[m] + ENERGY_FLOOR);
  for (const [p, [a, b]] of COLOR_PAIRS.entries()) {
    for (let f = 0; f < FILTERS; f++) {
      const product = energies[a * FILTERS + f] * energies[b * FILTERS + f];
      const sum = moments.crossLags[(p * FILTERS + f) * CROSS_TABLE_SIZE + (CROSS_TABLE_SIZE - 1) / 2];
      values[at++] = sum / pixels / Math.sqrt(product + RATIO_FLOOR);
    }
  }
  for (let m = 0; m < MAPS; m++) {
    writePhases(moments, m, values.subarray(at, at + 16));
    at += 16;
  }
}

function writeAutocorrelation(table: Float64Array, values: Float32Array): void {
  const { reach } = COLOR_LAGS;
  const scale = 1 / (table[lagIndex(reach, 0, 0)] + RATIO_FLOOR);
  let at = 0;
  for (let dy = -reach; dy <= 0; dy++) {
    for (let dx = -reach; dx <= reach; dx++) values[at++] = table[lagIndex(reach, dy, dx)] * scale;
  }
}

function writePhases({ phases, phasePixels }: Moments, m: number, values: Float32Array): void {
  let mean = 0;
  for (let i = 0; i < 16; i++) mean += phases[m * 16 + i] / phasePixels[i] / 16;
  for (let i = 0; i < 16; i++) {
    values[i] = Math.log((phases[m * 16 + i] / phasePixels[i] + ENERGY_FLOOR) / (mean + ENERGY_FLOOR));
  }
}
