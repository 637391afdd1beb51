import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { balancedClassWeights, drawBatches, holdOutRows } from '../src/embedding-batches.js';

const random = () => createRandom(3, 'batches');

test('drawBatches() uses every row once and fills the last batch with the first rows', () => {
  const rows = Int32Array.of(10, 11, 12, 13, 14, 15, 16);
  const batches = drawBatches(rows, 3, random());
  expect(batches.map((batch) => batch.length)).toEqual([3, 3, 3]);
  const all = batches.flatMap((batch) => [...batch]);
  expect(all.slice(0, 7).toSorted()).toEqual([...rows]);
  expect(all.slice(7)).toEqual(all.slice(0, 2));
  expect(rows).toEqual(Int32Array.of(10, 11, 12, 13, 14, 15, 16));
});

test('drawBatches() of fewer rows than a batch, or exactly as many, is one batch of all', () => {
  expect(drawBatches(Int32Array.of(4), 256, random())).toEqual([Int32Array.of(4)]);
  const [batch, ...others] = drawBatches(Int32Array.of(1, 2, 3), 3, random());
  expect(others).toEqual([]);
  expect([...batch!].toSorted()).toEqual([1, 2, 3]);
});

test('drawBatches() draws another order each time, and the same for the same seed', () => {
  const rows = Int32Array.from({ length: 50 }, (_, i) => i);
  const stream = random();
  const first = drawBatches(rows, 50, stream);
  expect(drawBatches(rows, 50, stream)).not.toEqual(first);
  expect(drawBatches(rows, 50, random())).toEqual(first);
});

test('holdOutRows() holds back the share of each class, rounded down', () => {
  // 5 rows of class 0, 4 of class 1, 1 of class 2: a quarter is 1, 1 and 0.
  const labels = Int32Array.of(0, 1, 0, 1, 2, 0, 1, 0, 1, 0);
  const { training, heldBack } = holdOutRows(labels, 3, 0.25, random());
  expect(Array.from(heldBack, (row) => labels[row]).toSorted()).toEqual([0, 1]);
  expect([...training, ...heldBack].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(holdOutRows(labels, 3, 0, random()).heldBack).toEqual(new Int32Array(0));
});

test('balancedClassWeights() is the largest class over each class, by label, of the given rows', () => {
  const labels = Int32Array.of(0, 0, 0, 0, 2, 2, 3);
  const all = Int32Array.from(labels, (_, row) => row);
  expect(balancedClassWeights(labels, all, 4)).toEqual(Float32Array.of(1, 0, 2, 4));
  expect(balancedClassWeights(labels, Int32Array.of(0, 4, 5, 6), 4)).toEqual(Float32Array.of(2, 0, 1, 2));
});
