import { expect, test } from 'vitest';
import { enlargeMap, joinTileMaps, layCoveringTiles } from '../src/index.js';

test('layCoveringTiles() lays a tile every half tile, and the last ones end with the image', () => {
  expect(layCoveringTiles(11, 8, 4)).toEqual(
    [0, 2, 4].flatMap((y) => [0, 2, 4, 6, 7].map((x) => ({ x, y }))),
  );
  expect(layCoveringTiles(4, 4, 4)).toEqual([{ x: 0, y: 0 }]);
  expect(() => layCoveringTiles(3, 9, 4)).toThrow('an image must be at least 4 × 4 pixels, got 3 × 9');
});

test('enlargeMap() interpolates between the middles of cells', () => {
  // Middles of cells at 1 and 3, of pixels at 0.5, 1.5, 2.5, 3.5.
  const row = enlargeMap({ width: 2, height: 1, data: Float32Array.of(0, 1) }, 4, 1);
  expect([...row.data]).toEqual([0, 0.25, 0.75, 1]);
  const square = enlargeMap({ width: 2, height: 2, data: Float32Array.of(0, 1, 2, 3) }, 4, 4);
  expect([...square.data.subarray(4, 8)]).toEqual([0.5, 0.75, 1.25, 1.5]);
  expect([...enlargeMap(square, 4, 4).data]).toEqual([...square.data]);
});

test('joinTileMaps() takes the weighted mean where tiles overlap', () => {
  // Tiles of 4 pixels at 0 and 2 of 6. Weights in x are sin² of 22.5°, 67.5°, 112.5°, 157.5° = a, b, b, a with a + b = 1, so
  // in columns 2 and 3 the tiles count b : a and a : b.
  const a = Math.sin(Math.PI / 8) ** 2;
  const tiles = [
    { x: 0, y: 0, data: Float32Array.of(1) },
    { x: 2, y: 0, data: Float32Array.of(5) },
  ];
  const { data, ...sizes } = joinTileMaps(tiles, [1, 1], { width: 6, height: 4, side: 4 });
  expect(sizes).toEqual({ width: 6, height: 4 });
  const row = [1, 1, 1 - a + 5 * a, a + 5 * (1 - a), 5, 5];
  for (const [i, value] of data.entries()) expect(value).toBeCloseTo(row[i % 6]!, 5);
});
