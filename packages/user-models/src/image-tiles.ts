import type { ImageSize } from './image-input.js';

/** Decoded pixels: red, green and blue interleaved, row by row, without padding. */
export interface PixelImage extends ImageSize {
  /** height × width × 3. */
  readonly data: Uint8Array;
}

/** Upper left corner of a tile. */
export interface TilePosition {
  readonly x: number;
  readonly y: number;
}

/**
 * Places tiles of one size on an image so that each pixel is in one, at native size.
 *
 * A side takes as many tiles as fit end to end, rounded up, at equal steps (rounded down) from the first pixel to the last;
 * they overlap where the side is no multiple of the tile. A side shorter than the tile takes one. Where that makes more
 * than `most` tiles, the side with more of them loses one (at equal numbers the width) until they fit; pixels between tiles are
 * then left out.
 *
 * @param most at least 1; infinite by default. @returns row by row.
 * @throws {RangeError} if a side is not a positive integer, or `most` is less than 1.
 */
export function placeTiles(
  image: ImageSize,
  tile: ImageSize,
  most: number = Number.POSITIVE_INFINITY,
): TilePosition[] {
  const sides = { 'image.width': image.width, 'image.height': image.height };
  for (const [name, side] of Object.entries({
    ...sides,
    'tile.width': tile.width,
    'tile.height': tile.height,
  })) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`placeTiles: ${name} must be a positive integer, got ${side}`);
    }
  }
  if (!(most >= 1)) throw new RangeError(`placeTiles: most must be at least 1, got ${most}`);
  let columns = Math.ceil(image.width / tile.width);
  let rows = Math.ceil(image.height / tile.height);
  while (columns * rows > most) {
    if (columns >= rows) columns--;
    else rows--;
  }
  const xs = spread(image.width - tile.width, columns);
  return spread(image.height - tile.height, rows).flatMap((y) => xs.map((x) => ({ x, y })));
}

/** So many positions from 0 to `last`; a single one lies in the middle. */
function spread(last: number, count: number): number[] {
  const room = Math.max(last, 0);
  if (count === 1) return [Math.floor(room / 2)];
  return Array.from({ length: count }, (_, i) => Math.floor((i * room) / (count - 1)));
}

/**
 * Cuts tiles out of an image, pixel by pixel: nothing is resized.
 *
 * A tile that reaches beyond a side is continued by mirroring, with the last pixel repeated (… c b a | a b c | c b a …).
 *
 * @param image not modified. @returns tiles × 3 × H × W: planes of red, green and blue.
 * @throws {TypeError} if the data are not height × width × 3 bytes.
 */
export function cutTiles(image: PixelImage, tile: ImageSize, positions: readonly TilePosition[]): Uint8Array {
  const { width, height, data } = image;
  if (data.length !== width * height * 3) {
    throw new TypeError(
      `cutTiles: data must hold ${height} × ${width} × 3 = ${width * height * 3} bytes, got ${data.length}`,
    );
  }
  const plane = tile.width * tile.height;
  const tiles = new Uint8Array(positions.length * 3 * plane);
  for (const [i, { x, y }] of positions.entries()) {
    const columns = Array.from({ length: tile.width }, (_, column) => 3 * mirror(x + column, width));
    for (let row = 0; row < tile.height; row++) {
      const from = 3 * width * mirror(y + row, height);
      const to = i * 3 * plane + row * tile.width;
      for (const [column, offset] of columns.entries()) {
        for (let c = 0; c < 3; c++) tiles[to + c * plane + column] = data[from + offset + c]!;
      }
    }
  }
  return tiles;
}

function mirror(at: number, size: number): number {
  const place = at % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}
