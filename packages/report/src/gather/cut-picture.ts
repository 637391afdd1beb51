import { cutPatch, encodePng, type RgbImage } from '@ganscout/images';
import type { ReportPicture } from '../report-data.js';

/** The pixels around the center, at most `side` each way; an image that is smaller is left whole. Nothing is resized. */
export function cutCenter(image: RgbImage, side: number): RgbImage {
  const width = Math.min(side, image.width);
  const height = Math.min(side, image.height);
  if (width === image.width && height === image.height) return image;
  const x = Math.floor((image.width - width) / 2);
  const y = Math.floor((image.height - height) / 2);
  return cutPatch(image, { x, y, width, height });
}

/**
 * Encodes the pixels around the center of an image, as RGB without loss.
 *
 * @param side most pixels each way. @param path as given on input, for the words.
 */
export async function cutPicture(image: RgbImage, side: number, path: string): Promise<ReportPicture> {
  const cut = cutCenter(image, side);
  const part = cut === image ? 'image' : `center of the ${image.width} × ${image.height} image`;
  return { png: await encodePng(cut), width: cut.width, height: cut.height, alt: `${part} ${path}` };
}
