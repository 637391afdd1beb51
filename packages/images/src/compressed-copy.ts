import { decodePixels } from './decode-image.js';
import type { RgbImage } from './image-record.js';
import { loadDecoder } from './load-decoder.js';

/** Longest side of a JPEG that the encoder writes. */
const LONGEST_SIDE = 65_500;

/**
 * Returns the pixels that are left of an image after JPEG, with the chroma at half resolution as most programs write it.
 *
 * @param image not modified.
 * @param quality an integer from 1 to 100, on the scale of libjpeg.
 * @returns null if a side is longer than the 65,500 pixels that the encoder takes.
 * @throws {RangeError} if the quality is another.
 *
 * Cost: one encoding and one decoding in the library's threads; the file and a second image in memory.
 */
export async function compressedCopy(
  { width, height, data }: RgbImage,
  quality: number,
): Promise<RgbImage | null> {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new RangeError(`compressedCopy: quality must be an integer in [1, 100], got ${quality}`);
  }
  if (Math.max(width, height) > LONGEST_SIDE) return null;
  const raw = { width, height, channels: 3 } as const;
  const sharp = await loadDecoder();
  const image = sharp(data, { raw, limitInputPixels: false });
  return decodePixels(await image.jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer());
}
