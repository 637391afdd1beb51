import { type ColorScale, colorAt } from './color-scale.js';
import type { RgbImage } from './image-record.js';
import { type Color, createPicture, fillRectangle, outlineRectangle } from './picture.js';
import { drawText, lineHeight, textWidth } from './picture-text.js';

/** Numbers to be shown as colors: that at x, y is `data[y * width + x]`. */
export interface ColoredMap {
  readonly width: number;
  readonly height: number;
  /** In [0, 1]. */
  readonly data: Float32Array;
}

/** Share of the map's color in an overlay; the rest is the image in gray. */
const OVERLAY_SHARE = 0.5;
const GRAY: Color = [90, 90, 90];

/** The map alone, in colors. */
export function colorMap({ width, height, data }: ColoredMap, scale: ColorScale): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) pixels.set(colorAt(scale, data[i] ?? 0), i * 3);
  return { width, height, data: pixels };
}

/**
 * Lays the colors of a map over an image, which is shown in gray so that colors are those of the map alone.
 *
 * @param map of the size of the image. @returns an image of the same size; nothing is resized.
 * @throws {RangeError} if the sizes differ.
 */
export function overlayMap(image: RgbImage, map: ColoredMap, scale: ColorScale): RgbImage {
  const { width, height, data } = image;
  if (map.width !== width || map.height !== height) {
    throw new RangeError(
      `overlayMap: the map must be ${width} × ${height} as the image is, got ${map.width} × ${map.height}`,
    );
  }
  const colors = colorMap(map, scale).data;
  const pixels = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const gray = 0.299 * at(data, i) + 0.587 * at(data, i + 1) + 0.114 * at(data, i + 2);
    for (let c = 0; c < 3; c++) {
      pixels[i + c] = Math.round(OVERLAY_SHARE * at(colors, i + c) + (1 - OVERLAY_SHARE) * gray);
    }
  }
  return { width, height, data: pixels };
}

/** What a bar of colors means at its two ends. */
export interface ColorBar {
  readonly scale: ColorScale;
  readonly low: string;
  readonly high: string;
}

/** A bar of colors with a word at each end, `width` pixels wide. */
export function drawColorBar({ scale, low, high }: ColorBar, width: number): RgbImage {
  const [barHeight, gap] = [14, 4];
  const picture = createPicture(width, barHeight + gap + lineHeight());
  for (let x = 0; x < width; x++) {
    fillRectangle(
      picture,
      { x, y: 0, width: 1, height: barHeight },
      colorAt(scale, x / Math.max(1, width - 1)),
    );
  }
  outlineRectangle(picture, { x: 0, y: 0, width, height: barHeight }, GRAY);
  const y = barHeight + gap;
  drawText(picture, low, { x: 0, y });
  drawText(picture, high, { x: Math.max(0, width - textWidth(high)), y });
  return picture;
}

function at(values: Uint8Array, i: number): number {
  return values[i] as number;
}
