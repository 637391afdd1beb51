import type { FeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { fitMahalanobis, mahalanobisDistances } from '../src/mahalanobis.js';

function features(dims: number, ...values: number[]): FeatureSet {
  const ids = Array.from({ length: values.length / dims }, (_, i) => `image ${i}`);
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return { ids, dims, data: Float32Array.from(values), space };
}

// Source 0 at (±2, 0) and (0, ±1): sums of squares 8 and 2. Source 1 the same about (10, 0). 8 images, 2 sources:
// covariance diag(16, 4) / 6.
const known = features(2, 2, 0, -2, 0, 0, 1, 0, -1, 12, 0, 8, 0, 10, 1, 10, -1);
const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);

test('distances are those computed by hand', () => {
  const detector = fitMahalanobis(known, labels, 2, 1e-12);
  const distances = mahalanobisDistances(detector, features(2, 1, 0, 10, 2));
  // 1² · 6/16 and 9² · 6/16; 100 · 6/16 + 4 · 6/4 and 4 · 6/4.
  for (const [i, value] of [0.375, 30.375, 43.5, 6].entries()) expect(distances[i]).toBeCloseTo(value, 4);
});

test('full shrinkage leaves plain distances over the mean variance', () => {
  const detector = fitMahalanobis(known, labels, 2, 1);
  const [near] = mahalanobisDistances(detector, features(2, 1, 1));
  expect(near).toBeCloseTo(2 / ((16 + 4) / 6 / 2), 5);
});

test('images without any spread, and a source without images, do no harm', () => {
  const detector = fitMahalanobis(features(1, 3, 5), Int32Array.of(0, 1), 3, 0.05);
  expect([...mahalanobisDistances(detector, features(1, 4))]).toEqual([1, 1, Number.POSITIVE_INFINITY]);
});

test('wrong labels and spaces are refused, and the input stays unchanged', () => {
  const before = known.data.slice();
  expect(() => fitMahalanobis(known, Int32Array.of(0), 1, 0.1)).toThrow(TypeError);
  expect(() => fitMahalanobis(known, labels, 1, 0.1)).toThrow(RangeError);
  const detector = fitMahalanobis(known, labels, 2, 0.1);
  expect(() => mahalanobisDistances(detector, features(1, 1))).toThrow(TypeError);
  expect(known.data).toEqual(before);
});
