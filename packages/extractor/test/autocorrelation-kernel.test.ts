import { expect, test } from 'vitest';
import { runningProducts } from '../src/autocorrelation-kernel.js';

test('runningProducts() keeps running sums over rows for six lags', () => {
  // Value 10 y + x in a map of 4 columns; columns [1, 3), lags (i, 1), two rows taken together.
  const map = Float64Array.from({ length: 28 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));
  const sums = new Float64Array(3 * 6).fill(99);
  runningProducts(map, 4, { from: 1, to: 3 }, 2, { dx: 1, dy: 0, step: 1 }, sums);
  // Row 0: 1 · (10 i + 2) + 2 · (10 i + 3) = 8 + 30 i.
  const first = [8, 38, 68, 98, 128, 158];
  // Row 1: 11 · (10 i + 12) + 12 · (10 i + 13) = 288 + 230 i.
  const second = [288, 518, 748, 978, 1208, 1438];
  expect([...sums]).toEqual([...first.map(() => 0), ...first, ...first.map((sum, i) => sum + second[i])]);
});

test.each([
  [1, 0, 1],
  [7, 1, 1],
  [8, 0, 1],
  [9, 2, 2],
  [10, 0, 2],
  [11, 3, 3],
])('runningProducts() sums every row once: %i rows, dy from %i in steps of %i', (rows, dy, step) => {
  const width = 5;
  const height = rows + dy + 5 * step;
  const map = Float64Array.from({ length: height * width }, (_, i) => ((i * 37) % 23) - 11);
  const sums = new Float64Array((rows + 1) * 6).fill(99);
  runningProducts(map, width, { from: 2, to: 5 }, rows, { dx: -2, dy, step }, sums);
  const expected = new Float64Array((rows + 1) * 6);
  for (let y = 0; y < rows; y++) {
    for (let i = 0; i < 6; i++) {
      let sum = expected[y * 6 + i];
      for (let x = 2; x < 5; x++) sum += map[y * width + x] * map[(y + dy + i * step) * width + x - 2];
      expected[(y + 1) * 6 + i] = sum;
    }
  }
  expect(sums).toEqual(expected);
});
