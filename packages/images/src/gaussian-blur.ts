import type { RgbImage } from './image-record.js';

/** Pixels that a blur looks at to each side: four deviations, rounded. */
export function blurRadius(sigma: number): number {
  return Math.floor(4 * sigma + 0.5);
}

/**
 * Blurs an image by a Gaussian, channel by channel; beyond its edges the image is mirrored, the edge pixel included.
 *
 * The weights are cut off after `blurRadius` pixels and sum to 1; a sigma below 0.125 has no neighbor and changes
 * nothing. Sums are in float64 and rounded once at the end, the same on every machine.
 *
 * @param image not modified.
 * @param sigma standard deviation in pixels, finite, at least 0.
 *
 * Cost: O(pixels · radius), and 24 bytes a pixel.
 * Source: the filter of SciPy's `ndimage.gaussian_filter` with its default `mode` and `truncate`.
 */
export function gaussianBlur({ width, height, data }: RgbImage, sigma: number): RgbImage {
  const weights = gaussianWeights(sigma);
  if (weights.length === 1) return { width, height, data: data.slice() };
  const rows = blurRows(data, width, height, weights);
  return { width, height, data: blurColumns(rows, width, height, weights) };
}

/** Weights of the middle, and of the pixels at distance 1 to radius on either side. */
function gaussianWeights(sigma: number): Float64Array {
  const weights = new Float64Array(blurRadius(sigma) + 1).fill(1);
  let sum = 1;
  for (let i = 1; i < weights.length; i++) {
    weights[i] = Math.exp((-i * i) / (2 * sigma * sigma));
    sum += 2 * (weights[i] as number);
  }
  return weights.map((weight) => weight / sum);
}

/** The mirrored place: … 1 0 | 0 1 … length - 1 | length - 1 … */
function mirror(place: number, length: number): number {
  const turned = ((place % (2 * length)) + 2 * length) % (2 * length);
  return turned < length ? turned : 2 * length - 1 - turned;
}

function blurRows(data: Uint8Array, width: number, height: number, weights: Float64Array): Float64Array {
  const radius = weights.length - 1;
  const line = new Float64Array((width + 2 * radius) * 3);
  const result = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = -radius; x < width + radius; x++) {
      const from = (y * width + mirror(x, width)) * 3;
      const to = (x + radius) * 3;
      for (let c = 0; c < 3; c++) line[to + c] = data[from + c] as number;
    }
    for (let i = 0; i < width * 3; i++) {
      const middle = i + radius * 3;
      let sum = (line[middle] as number) * (weights[0] as number);
      for (let j = 1; j <= radius; j++) {
        const pair = (line[middle - 3 * j] as number) + (line[middle + 3 * j] as number);
        sum += pair * (weights[j] as number);
      }
      result[y * width * 3 + i] = sum;
    }
  }
  return result;
}

function blurColumns(rows: Float64Array, width: number, height: number, weights: Float64Array): Uint8Array {
  const stride = width * 3;
  const sums = new Float64Array(stride);
  const result = new Uint8Array(rows.length);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < stride; i++) sums[i] = (rows[y * stride + i] as number) * (weights[0] as number);
    for (let j = 1; j < weights.length; j++) {
      const weight = weights[j] as number;
      const above = mirror(y - j, height) * stride;
      const below = mirror(y + j, height) * stride;
      for (let i = 0; i < stride; i++) {
        (sums[i] as number) += ((rows[above + i] as number) + (rows[below + i] as number)) * weight;
      }
    }
    for (let i = 0; i < stride; i++) result[y * stride + i] = Math.round(sums[i] as number);
  }
  return result;
}
