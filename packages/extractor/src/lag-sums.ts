import { type BandMemory, FILTERS, largestResidual } from './band-memory.js';
import { COLOR_LAGS, CROSS_REACH, CROSS_TABLE_SIZE, LAGS_PER_PASS, lagIndex } from './lags.js';
import type { Moments } from './moments.js';
import { columnRuns, type Region } from './regions.js';
import { COLOR_PAIRS, RESIDUAL_FILTERS } from './residual-maps.js';
import type { RowGroups } from './row-groups.js';

/** Sums that begin at `dy`, of a run of columns: which regions count them, and where. */
interface LagPass {
  readonly dy: number;
  readonly table: 'colorLags' | 'crossLags';
  /** Place of each lag in the table of the first filter, -1 where it is not counted. */
  readonly places: readonly number[];
  /** Distance of the tables of two filters. */
  readonly tableSize: number;
  readonly members: readonly number[];
}

/** Passes of the kernel `lagProducts` over an image, the same for every filter and band. */
export interface LagPlan {
  readonly passes: readonly LagPass[];
  /** Address of what the kernel is told of them. */
  readonly given: number;
  /** Address of its sums, enough for `rows` rows in a band. */
  readonly made: number;
}

/**
 * Plans the sums of products of each map with itself at the lags of COLOR_LAGS, and of maps of two colors at those of
 * CROSS_LAGS.
 *
 * Of two colors, the lags with dy ≥ 0 of either order are walked: a product of the second color's pixel and the first one's
 * partner belongs to the opposite lag.
 *
 * @param width columns of the maps. @param rows largest number of rows of a band.
 */
export function planLags(
  memory: BandMemory,
  regions: readonly Region[],
  width: number,
  rows: number,
): LagPlan {
  const { pool, maps, mapBytes } = memory;
  const passes: LagPass[] = [];
  const given: number[] = [];
  const runs = new Map(
    Array.from({ length: 2 * COLOR_LAGS.reach + 1 }, (_, i) => i - COLOR_LAGS.reach).map((dx) => [
      dx,
      columnRuns(regions, width, dx),
    ]),
  );
  const add = (a: number, b: number, dy: number, dx: number, pass: Omit<LagPass, 'dy' | 'members'>) => {
    for (const { from, to, regions: members } of runs.get(dx) ?? []) {
      passes.push({ dy, members, ...pass });
      const pixels = maps + a * mapBytes + from * 2;
      const partners = maps + b * mapBytes + dy * memory.strideBytes + (from + dx) * 2;
      given.push(pixels, partners, to - from);
    }
  };
  for (let color = 0; color < 3; color++) {
    for (const { dy, dx, first } of COLOR_LAGS.passes) {
      const { reach, tableSize } = COLOR_LAGS;
      const place = (j: number) => color * FILTERS * tableSize + lagIndex(reach, dy + j, dx);
      const places = [0, 1, 2].map((j) => (j < first ? -1 : place(j)));
      add(color, color, dy, dx, { table: 'colorLags', places, tableSize });
    }
  }
  for (const [pair, [a, b]] of COLOR_PAIRS.entries()) {
    for (let dx = -CROSS_REACH; dx <= CROSS_REACH; dx++) {
      for (const sign of [1, -1]) {
        const places = [0, 1, 2].map((j) => crossPlace(pair, j, dx, sign));
        const [left, right] = sign === 1 ? [a, b] : [b, a];
        add(left, right, 0, dx, { table: 'crossLags', places, tableSize: CROSS_TABLE_SIZE });
      }
    }
  }
  const address = pool.reserve(given.length * 4);
  const made = pool.reserve(passes.length * (rows + 1) * LAGS_PER_PASS * 8);
  pool.int32(address, given.length).set(given);
  return { passes, given: address, made };
}

/** Place of the lag sign · (dy, dx) between the colors of a pair; -1 for lag (0, 0) of the second order, which is that of the first. */
function crossPlace(pair: number, dy: number, dx: number, sign: number): number {
  if (sign === -1 && dy === 0) return -1;
  const middle = (CROSS_TABLE_SIZE - 1) / 2;
  return pair * FILTERS * CROSS_TABLE_SIZE + middle + sign * (dy * (2 * CROSS_REACH + 1) + dx);
}

/**
 * Adds the products of filter f's maps at all lags of the plan to each region's tables.
 *
 * @param cuts address of the groups' rows. @param moments one a region, added to.
 */
export function sumLags(
  memory: BandMemory,
  plan: LagPlan,
  f: number,
  rows: RowGroups & { readonly address: number },
  moments: readonly Moments[],
): void {
  const { pool, strideBytes } = memory;
  const { passes, given, made } = plan;
  const groups = rows.cuts.length - 1;
  const dots = Math.floor((2 ** 31 - 1) / (2 * largestResidual(RESIDUAL_FILTERS[f]) ** 2));
  pool.run('lagProducts', [[given, passes.length, strideBytes, rows.address, groups, dots, made]]);
  const sums = pool.float64(made, passes.length * (groups + 1) * LAGS_PER_PASS);
  let at = 0;
  for (const { dy, table, places, tableSize, members } of passes) {
    for (const r of members) {
      const target = moments[r][table];
      const first = rows.first[r];
      for (let j = 0; j < LAGS_PER_PASS; j++) {
        const last = rows.last[(dy + j) * moments.length + r];
        if (places[j] === -1 || last <= first) continue;
        target[places[j] + f * tableSize] +=
          sums[at + last * LAGS_PER_PASS + j] - sums[at + first * LAGS_PER_PASS + j];
      }
    }
    at += (groups + 1) * LAGS_PER_PASS;
  }
}
