import { compressedCopy } from './compressed-copy.js';
import { cutPatch } from './cut-patches.js';
import { blurRadius, gaussianBlur } from './gaussian-blur.js';
import type { Patch, RgbImage } from './image-record.js';
import type { PatchPlan } from './patch-draw.js';

/** Side of the squares that JPEG with halved chroma works on. */
const JPEG_UNIT = 16;
/** The decoder blends the chroma of a pixel with that of the pixels beside it. */
const CHROMA_REACH = 1;

/**
 * Returns the patch that results if the whole image is blurred, then compressed, and the patch is cut of it.
 *
 * Only as much of the image is worked on as the patch depends on. JPEG's grid of blocks is the image's, and lies
 * anywhere in the patch, as in compressed images that are to be judged.
 *
 * @param image the whole file; not modified.
 * @param plan its flips are left to the writer of the batch.
 */
export async function augmentedPatch(
  image: RgbImage,
  { x, y, sigma, quality }: PatchPlan,
  patchSize: number,
): Promise<RgbImage> {
  const patch = { x, y, width: patchSize, height: patchSize };
  const compressed = quality === null ? patch : alignToJpeg(patch, image);
  const read = extend(compressed, blurRadius(sigma), image);
  let pixels = cutPatch(image, read);
  if (sigma > 0) pixels = cutPatch(gaussianBlur(pixels, sigma), within(compressed, read));
  if (quality === null) return pixels;
  const copy = await compressedCopy(pixels, quality);
  return cutPatch(copy as RgbImage, within(patch, compressed));
}

/** The part of the image whose compression decides the patch. */
function alignToJpeg(patch: Patch, image: RgbImage): Patch {
  const { x, y, width, height } = extend(patch, CHROMA_REACH, image);
  const [left, top] = [x, y].map((start) => Math.floor(start / JPEG_UNIT) * JPEG_UNIT) as [number, number];
  const right = Math.min(image.width, Math.ceil((x + width) / JPEG_UNIT) * JPEG_UNIT);
  const bottom = Math.min(image.height, Math.ceil((y + height) / JPEG_UNIT) * JPEG_UNIT);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The patch and `margin` pixels around it, as far as the image goes. */
function extend(patch: Patch, margin: number, image: RgbImage): Patch {
  const [x, y] = [Math.max(0, patch.x - margin), Math.max(0, patch.y - margin)];
  const right = Math.min(image.width, patch.x + patch.width + margin);
  const bottom = Math.min(image.height, patch.y + patch.height + margin);
  return { x, y, width: right - x, height: bottom - y };
}

/** The inner part as seen from the outer one. */
function within(inner: Patch, outer: Patch): Patch {
  return { ...inner, x: inner.x - outer.x, y: inner.y - outer.y };
}
