import { expect, test } from 'vitest';
import { cutTiles, placeTiles } from '../src/index.js';

const tile = { width: 4, height: 4 };
const corners = (positions: readonly { x: number; y: number }[]) => positions.map(({ x, y }) => [x, y]);

test('placeTiles() covers an image with tiles end to end, or overlapping where they do not fit', () => {
  expect(corners(placeTiles({ width: 4, height: 4 }, tile))).toEqual([[0, 0]]);
  expect(corners(placeTiles({ width: 8, height: 4 }, tile))).toEqual([
    [0, 0],
    [4, 0],
  ]);
  // 10 columns: three tiles at 0, 3, 6; 5 rows: two at 0, 1.
  expect(corners(placeTiles({ width: 10, height: 5 }, tile))).toEqual([
    [0, 0],
    [3, 0],
    [6, 0],
    [0, 1],
    [3, 1],
    [6, 1],
  ]);
});

test('placeTiles() leaves no pixel out', () => {
  for (let width = 1; width < 40; width++) {
    const covered = new Set<number>();
    for (const { x } of placeTiles({ width, height: 4 }, tile)) {
      for (let at = x; at < x + tile.width; at++) covered.add(at);
    }
    for (let at = 0; at < width; at++) expect(covered.has(at)).toBe(true);
  }
});

test('placeTiles() spreads the tiles that may be made', () => {
  // 3 × 2 tiles; at most 4 leave 2 × 2, at most 1 the middle.
  expect(corners(placeTiles({ width: 10, height: 5 }, tile, 4))).toEqual([
    [0, 0],
    [6, 0],
    [0, 1],
    [6, 1],
  ]);
  expect(corners(placeTiles({ width: 10, height: 5 }, tile, 1))).toEqual([[3, 0]]);
});

test('placeTiles() refuses sizes that are none', () => {
  expect(() => placeTiles({ width: 0, height: 4 }, tile)).toThrow(
    'placeTiles: image.width must be a positive integer, got 0',
  );
  expect(() => placeTiles(tile, { width: 4, height: Number.NaN })).toThrow('tile.height');
  expect(() => placeTiles(tile, tile, 0)).toThrow('placeTiles: most must be at least 1, got 0');
});

/** Red counts pixels from 0, green from 100, blue from 200. */
function countedImage(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) + 100 * (i % 3));
  return { width, height, data };
}

test('cutTiles() copies pixels into planes', () => {
  const size = { width: 2, height: 1 };
  const tiles = cutTiles(countedImage(3, 2), size, [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ]);
  expect(tiles).toEqual(Uint8Array.of(0, 1, 100, 101, 200, 201, 4, 5, 104, 105, 204, 205));
});

test('cutTiles() continues a short side by mirroring, more than once if need be', () => {
  const red = cutTiles(countedImage(2, 1), { width: 7, height: 2 }, [{ x: 0, y: 0 }]).subarray(0, 14);
  expect(red).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1));
});

test('cutTiles() refuses data of another size, and leaves the image alone', () => {
  const image = countedImage(3, 2);
  const before = image.data.slice();
  cutTiles(image, tile, [{ x: 0, y: 0 }]);
  expect(image.data).toEqual(before);
  expect(() => cutTiles({ ...image, width: 4 }, tile, [])).toThrow(
    'cutTiles: data must hold 2 × 4 × 3 = 24 bytes, got 18',
  );
});
