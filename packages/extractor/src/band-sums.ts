import { LAGS_PER_PASS, runningProducts } from './autocorrelation-kernel.js';
import { CROSS_PRODUCTS, runningCrossProducts } from './cross-correlation-kernel.js';
import { CROSS_LAGS, CROSS_TABLE_SIZE, type LagPlan, lagIndex } from './lags.js';
import { MAGNITUDE_SUMS, runningMagnitudes } from './magnitude-kernel.js';
import type { Moments } from './moments.js';
import type { Region, Run } from './regions.js';
import { RESIDUAL_FILTERS } from './residual-maps.js';

/** A band of rows of an image's residuals under work. */
export interface Band {
  /** First row in the residual map. */
  readonly start: number;
  readonly rows: number;
  readonly width: number;
}

const FILTERS = RESIDUAL_FILTERS.length;
/** Position of lag (0, 0) in a table of CROSS_LAGS. */
const MIDDLE = (CROSS_TABLE_SIZE - 1) / 2;

/**
 * Adds the products at every lag of the plan to each region's table.
 *
 * @param into scratch: at least (rows + 1) × 6, overwritten; targets: one table a region, added to.
 */
export function sumLags(
  map: Float64Array,
  { start, rows, width }: Band,
  { reach, passes }: LagPlan,
  into: {
    regions: readonly Region[];
    runs: ReadonlyMap<number, readonly Run[]>;
    targets: readonly Float64Array[];
    scratch: Float64Array;
  },
): void {
  const { regions, runs, targets, scratch } = into;
  for (const pass of passes) {
    for (const run of runs.get(pass.dx) ?? []) {
      runningProducts(map, width, run, rows, pass, scratch);
      for (const r of run.regions) {
        const first = Math.max(regions[r].top - start, 0);
        for (let j = pass.first; j < LAGS_PER_PASS; j++) {
          const dy = pass.dy + j * pass.step;
          const last = Math.min(regions[r].bottom - dy - start, rows);
          if (last <= first) continue;
          const sum = scratch[last * LAGS_PER_PASS + j] - scratch[first * LAGS_PER_PASS + j];
          targets[r][lagIndex(reach, dy, pass.dx)] += sum;
        }
      }
    }
  }
}

/**
 * Adds the products between colors at every lag but (0, 0) of filter f's three maps.
 *
 * The lags after the middle one are walked: a product of a color and a later one's partner belongs to the lag, a product the
 * other way round to its opposite.
 *
 * @param into scratch: at least (rows + 1) × 6, overwritten; moments: one a region, added to.
 */
export function sumCrossLags(
  maps: readonly Float64Array[],
  { start, rows, width }: Band,
  f: number,
  into: {
    regions: readonly Region[];
    runs: ReadonlyMap<number, readonly Run[]>;
    moments: readonly Moments[];
    scratch: Float64Array;
  },
): void {
  const { regions, runs, moments, scratch } = into;
  for (let lag = MIDDLE + 1; lag < CROSS_TABLE_SIZE; lag++) {
    const [dy, dx] = CROSS_LAGS[lag];
    for (const run of runs.get(dx) ?? []) {
      runningCrossProducts(maps, width, run, rows, dy * width + dx, scratch);
      for (const r of run.regions) {
        const first = Math.max(regions[r].top - start, 0);
        const last = Math.min(regions[r].bottom - dy - start, rows);
        if (last <= first) continue;
        for (let i = 0; i < CROSS_PRODUCTS; i++) {
          const sum = scratch[last * CROSS_PRODUCTS + i] - scratch[first * CROSS_PRODUCTS + i];
          const place = i < 3 ? lag : CROSS_TABLE_SIZE - 1 - lag;
          moments[r].crossLags[((i % 3) * FILTERS + f) * CROSS_TABLE_SIZE + place] += sum;
        }
      }
    }
  }
}

/**
 * Adds the counts by magnitude, the magnitudes and the fourth powers of filter f's three maps.
 *
 * @param into scratch: at least (rows + 1) × 10, overwritten; moments: one a region, added to.
 */
export function sumMagnitudes(
  maps: readonly Float64Array[],
  { start, rows, width }: Band,
  f: number,
  into: {
    regions: readonly Region[];
    runs: readonly Run[];
    moments: readonly Moments[];
    scratch: Float64Array;
  },
): void {
  const { regions, runs, moments, scratch } = into;
  for (const [color, map] of maps.entries()) {
    const target = (color * FILTERS + f) * MAGNITUDE_SUMS;
    for (const run of runs) {
      runningMagnitudes(map, width, run, rows, scratch);
      for (const r of run.regions) {
        const first = Math.max(regions[r].top - start, 0) * MAGNITUDE_SUMS;
        const last = Math.min(regions[r].bottom - start, rows) * MAGNITUDE_SUMS;
        if (last <= first) continue;
        for (let i = 0; i < MAGNITUDE_SUMS; i++) {
          moments[r].magnitudes[target + i] += scratch[last + i] - scratch[first + i];
        }
      }
    }
  }
}

/** Adds the products between colors at lag (0, 0), and the squares by position modulo 4, of filter f's three maps. */
export function sumPairsAndPhases(
  maps: readonly Float64Array[],
  { start, rows, width }: Band,
  f: number,
  into: { regions: readonly Region[]; runs: readonly Run[]; moments: readonly Moments[] },
): void {
  const [red, green, blue] = maps;
  const pairs = new Float64Array(3);
  const squares = new Float64Array(12);
  for (const { from, to, regions: members } of into.runs) {
    for (let y = 0; y < rows; y++) {
      sumRow(red, green, blue, y * width, from, to, pairs, squares);
      for (const r of members) {
        const { top, bottom } = into.regions[r];
        if (start + y < top || start + y >= bottom) continue;
        const { crossLags, phases } = into.moments[r];
        for (let i = 0; i < 3; i++) crossLags[(i * FILTERS + f) * CROSS_TABLE_SIZE + MIDDLE] += pairs[i];
        const phase = ((start + y) & 3) * 4;
        for (let i = 0; i < 12; i++) phases[((i >> 2) * FILTERS + f) * 16 + phase + (i & 3)] += squares[i];
      }
    }
  }
}

/** Sums of one row's columns [from, to). @param pairs 3, overwritten. @param squares 3 colors × 4 phases, overwritten. */
function sumRow(
  red: Float64Array,
  green: Float64Array,
  blue: Float64Array,
  row: number,
  from: number,
  to: number,
  pairs: Float64Array,
  squares: Float64Array,
): void {
  let redGreen = 0;
  let redBlue = 0;
  let greenBlue = 0;
  squares.fill(0);
  for (let x = from; x < to; x++) {
    const r = red[row + x];
    const g = green[row + x];
    const b = blue[row + x];
    redGreen += r * g;
    redBlue += r * b;
    greenBlue += g * b;
    const phase = x & 3;
    squares[phase] += r * r;
    squares[4 + phase] += g * g;
    squares[8 + phase] += b * b;
  }
  pairs[0] = redGreen;
  pairs[1] = redBlue;
  pairs[2] = greenBlue;
}
