import { expect, test } from 'vitest';
import { assignFolds } from '../src/cross-fit.js';

test('assignFolds() keeps groups together and spreads each source evenly', () => {
  // Source 0: ten groups of two images; source 1: five groups of one.
  const labels = Int32Array.from({ length: 25 }, (_, i) => (i < 20 ? 0 : 1));
  const groups = Int32Array.from({ length: 25 }, (_, i) => (i < 20 ? i >> 1 : i));
  const folds = assignFolds(labels, groups, 5, 1);
  for (let i = 0; i < 20; i += 2) expect(folds[i]).toBe(folds[i + 1]);
  const counts = (from: number, to: number) =>
    [0, 1, 2, 3, 4].map((fold) => folds.subarray(from, to).filter((value) => value === fold).length);
  expect(counts(0, 20)).toEqual([4, 4, 4, 4, 4]);
  expect(counts(20, 25)).toEqual([1, 1, 1, 1, 1]);
});

test('assignFolds() spreads a source of a single group by image', () => {
  const folds = assignFolds(new Int32Array(4), new Int32Array(4), 2, 1);
  expect([...folds].sort()).toEqual([0, 0, 1, 1]);
});

test('assignFolds() gives the same folds for the same seed, and refuses what makes no sense', () => {
  const labels = new Int32Array(50);
  const groups = Int32Array.from(labels.keys());
  expect(assignFolds(labels, groups, 5, 7)).toEqual(assignFolds(labels, groups, 5, 7));
  expect(assignFolds(labels, groups, 5, 7)).not.toEqual(assignFolds(labels, groups, 5, 8));
  expect(() => assignFolds(labels, new Int32Array(2), 5, 1)).toThrow(TypeError);
  expect(() => assignFolds(labels, groups, 1, 1)).toThrow(RangeError);
});
