import { COLOR_LAG_CORRELATIONS_DIMS, writeColorLagCorrelations } from './color-lag-correlations.js';
import { sumMoments } from './moments.js';
import type { DescriptorOptions } from './options-descriptor.js';
import { layRegions } from './regions.js';
import { RESIDUAL_DISTRIBUTIONS_DIMS, writeResidualDistributions } from './residual-distributions.js';
import { RESIDUAL_PATTERNS_DIMS, writeResidualPatterns } from './residual-patterns.js';
import { RESIDUAL_STATISTICS_DIMS, writeResidualStatistics } from './residual-statistics.js';
import { checkImage, type RgbImage } from './rgb-image.js';

/** The blocks of the descriptor, in the order of its values. */
const BLOCKS = [
  { dims: RESIDUAL_STATISTICS_DIMS, write: writeResidualStatistics },
  { dims: COLOR_LAG_CORRELATIONS_DIMS, write: writeColorLagCorrelations },
  { dims: RESIDUAL_DISTRIBUTIONS_DIMS, write: writeResidualDistributions },
  { dims: RESIDUAL_PATTERNS_DIMS, write: writeResidualPatterns },
] as const;

/**
 * Values of the descriptor of one image or crop, 3097: 1512 residual statistics, 432 color-lag correlations, 162 values of
 * residual distributions, 991 shares of residual patterns.
 */
export const DESCRIPTOR_DIMS = BLOCKS.reduce((sum, { dims }) => sum + dims, 0);

/** Descriptors of one image. */
export interface ImageDescription {
  /** D values. */
  readonly whole: Float32Array;
  /** C × D, crops row by row. */
  readonly crops: Float32Array;
}

/**
 * Describes an image, and crops of it, by moments and patterns of small high-pass residuals.
 *
 * The image is never resized. The description of a crop is that of the residual map cut to the crop, except that
 * positions modulo 4 are counted from the image's origin in whole and crops alike.
 *
 * @param image at least 32 pixels a side; not modified.
 * @returns finite values, the same bytes for the same pixels on every machine.
 * @throws {RangeError} if a side is shorter than 32 pixels, or a crop than 6 residual pixels.
 * @throws {TypeError} if the data do not have the image's size.
 *
 * Cost: about 1,700 multiplications a pixel, eight in one instruction, crops included; memory about 16 MB besides the image
 * at 16,000 columns, kept by the thread.
 */
export function describeImage(image: RgbImage, options: DescriptorOptions): ImageDescription {
  checkImage(image);
  const regions = layRegions(image.height - 2, image.width - 2, options);
  const values = new Float32Array(regions.length * DESCRIPTOR_DIMS);
  for (const [r, moments] of sumMoments(image, regions).entries()) {
    let at = r * DESCRIPTOR_DIMS;
    for (const { dims, write } of BLOCKS) {
      write(moments, values.subarray(at, at + dims));
      at += dims;
    }
  }
  return { whole: values.slice(0, DESCRIPTOR_DIMS), crops: values.slice(DESCRIPTOR_DIMS) };
}
