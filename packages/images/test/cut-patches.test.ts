import { describe, expect, test } from 'vitest';
import { cutPatch, layCenteredPatches, layPatches } from '../src/cut-patches.js';

describe('layPatches()', () => {
  test('lays a grid from the top left corner and leaves the rest out', () => {
    expect(layPatches(150, 70, 64, null)).toEqual([
      { x: 0, y: 0, width: 64, height: 64 },
      { x: 64, y: 0, width: 64, height: 64 },
    ]);
    expect(layPatches(64, 64, 64, null)).toHaveLength(1);
    expect(layPatches(200, 63, 64, null)).toEqual([]);
  });

  test('spreads a limited number over rows and columns', () => {
    // 4 × 4 places, 4 wanted: 2 rows (places 1 and 3) with 2 columns (places 1 and 3) each.
    expect(layPatches(256, 256, 64, 4).map(({ x, y }) => [x / 64, y / 64])).toEqual([
      [1, 1],
      [3, 1],
      [1, 3],
      [3, 3],
    ]);
  });

  test('gives exactly the number wanted, all different and inside, for any grid', () => {
    for (const [columns, rows] of [
      [1, 7],
      [7, 1],
      [5, 3],
      [4, 4],
      [2, 9],
    ] as const) {
      for (let wanted = 1; wanted <= columns * rows + 1; wanted++) {
        const patches = layPatches(columns * 8 + 3, rows * 8 + 7, 8, wanted);
        expect(patches).toHaveLength(Math.min(wanted, columns * rows));
        expect(new Set(patches.map(({ x, y }) => `${x},${y}`)).size).toBe(patches.length);
        expect(
          patches.every(({ x, y }) => x % 8 === 0 && y % 8 === 0 && x < columns * 8 && y < rows * 8),
        ).toBe(true);
      }
    }
  });
});

describe('cutPatch()', () => {
  test('copies the pixels of the part', () => {
    const image = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i) };
    const before = image.data.slice();
    const patch = cutPatch(image, { x: 1, y: 0, width: 2, height: 2 });
    expect(patch).toEqual({
      width: 2,
      height: 2,
      data: Uint8Array.of(3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17),
    });
    patch.data.fill(0);
    expect(image.data).toEqual(before);
  });

  test('refuses a part that is not inside', () => {
    const image = { width: 3, height: 2, data: new Uint8Array(18) };
    expect(() => cutPatch(image, { x: 2, y: 0, width: 2, height: 2 })).toThrow(RangeError);
  });
});

describe('layCenteredPatches()', () => {
  test('lays the grid in the middle, the odd pixel to the right and below', () => {
    // 150 = 2 · 64 + 22, 71 = 64 + 7: 11 pixels to the left, 3 above.
    expect(layCenteredPatches(150, 71, 64, null).map(({ x, y }) => [x, y])).toEqual([
      [11, 3],
      [75, 3],
    ]);
    expect(layCenteredPatches(64, 63, 64, null)).toEqual([]);
  });

  test('takes at most the given number, evenly spread, inside the image', () => {
    for (let maximum = 1; maximum <= 8; maximum++) {
      const patches = layCenteredPatches(70, 51, 16, maximum);
      expect(patches).toHaveLength(maximum);
      expect(patches.every(({ x, y }) => x >= 3 && x + 16 <= 67 && y >= 1 && y + 16 <= 49)).toBe(true);
    }
  });
});
