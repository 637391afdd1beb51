/** Place of a square tile in an image, in pixels from the top left corner. */
export interface Tile {
  readonly x: number;
  readonly y: number;
}

/** A map with a value a pixel of an image: that at x, y is `data[y * width + x]`. */
export interface HeatMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A tile's map, much coarser than its pixels. */
export interface TileMap extends Tile {
  /** h × w. */
  readonly data: Float32Array;
}

/**
 * Lays tiles that together cover a whole image, at its own resolution: a grid from the top left corner, every half tile; the last
 * row and column are moved inward to end with the image.
 *
 * @returns row by row. @throws {RangeError} if a side of the image is shorter than a tile.
 */
export function layCoveringTiles(width: number, height: number, side: number): Tile[] {
  if (Math.min(width, height) < side) {
    throw new RangeError(
      `Grad-CAM: an image must be at least ${side} × ${side} pixels, got ${width} × ${height}`,
    );
  }
  const step = Math.max(1, Math.floor(side / 2));
  const starts = (size: number) =>
    Array.from({ length: 1 + Math.ceil((size - side) / step) }, (_, i) => Math.min(i * step, size - side));
  return starts(height).flatMap((y) => starts(width).map((x) => ({ x, y })));
}

/**
 * Puts the maps of tiles together to one of the image: each is enlarged bilinearly to the pixels of its tile; where tiles overlap
 * their weighted mean counts, with less weight near the border of a tile, as a network sees less there.
 *
 * @param tiles that cover the image, each with a map of `mapSize`. @param image its sizes, and the side of a tile in pixels.
 */
export function joinTileMaps(
  tiles: readonly TileMap[],
  mapSize: readonly [height: number, width: number],
  { width, height, side }: { readonly width: number; readonly height: number; readonly side: number },
): HeatMap {
  const data = new Float32Array(width * height);
  const weights = new Float32Array(width * height);
  const profile = Float64Array.from({ length: side }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2);
  for (const { x, y, data: map } of tiles) {
    const pixels = enlargeMap({ height: mapSize[0], width: mapSize[1], data: map }, side, side);
    for (let row = 0; row < side; row++) {
      const start = (y + row) * width + x;
      for (let column = 0; column < side; column++) {
        const weight = profile[row]! * profile[column]!;
        data[start + column]! += weight * pixels.data[row * side + column]!;
        weights[start + column]! += weight;
      }
    }
  }
  for (let i = 0; i < data.length; i++) data[i]! /= weights[i] === 0 ? 1 : weights[i]!;
  return { width, height, data };
}

/**
 * Resizes a map bilinearly; its values stand at the middles of equal cells, and beyond the outermost middles they stay.
 *
 * @returns width × height.
 */
export function enlargeMap(map: HeatMap, width: number, height: number): HeatMap {
  const columns = positions(map.width, width);
  const rows = positions(map.height, height);
  const data = new Float32Array(width * height);
  for (const [y, [top, bottom, down]] of rows.entries()) {
    for (const [x, [left, right, across]] of columns.entries()) {
      const at = (row: number, column: number) => map.data[row * map.width + column]!;
      const upper = at(top, left) + across * (at(top, right) - at(top, left));
      const lower = at(bottom, left) + across * (at(bottom, right) - at(bottom, left));
      data[y * width + x] = upper + down * (lower - upper);
    }
  }
  return { width, height, data };
}

/** For each of `count` pixels the cells on both sides of its middle, and the share of the second. */
function positions(cells: number, count: number): [first: number, second: number, share: number][] {
  return Array.from({ length: count }, (_, i) => {
    const place = Math.min(Math.max(((i + 0.5) * cells) / count - 0.5, 0), cells - 1);
    const first = Math.floor(place);
    return [first, Math.min(first + 1, cells - 1), place - first];
  });
}
