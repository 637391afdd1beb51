import { expect, test } from 'vitest';
import { describeMap, normalizeMap } from '../src/index.js';

const even = { width: 16, height: 8, data: new Float32Array(128).fill(3) };

test('describeMap() of an even map gives the shares of the areas', () => {
  expect(describeMap(even)).toEqual({
    peak: { x: 0, y: 0 },
    largest: 3,
    centerShare: 0.25,
    borderShare: 0.4375,
    halfSumArea: 0.5,
  });
});

test('describeMap() finds a spot', () => {
  // 6 at the spot in the middle, 2 in a corner: three quarters in the middle, half of the sum of 8 on one pixel of 64.
  const data = new Float32Array(64);
  data[4 * 8 + 3] = 6;
  data[63] = 2;
  expect(describeMap({ width: 8, height: 8, data })).toEqual({
    peak: { x: 3, y: 4 },
    largest: 6,
    centerShare: 0.75,
    borderShare: 0.25,
    halfSumArea: 1 / 64,
  });
});

test('a map of zeros has no peak and no shares', () => {
  const nothing = { width: 4, height: 4, data: new Float32Array(16) };
  expect(describeMap(nothing)).toEqual({
    peak: null,
    largest: 0,
    centerShare: null,
    borderShare: null,
    halfSumArea: null,
  });
  expect(normalizeMap(nothing)).toEqual(nothing);
});

test('normalizeMap() divides by the largest value and leaves its argument', () => {
  const map = { width: 2, height: 1, data: Float32Array.of(1, 4) };
  expect([...normalizeMap(map).data]).toEqual([0.25, 1]);
  expect([...map.data]).toEqual([1, 4]);
});
