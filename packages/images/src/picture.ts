import type { RgbImage } from './image-record.js';
import { loadDecoder } from './load-decoder.js';

/** Red, green and blue, 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number];

export const WHITE: Color = [255, 255, 255];
export const BLACK: Color = [0, 0, 0];

/** A part of a picture, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An image of one color, to be drawn on. @throws {RangeError} if a side is not a positive integer. */
export function createPicture(width: number, height: number, color: Color = WHITE): RgbImage {
  if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new RangeError(`createPicture: sides must be positive integers, got ${width} × ${height}`);
  }
  const picture = { width, height, data: new Uint8Array(width * height * 3) };
  fillRectangle(picture, { x: 0, y: 0, width, height }, color);
  return picture;
}

/** Fills what of the rectangle lies inside the picture. @param picture overwritten there. */
export function fillRectangle(picture: RgbImage, { x, y, width, height }: Rectangle, color: Color): void {
  const [left, right] = [Math.max(0, x), Math.min(picture.width, x + width)];
  for (let row = Math.max(0, y); row < Math.min(picture.height, y + height); row++) {
    for (let column = left; column < right; column++)
      picture.data.set(color, (row * picture.width + column) * 3);
  }
}

/** Draws the border of a rectangle, one pixel wide and inside it. @param picture overwritten there. */
export function outlineRectangle(picture: RgbImage, { x, y, width, height }: Rectangle, color: Color): void {
  fillRectangle(picture, { x, y, width, height: 1 }, color);
  fillRectangle(picture, { x, y: y + height - 1, width, height: 1 }, color);
  fillRectangle(picture, { x, y, width: 1, height }, color);
  fillRectangle(picture, { x: x + width - 1, y, width: 1, height }, color);
}

/**
 * Copies an image into a picture, at its own resolution.
 *
 * @param picture overwritten there. @throws {RangeError} if the image does not lie inside.
 */
export function placeImage(picture: RgbImage, image: RgbImage, x: number, y: number): void {
  if (x < 0 || y < 0 || x + image.width > picture.width || y + image.height > picture.height) {
    throw new RangeError(
      `placeImage: the image must lie inside ${picture.width} × ${picture.height}, got ${image.width} × ${image.height} at ${x}, ${y}`,
    );
  }
  for (let row = 0; row < image.height; row++) {
    const pixels = image.data.subarray(row * image.width * 3, (row + 1) * image.width * 3);
    picture.data.set(pixels, ((y + row) * picture.width + x) * 3);
  }
}

/** Makes each pixel a square of `factor` × `factor`: nothing is interpolated. @param factor positive integer. */
export function magnify(image: RgbImage, factor: number): RgbImage {
  if (factor === 1) return image;
  const [width, height] = [image.width * factor, image.height * factor];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / factor) * image.width + Math.floor(x / factor)) * 3;
      data.set(image.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

/** Encodes an image as PNG, without loss. Equal images give equal bytes on equal installations. */
export async function encodePng({ width, height, data }: RgbImage): Promise<Buffer> {
  const sharp = await loadDecoder();
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}
