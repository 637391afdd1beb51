import { averageRowsByImage } from './image-rows.js';
import { cutTiles, type PixelImage, placeTiles } from './image-tiles.js';
import { type Normalization, normalizePixels } from './pixel-normalization.js';
import type { UserModel } from './user-model.js';

/** Options of {@link embedImage}. */
export interface ImageEmbeddingOptions {
  /** The range that the model was trained on; default `half`. */
  readonly normalization?: Normalization;
  /** Most tiles of an image; default 16. */
  readonly tiles?: number;
  /** Tiles that are embedded at a time; default 8. */
  readonly batch?: number;
}

/**
 * Describes an image by a model: the mean of the features of tiles of the model's input size, cut at native size.
 *
 * The image is never resized: resizing would wipe out the traces that tell sources apart. A side shorter than the input's is
 * continued by mirroring.
 *
 * @param image of any size; not modified. @returns D.
 * @throws {RangeError} if `tiles` or `batch` is less than 1, a side is not positive, or a feature is not finite.
 * @throws {TypeError} if the data are not height × width × 3 bytes.
 */
export async function embedImage(
  model: Pick<UserModel, 'width' | 'height' | 'dims' | 'embed'>,
  image: PixelImage,
  { normalization = 'half', tiles = 16, batch = 8 }: ImageEmbeddingOptions = {},
): Promise<Float32Array> {
  if (!Number.isInteger(batch) || batch < 1) {
    throw new RangeError(`embedImage: batch must be a positive integer, got ${batch}`);
  }
  const positions = placeTiles(image, model, tiles);
  const rows = new Float32Array(positions.length * model.dims);
  for (let from = 0; from < positions.length; from += batch) {
    const pixels = cutTiles(image, model, positions.slice(from, from + batch));
    rows.set(
      await model.embed(normalizePixels(pixels, model.width * model.height, normalization)),
      from * model.dims,
    );
  }
  return averageRowsByImage(rows, model.dims, [positions.length]);
}
