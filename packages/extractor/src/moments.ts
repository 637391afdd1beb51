import { FILTERS, filterPlanes, loadPlanes, reserveBand } from './band-memory.js';
import { planLags, sumLags } from './lag-sums.js';
import { COLOR_LAGS, CROSS_TABLE_SIZE } from './lags.js';
import { MAGNITUDE_SUMS, planMapSums, sumMagnitudes, sumPhases } from './map-sums.js';
import { COLOR_CODES, planPatterns, SEQUENCE_CODES, sumPatterns } from './pattern-sums.js';
import type { Region } from './regions.js';
import { PATTERN_FILTER_COUNT, RESIDUAL_FILTERS, SEQUENCE_FILTER_COUNT } from './residual-maps.js';
import type { RgbImage } from './rgb-image.js';
import { groupRows } from './row-groups.js';

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
  /** 18 maps × 10: number of pixels by magnitude (8), sum of magnitudes, sum of fourth powers; magnitudes as MAGNITUDE_LIMITS. */
  readonly magnitudes: Float64Array;
  /** 5 filters × 125 codes of three colors: number of pixels. */
  readonly colorCodes: Float64Array;
  /** 4 filters × 625 codes of sequences along the filter's axis: number of sequences, the colors together. */
  readonly sequenceCodes: Float64Array;
}

/** Elements of one residual map that are held at once. */
const BAND_ELEMENTS = 65536;
const LEAST_BAND_ROWS = 16;

/**
 * Sums the moments of an image's residuals over each region.
 *
 * The image is walked in bands of rows, so working memory is about 16 MB at 16,000 columns, whatever the height.
 *
 * @param image checked; not modified.
 * @param regions of the residual map, (height - 2) × (width - 2).
 *
 * Cost: about 1,700 multiplications a pixel, eight in one instruction; nearly independent of the number of regions.
 */
export function sumMoments(image: RgbImage, regions: readonly Region[]): Moments[] {
  const height = image.height - 2;
  const width = image.width - 2;
  const moments = regions.map(createMoments);
  const bandRows = Math.min(height, Math.max(LEAST_BAND_ROWS, Math.floor(BAND_ELEMENTS / width)));
  const held = bandRows + COLOR_LAGS.reach;
  const memory = reserveBand(image.width, held);
  const lags = planLags(memory, regions, width, bandRows);
  const runs = planMapSums(memory, regions, width, bandRows);
  const cutsAddress = memory.pool.reserve((bandRows + 1) * 4);
  const patterns = planPatterns(memory, regions, { height, width });
  for (let start = 0; start < height; start += bandRows) {
    const band = { start, rows: Math.min(bandRows, height - start), filled: Math.min(held, height - start) };
    loadPlanes(memory, image, start, band.filled + 2);
    const groups = groupRows(regions, band, COLOR_LAGS.reach);
    memory.pool.int32(cutsAddress, groups.cuts.length).set(groups.cuts);
    const rows = { ...band, ...groups, address: cutsAddress };
    for (const [f, filter] of RESIDUAL_FILTERS.entries()) {
      filterPlanes(memory, filter, band.filled);
      sumLags(memory, lags, f, rows, moments);
      sumPhases(memory, runs, f, rows, moments);
      sumMagnitudes(memory, runs, f, rows, moments);
      if (f < PATTERN_FILTER_COUNT) sumPatterns(memory, patterns, f, band, moments);
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
