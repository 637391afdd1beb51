import {
  createPicture,
  encodePng,
  type ImageRecord,
  placeImage,
  type RgbImage,
  readImages,
  unopenedRecord,
} from '@ganscout/images';
import sharp from 'sharp';
import type { FailedImage, FiledImage } from '../image-files.js';

/** Longest side of a sprite that the projector shows. */
const LONGEST_SIDE = 8192;
/** Side of a sprite whose file stays handy. */
const HANDY_SIDE = 4096;
const SMALLEST_CELL = 24;
const LARGEST_CELL = 64;
const GRAY = [128, 128, 128] as const;

/** All images of a map in one picture. */
export interface Sprite {
  readonly png: Uint8Array;
  /** Side of the square that each image has. */
  readonly cell: number;
  /** Those with no pixels to be had; their squares are gray. */
  readonly failed: readonly FailedImage[];
}

/**
 * Lays images out in rows, from the top left, in a square of equal squares. An image that is larger than its square is
 * shrunk until it fits, a smaller one is in its middle as it is: sprites are for finding images, not for looking at traces.
 *
 * Source: TensorBoard, `projector_config.proto` (SpriteMetadata) and the projector's limit of 8,192 pixels a side.
 *
 * Cost: each image decoded once; three bytes a pixel of the sprite: 48 MB for 10,000 images, at most 201 MB.
 */
export async function drawSprite(images: readonly FiledImage[], signal?: AbortSignal): Promise<Sprite> {
  const { columns, cell } = layOutSprite(images.length);
  const sprite = createPicture(columns * cell, columns * cell, GRAY);
  const failed: FailedImage[] = [];
  await readImages(images.map(toRecord), { threads: 2, signal }, async ({ image, error }, record, index) => {
    if (error !== null) {
      failed.push({ path: record.path, reason: error.message });
      return;
    }
    const thumb = await shrink(image, cell);
    const x = (index % columns) * cell + Math.floor((cell - thumb.width) / 2);
    const y = Math.floor(index / columns) * cell + Math.floor((cell - thumb.height) / 2);
    placeImage(sprite, thumb, x, y);
  });
  return { png: await encodePng(sprite), cell, failed };
}

/**
 * How many images a sprite has side by side, and the side of each in pixels: as large as handy, but with enough pixels to be
 * known by.
 */
export function layOutSprite(count: number): { readonly columns: number; readonly cell: number } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(count)));
  const smallest = Math.min(SMALLEST_CELL, Math.floor(LONGEST_SIDE / columns));
  return { columns, cell: Math.min(LARGEST_CELL, Math.max(smallest, Math.floor(HANDY_SIDE / columns))) };
}

/** Images of one file are patches of it. */
function toRecord({ id, path, file, group, width, height, bytes, format, patch }: FiledImage): ImageRecord {
  const record = unopenedRecord({ id, path, file, source: null, group });
  return { ...record, width: width ?? 0, height: height ?? 0, bytes: bytes ?? 0, format, patch };
}

async function shrink(image: RgbImage, side: number): Promise<RgbImage> {
  const { width, height, data } = image;
  if (width <= side && height <= side) return image;
  const { data: pixels, info } = await sharp(data, {
    raw: { width, height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: pixels };
}
