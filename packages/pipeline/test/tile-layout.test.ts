import { expect, test } from 'vitest';
import { layQuarters, layTiles } from '../src/backbone/tile-layout.js';

const TILE = { width: 32, height: 32 };
const corners = (patches: readonly { x: number; y: number; width: number; height: number }[]) =>
  patches.map(({ x, y, width, height }) => [x, y, width, height]);

test('layQuarters() gives the quarters of an image, row by row; the middle of an odd side is in none', () => {
  expect(corners(layQuarters({ width: 101, height: 64 }, TILE))).toEqual([
    [0, 0, 50, 32],
    [51, 0, 50, 32],
    [0, 32, 50, 32],
    [51, 32, 50, 32],
  ]);
});

test('layQuarters() gives corners that overlap where a half is smaller than a tile, and none below one and a half', () => {
  expect(corners(layQuarters({ width: 48, height: 64 }, TILE))).toEqual([
    [0, 0, 32, 32],
    [16, 0, 32, 32],
    [0, 32, 32, 32],
    [16, 32, 32, 32],
  ]);
  expect(layQuarters({ width: 47, height: 64 }, TILE)).toEqual([]);
});

// Quarters of 100 × 64 hold 3 × 2 tiles each, with 4 and 0 pixels over: 2 of them are taken of each.
test('layTiles() lays tiles in the middle of each quarter and shares them out', () => {
  const { tiles, crops } = layTiles({ width: 200, height: 128 }, 32, 8);
  expect(crops).toBe(4);
  expect(tiles.map(({ crop }) => crop)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  for (const { x, y, crop } of tiles) {
    expect(Math.floor(x / 100) + 2 * Math.floor(y / 64)).toBe(crop);
    expect([(x % 100) % 32, (y % 64) % 32]).toEqual([2, 0]);
  }
  expect(layTiles({ width: 200, height: 128 }, 32, 1).tiles).toHaveLength(4);
});

test('layTiles() lays tiles on the whole of an image that is too small for crops', () => {
  expect(layTiles({ width: 40, height: 120 }, 32, 2)).toEqual({
    crops: 0,
    tiles: [
      { x: 4, y: 12, width: 32, height: 32, crop: 0 },
      { x: 4, y: 76, width: 32, height: 32, crop: 0 },
    ],
  });
});
