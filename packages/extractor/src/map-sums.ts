import { type BandMemory, FILTERS } from './band-memory.js';
import type { Moments } from './moments.js';
import { columnRuns, type Region, type Run } from './regions.js';
import type { Band, RowGroups } from './row-groups.js';

/** Residuals are counted by the largest magnitude that still counts: 0, 1, 2, 4, 8, 16, 32. */
export const MAGNITUDE_LIMITS = [0, 1, 2, 4, 8, 16, 32] as const;

/** 8 counts by magnitude, the sum of magnitudes, the sum of fourth powers. */
export const MAGNITUDE_SUMS = MAGNITUDE_LIMITS.length + 3;

const PHASES = 16;

/** A run of columns of one color's map. */
interface ColorRun extends Run {
  readonly color: number;
}

/** What the kernels `phases` and `magnitudes` walk, the same for every filter and band. */
export interface MapPlan {
  readonly runs: readonly ColorRun[];
  /** Address of what the kernels are told of the runs. */
  readonly given: number;
  /** Address of totals under work. */
  readonly totals: number;
  /** Address of the kernels' sums. */
  readonly made: number;
}

/** @param width columns of the maps. @param rows largest number of rows of a band. */
export function planMapSums(
  memory: BandMemory,
  regions: readonly Region[],
  width: number,
  rows: number,
): MapPlan {
  const { pool, maps, mapBytes } = memory;
  const runs = [0, 1, 2].flatMap((color) => columnRuns(regions, width, 0).map((run) => ({ ...run, color })));
  const words = runs.flatMap(({ color, from, to }) => [maps + color * mapBytes + from * 2, to - from]);
  const given = pool.reserve(words.length * 4);
  pool.int32(given, words.length).set(words);
  const made = pool.reserve(runs.length * (rows + 1) * PHASES * 8);
  return { runs, given, totals: pool.reserve(PHASES * 8), made };
}

/** Adds the squares of filter f's maps by position modulo 4 in the image. @param moments one a region, added to. */
export function sumPhases(
  { pool, strideBytes }: BandMemory,
  { runs, given, totals, made }: MapPlan,
  f: number,
  rows: RowGroups & Band & { readonly address: number },
  moments: readonly Moments[],
): void {
  const groups = rows.cuts.length - 1;
  pool.run('phases', [[given, runs.length, strideBytes, rows.address, groups, rows.start & 3, totals, made]]);
  const sums = pool.float64(made, runs.length * (groups + 1) * PHASES);
  for (const [i, { color, from, regions }] of runs.entries()) {
    const target = (color * FILTERS + f) * PHASES;
    for (const r of regions) {
      const [first, last] = [rows.first[r], rows.last[r]].map((group) => (i * (groups + 1) + group) * PHASES);
      if (last <= first) continue;
      for (let phase = 0; phase < PHASES; phase++) {
        const place = (phase & 12) | ((from + phase) & 3);
        moments[r].phases[target + place] += sums[last + phase] - sums[first + phase];
      }
    }
  }
}

/** Adds the counts by magnitude, the magnitudes and the fourth powers of filter f's maps. @param moments one a region, added to. */
export function sumMagnitudes(
  { pool, strideBytes }: BandMemory,
  { runs, given, totals, made }: MapPlan,
  f: number,
  rows: RowGroups & { readonly address: number },
  moments: readonly Moments[],
): void {
  const groups = rows.cuts.length - 1;
  pool.run('magnitudes', [[given, runs.length, strideBytes, rows.address, groups, totals, made]]);
  const sums = pool.float64(made, runs.length * (groups + 1) * MAGNITUDE_SUMS);
  const limits = MAGNITUDE_LIMITS.length;
  const own = new Float64Array(MAGNITUDE_SUMS);
  for (const [i, { color, regions }] of runs.entries()) {
    const target = (color * FILTERS + f) * MAGNITUDE_SUMS;
    for (const r of regions) {
      const [first, last] = [rows.first[r], rows.last[r]].map(
        (group) => (i * (groups + 1) + group) * MAGNITUDE_SUMS,
      );
      if (last <= first) continue;
      for (let j = 0; j < MAGNITUDE_SUMS; j++) own[j] = sums[last + j] - sums[first + j];
      const { magnitudes } = moments[r];
      // The kernel counts what is above each limit, and then all pixels.
      magnitudes[target] += own[limits] - own[0];
      for (let j = 1; j < limits; j++) magnitudes[target + j] += own[j - 1] - own[j];
      magnitudes[target + limits] += own[limits - 1];
      magnitudes[target + limits + 1] += own[limits + 1];
      magnitudes[target + limits + 2] += own[limits + 2];
    }
  }
}
