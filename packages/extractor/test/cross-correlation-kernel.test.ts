import { expect, test } from 'vitest';
import { runningCrossProducts } from '../src/cross-correlation-kernel.js';

test('runningCrossProducts() keeps running sums over rows for each ordered pair of colors', () => {
  // Three columns, two rows and one more for partners; columns [0, 2), partner one row down and one column right.
  const red = Float64Array.of(1, 2, 0, 3, 4, 5, 0, 6, 7);
  const green = Float64Array.of(1, -1, 0, 2, 2, 3, 0, 1, -2);
  const blue = Float64Array.of(0, 5, 0, 1, 1, 10, 0, 2, 3);
  const sums = new Float64Array(3 * 6).fill(99);
  runningCrossProducts([red, green, blue], 3, { from: 0, to: 2 }, 2, 4, sums);
  // Row 0: pixels (1, 1, 0) and (2, -1, 5) meet (4, 2, 1) and (5, 3, 10): 1·2 + 2·3, 1·1 + 2·10, 1·1 - 1·10,
  // 1·4 - 1·5, 0·4 + 5·5, 0·2 + 5·3.
  const first = [8, 21, -9, -1, 25, 15];
  // Row 1: pixels (3, 2, 1) and (4, 2, 1) meet (6, 1, 2) and (7, -2, 3): 3·1 - 4·2, 3·2 + 4·3, 2·2 + 2·3, 2·6 + 2·7,
  // 1·6 + 1·7, 1·1 - 1·2.
  const second = [-5, 18, 10, 26, 13, -1];
  expect([...sums]).toEqual([...first.map(() => 0), ...first, ...first.map((sum, i) => sum + second[i])]);
});
