import { expect, test } from 'vitest';
import { MAGNITUDE_SUMS, runningMagnitudes } from '../src/magnitude-kernel.js';

test('runningMagnitudes() counts each magnitude up to its limit, and keeps running sums over rows', () => {
  // Column 0 lies outside the run.
  const map = Float64Array.of(9, 0, -1, 2, -3, 4, -5, 9, 8, -9, 16, -17, 32, 33, 9, -2040, 0, 0, 0, 0, 0);
  const sums = new Float64Array(4 * MAGNITUDE_SUMS).fill(99);
  runningMagnitudes(map, 7, { from: 1, to: 7 }, 3, sums);
  const row = (y: number) => [...sums.subarray(y * 10, (y + 1) * 10)];
  expect(row(0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  // 0 + 1 + 2 + 3 + 4 + 5 and 0 + 1 + 16 + 81 + 256 + 625.
  expect(row(1)).toEqual([1, 1, 1, 2, 1, 0, 0, 0, 15, 979]);
  // 8 + 9 + 16 + 17 + 32 + 33 = 115; 4096 + 6561 + 65536 + 83521 + 1048576 + 1185921 = 2394211.
  expect(row(2)).toEqual([1, 1, 1, 2, 2, 2, 2, 1, 130, 2395190]);
  expect(row(3)).toEqual([6, 1, 1, 2, 2, 2, 2, 2, 2170, 2395190 + 2040 ** 4]);
});
