import type { BandMemory } from './band-memory.js';
import type { Moments } from './moments.js';
import { columnRuns, type Region, type Run, rowRuns } from './regions.js';
import { FILTER_DIFFERENCES, SEQUENCE_FILTER_COUNT } from './residual-maps.js';
import type { Band } from './row-groups.js';

/** A residual is quantized to -2 … 2, kept as 0 … 4. */
export const LEVELS = 5;
/** Successive residuals in one sequence. */
export const SEQUENCE_LENGTH = 4;
/** Codes of three colors at a pixel, and of a sequence: numbers whose digits in base 5 are the levels. */
export const COLOR_CODES = LEVELS ** 3;
export const SEQUENCE_CODES = LEVELS ** SEQUENCE_LENGTH;

/** Counters of a box: one a code, rounded up to what the kernel takes. */
const countersOf = (codeCount: number) => Math.ceil(codeCount / 4) * 4;

/**
 * Smallest magnitudes of levels 1 and 2, by the step of the quantizer.
 *
 * A level is the residual divided by the step, rounded, a half to even, and cut to -2 … 2: the step is the number of
 * differences that a filter adds up, as in the rich models.
 */
export const LEVEL_LIMITS: Readonly<Record<number, readonly [first: number, second: number]>> = {
  1: [1, 2],
  2: [2, 3],
  4: [3, 6],
};

/** Pixels of a band whose patterns belong to the same regions. */
interface Box {
  readonly box: Region;
  readonly members: readonly number[];
}

/** Runs of one image for patterns that reach a distance down or to the right, and where their counts are kept. */
interface PatternRuns {
  readonly columns: readonly Run[];
  readonly rows: readonly Run[];
  readonly codeCount: number;
  readonly given: number;
  readonly scratch: number;
  readonly made: number;
}

/** For patterns of a pixel, for sequences along rows and for those along columns; the same for every filter and band. */
export interface PatternPlan {
  readonly pixels: PatternRuns;
  readonly alongRows: PatternRuns;
  readonly alongColumns: PatternRuns;
}

/** @param map size of the residual map. */
export function planPatterns(
  { pool }: BandMemory,
  regions: readonly Region[],
  map: { readonly height: number; readonly width: number },
): PatternPlan {
  const reach = SEQUENCE_LENGTH - 1;
  const reserve = (dy: number, dx: number, codeCount: number): PatternRuns => {
    const columns = columnRuns(regions, map.width, dx);
    const rows = rowRuns(regions, map.height, dy);
    const most = columns.length * rows.length;
    const counts = countersOf(codeCount) * 4;
    const [given, scratch, made] = [most * 16, counts, most * counts].map((bytes) => pool.reserve(bytes));
    return { columns, rows, codeCount, given, scratch, made };
  };
  return {
    pixels: reserve(0, 0, COLOR_CODES),
    alongRows: reserve(0, reach, SEQUENCE_CODES),
    alongColumns: reserve(reach, 0, SEQUENCE_CODES),
  };
}

/**
 * Adds the patterns of filter f's three maps: those of a pixel, and the sequences that begin in the band.
 *
 * @param filled rows of the maps that are there: three more than the band has, or all to the end.
 * @param moments one a region, added to.
 */
export function sumPatterns(
  memory: BandMemory,
  plan: PatternPlan,
  f: number,
  band: Band & { readonly filled: number },
  moments: readonly Moments[],
): void {
  const { pool, maps, levels, codes, mapBytes, stride, strideBytes } = memory;
  const [first, second] = LEVEL_LIMITS[FILTER_DIFFERENCES[f]];
  const colors = [0, mapBytes, 2 * mapBytes];
  const filled = band.filled * stride;
  const size = band.rows * stride;
  pool.run(
    'quantize',
    colors.map((color) => [maps + color, levels + color, filled, first, second]),
  );
  pool.run('colorCodes', [[levels, mapBytes, codes, size]]);
  for (const [r, counts] of countInRegions(memory, plan.pixels, band, 1)) {
    addCounts(moments[r].colorCodes, f * COLOR_CODES, counts);
  }
  if (f >= SEQUENCE_FILTER_COUNT) return;
  const isAlongRow = f % 2 === 0;
  pool.run(
    'sequenceCodes',
    colors.map((color) => [levels + color, codes + color, size, isAlongRow ? 2 : strideBytes]),
  );
  const runs = isAlongRow ? plan.alongRows : plan.alongColumns;
  for (const [r, counts] of countInRegions(memory, runs, band, 3)) {
    addCounts(moments[r].sequenceCodes, f * SEQUENCE_CODES, counts);
  }
}

/** Counts the codes of so many maps in each box; yields the counts for each region that the box belongs to. */
function* countInRegions(
  { pool, codes, mapBytes, strideBytes }: BandMemory,
  runs: PatternRuns,
  band: Band,
  mapCount: number,
): Generator<readonly [region: number, counts: Int32Array]> {
  const { codeCount, given, scratch, made } = runs;
  const size = countersOf(codeCount);
  const boxes = listBoxes(runs, band);
  const words = boxes.flatMap(({ box }) => [box.top, box.bottom, box.left, box.right]);
  pool.int32(given, words.length).set(words);
  pool.run('countCodes', [
    [codes, mapCount, mapBytes, strideBytes, given, boxes.length, size, scratch, made],
  ]);
  for (const [i, { members }] of boxes.entries()) {
    const counts = pool.int32(made + i * size * 4, codeCount);
    for (const r of members) yield [r, counts];
  }
}

/** Cuts a band into boxes whose pixels, and the partners of these, lie in the same regions. */
function listBoxes({ columns, rows }: PatternRuns, band: Band): Box[] {
  return rows.flatMap((row) => {
    const top = Math.max(row.from - band.start, 0);
    const bottom = Math.min(row.to - band.start, band.rows);
    if (bottom <= top) return [];
    return columns.flatMap((column) => {
      const members = column.regions.filter((r) => row.regions.includes(r));
      return members.length === 0
        ? []
        : [{ box: { top, bottom, left: column.from, right: column.to }, members }];
    });
  });
}

function addCounts(into: Float64Array, at: number, counts: Int32Array): void {
  for (let code = 0; code < counts.length; code++) into[at + code] += counts[code];
}
