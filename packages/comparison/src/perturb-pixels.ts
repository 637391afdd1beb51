import type { RgbImage } from '@ganscout/images';
import type { Random } from '@ganscout/numeric';
import sharp from 'sharp';

/**
 * Adds Gaussian noise, drawn for each pixel and channel alone; values are rounded and kept in [0, 255].
 *
 * @param variance on the scale of 0 to 255.
 */
export function addNoise({ width, height, data }: RgbImage, variance: number, random: Random): RgbImage {
  const deviation = Math.sqrt(variance);
  return { width, height, data: data.map((value) => toByte(value + deviation * random.normal())) };
}

/**
 * Blurs by a Gaussian kernel cut off at `side` pixels; beyond the edge the image is mirrored, its last pixel not repeated.
 *
 * @param side odd; 1 leaves the image as it is. The deviation is 0.3 ((side − 1) / 2 − 1) + 0.8, the one that OpenCV takes
 *   where none is given.
 */
export function blur(image: RgbImage, side: number): RgbImage {
  if (side === 1) return image;
  const { width, height } = image;
  const kernel = gaussianKernel(side);
  const across = convolve(Float64Array.from(image.data), { lines: height, length: width, step: 3 }, kernel);
  const down = convolve(across, { lines: width, length: height, step: 3 * width }, kernel);
  return { width, height, data: Uint8Array.from(down, toByte) };
}

/** Weights of a Gaussian at whole pixels, of sum 1. */
export function gaussianKernel(side: number): Float64Array {
  const deviation = 0.3 * ((side - 1) / 2 - 1) + 0.8;
  const weights = Float64Array.from({ length: side }, (_, i) =>
    Math.exp(-((i - (side - 1) / 2) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** Values from a pixel of a line to the next. */
  readonly step: number;
}

/** Convolves all rows (step 3) or all columns of an image of three channels. */
function convolve(values: Float64Array, { lines, length, step }: Lines, kernel: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  const radius = (kernel.length - 1) / 2;
  const between = step === 3 ? 3 * length : 3;
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < length; at++) {
      const place = line * between + at * step;
      for (let k = -radius; k <= radius; k++) {
        const from = line * between + mirror(at + k, length) * step;
        const weight = kernel[k + radius] as number;
        for (let c = 0; c < 3; c++) out[place + c]! += weight * (values[from + c] as number);
      }
    }
  }
  return out;
}

/** Position inside [0, length) that a position outside is mirrored to; in a line of one pixel that pixel. */
function mirror(position: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((position % period) + period) % period;
  return within < length ? within : period - within;
}

/**
 * Cuts off a share of each side, at a random place, and resizes what is left to the former size (a Lanczos kernel of three
 * lobes).
 *
 * @param share of width and height that is cut off, in [0, 1).
 */
export async function cropBack(image: RgbImage, share: number, random: Random): Promise<RgbImage> {
  const { width, height } = image;
  const kept = { width: shorten(width, share), height: shorten(height, share) };
  const left = random.integer(width - kept.width + 1);
  const top = random.integer(height - kept.height + 1);
  const data = await rawImage(image)
    .extract({ left, top, ...kept })
    .resize({ width, height, fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data) };
}

/** Encodes as JPEG by libjpeg-turbo with the chroma at half resolution (4:2:0), as most programs write it. */
export function encodeJpeg(image: RgbImage, quality: number): Promise<Buffer> {
  return rawImage(image).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** The pixels of an image after {@link encodeJpeg}. */
export async function compress(image: RgbImage, quality: number): Promise<RgbImage> {
  const data = await sharp(await encodeJpeg(image, quality))
    .raw()
    .toBuffer();
  return { ...image, data: new Uint8Array(data) };
}

/** The pixels as sharp reads them. */
export function rawImage({ width, height, data }: RgbImage) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function shorten(side: number, share: number): number {
  return Math.max(1, Math.round(side * (1 - share)));
}

function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
