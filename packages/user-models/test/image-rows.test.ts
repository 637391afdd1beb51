import { expect, test } from 'vitest';
import { averageRowsByImage } from '../src/index.js';

const rows = Float32Array.of(1, 2, 3, 4, 5, 9);

test('averageRowsByImage() averages the rows of each image', () => {
  // Rows (1, 2) and (3, 4) of the first image, (5, 9) of the second.
  expect(averageRowsByImage(rows, 2, [2, 1])).toEqual(Float32Array.of(2, 3, 5, 9));
  expect(averageRowsByImage(rows, 2, [1, 1, 1])).toEqual(rows);
  expect(averageRowsByImage(new Float32Array(0), 2, [])).toEqual(new Float32Array(0));
  expect(rows).toEqual(Float32Array.of(1, 2, 3, 4, 5, 9));
});

test('averageRowsByImage() refuses counts that do not fit', () => {
  expect(() => averageRowsByImage(rows, 2, [1, 1])).toThrow(
    'averageRowsByImage: rows must hold 2 × 2 values, as counts add up to 2, got 6',
  );
  expect(() => averageRowsByImage(rows, 2, [3, 0])).toThrow(
    'averageRowsByImage: counts must be positive integers, got 0 for image 1',
  );
});
