import { type Band, sumCrossLags, sumLags, sumMagnitudes, sumPairsAndPhases } from './band-sums.js';
import { COLOR_LAGS, CROSS_TABLE_SIZE, type LagPlan } from './lags.js';
import { MAGNITUDE_SUMS } from './magnitude-kernel.js';
import { COLOR_CODES, SEQUENCE_CODES } from './pattern-kernel.js';
import { sumPatterns } from './pattern-sums.js';
import { columnRuns, type Region, type Run } from './regions.js';
import {
  filterPlane,
  PATTERN_FILTER_COUNT,
  RESIDUAL_FILTERS,
  SEQUENCE_FILTER_COUNT,
} from './residual-maps.js';
import type { RgbImage } from './rgb-image.js';

/**
 * Moments of the residuals of one region: plain sums over its pixels, integers, hence exact and independent of the order
 * of summation as long as they stay below 2^53. Only fourth powers can exceed that, over 520 pixels of the largest
 * residual in one band and more; they are then rounded, in an order that is always the same.
 *
 * A product at a lag counts when both of its pixels lie in the region.
 */
export interface Moments {
  /** Size of the region. */
  readonly rows: number;
  readonly columns: number;
  /** 18 maps (color-major) × table of COLOR_LAGS. */
  readonly colorLags: Float64Array;
  /** 3 pairs (red-green, red-blue, green-blue) × 6 filters × 25 lags of CROSS_LAGS from the first color to the second. */
  readonly crossLags: Float64Array;
  /** 18 maps × 16 positions modulo 4 in y and x: sums of squares. */
  readonly phases: Float64Array;
  /** 16 positions: number of pixels. */
  readonly phasePixels: Float64Array;
  /** 18 maps × 10: number of pixels by magnitude (8), sum of magnitudes, sum of fourth powers, as `runningMagnitudes`. */
  readonly magnitudes: Float64Array;
  /** 5 filters × 125 codes of three colors: number of pixels. */
  readonly colorCodes: Float64Array;
  /** 4 filters × 625 codes of sequences along the filter's axis: number of sequences, the colors together. */
  readonly sequenceCodes: Float64Array;
}

/** Elements of one residual map that are held at once. */
const BAND_ELEMENTS = 65536;
const FILTERS = RESIDUAL_FILTERS.length;

/**
 * Sums the moments of an image's residuals over each region.
 *
 * The image is walked in bands of rows, so working memory is about 16 MB at 16,000 columns, whatever the height.
 *
 * @param image checked; not modified.
 * @param regions of the residual map, (height - 2) × (width - 2).
 *
 * Cost: about 1,400 multiplications a pixel, nearly independent of the number of regions.
 */
export function sumMoments(image: RgbImage, regions: readonly Region[]): Moments[] {
  const height = image.height - 2;
  const width = image.width - 2;
  const moments = regions.map(createMoments);
  const runs = new Map<number, Run[]>();
  for (let dx = -COLOR_LAGS.reach; dx <= COLOR_LAGS.reach; dx++) runs.set(dx, columnRuns(regions, width, dx));
  const bandRows = Math.min(height, Math.max(16, Math.floor(BAND_ELEMENTS / width)));
  const held = bandRows + COLOR_LAGS.reach;
  const planes = Array.from({ length: 3 }, () => new Float64Array((held + 2) * image.width));
  const maps = Array.from({ length: 3 }, () => new Float64Array(held * width));
  for (let start = 0; start < height; start += bandRows) {
    const rows = Math.min(bandRows, height - start);
    const band: Band = { start, rows, width };
    const filled = Math.min(held, height - start);
    readPlanes(image, start, filled + 2, planes);
    const scratch = new Float64Array((rows + 1) * MAGNITUDE_SUMS);
    for (const [f, filter] of RESIDUAL_FILTERS.entries()) {
      for (let color = 0; color < 3; color++) {
        filterPlane(planes[color], width, filled, filter, maps[color]);
        const m = color * FILTERS + f;
        const targets = moments.map(({ colorLags }) => tableOf(colorLags, COLOR_LAGS, m));
        sumLags(maps[color], band, COLOR_LAGS, { regions, runs, targets, scratch });
      }
      sumPairsAndPhases(maps, band, f, { regions, runs: runs.get(0) ?? [], moments });
      sumCrossLags(maps, band, f, { regions, runs, moments, scratch });
      sumMagnitudes(maps, band, f, { regions, runs: runs.get(0) ?? [], moments, scratch });
      if (f < PATTERN_FILTER_COUNT) sumPatterns(maps, filled, band, f, { regions, height, moments });
    }
  }
  return moments;
}

function createMoments(region: Region): Moments {
  const phasePixels = new Float64Array(16);
  const inPhase = (from: number, to: number, phase: number) =>
    Math.floor((to + 3 - phase) / 4) - Math.floor((from + 3 - phase) / 4);
  for (let i = 0; i < 16; i++) {
    phasePixels[i] = inPhase(region.top, region.bottom, i >> 2) * inPhase(region.left, region.right, i & 3);
  }
  return {
    rows: region.bottom - region.top,
    columns: region.right - region.left,
    colorLags: new Float64Array(3 * FILTERS * COLOR_LAGS.tableSize),
    crossLags: new Float64Array(3 * FILTERS * CROSS_TABLE_SIZE),
    phases: new Float64Array(3 * FILTERS * 16),
    phasePixels,
    magnitudes: new Float64Array(3 * FILTERS * MAGNITUDE_SUMS),
    colorCodes: new Float64Array(PATTERN_FILTER_COUNT * COLOR_CODES),
    sequenceCodes: new Float64Array(SEQUENCE_FILTER_COUNT * SEQUENCE_CODES),
  };
}

function tableOf(tables: Float64Array, plan: LagPlan, m: number): Float64Array {
  return tables.subarray(m * plan.tableSize, (m + 1) * plan.tableSize);
}

/** Splits pixel rows [start, start + rows) into planes red, green and blue. */
function readPlanes(
  { width, data }: RgbImage,
  start: number,
  rows: number,
  planes: readonly Float64Array[],
): void {
  const [red, green, blue] = planes;
  let q = start * width * 3;
  for (let p = 0; p < rows * width; p++, q += 3) {
    red[p] = data[q];
    green[p] = data[q + 1];
    blue[p] = data[q + 2];
  }
}
