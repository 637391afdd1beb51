import type { FeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { limitFromKnown } from '../src/known-limit.js';

function onLine(...values: number[]): FeatureSet {
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return { ids: values.map(String), dims: 1, data: Float32Array.from(values), space };
}

test('limitFromKnown() lies between the distances within and between sources, by the weight', () => {
  // Source 0: images at 0 and 2, squared distance 4. Source 1: at 10 and 14, 16. Median 10.
  // Between them: (12 - 1)² + 1 + 4 = 126. 0.6 · 10 + 0.4 · 126 = 56.4.
  const known = onLine(0, 2, 10, 14);
  const limit = (weight: number) =>
    limitFromKnown(known, Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 2, 3), 2, weight);
  expect(limit(0.5)).toBeCloseTo(68, 9);
  expect(limit(0.6)).toBeCloseTo(56.4, 9);
  expect(limit(1)).toBeCloseTo(10, 9);
  expect(limit(0)).toBeCloseTo(126, 9);
  expect(() => limit(1.5)).toThrow(RangeError);
  expect(() => limit(Number.NaN)).toThrow(RangeError);
});

test('limitFromKnown() leaves out pairs of one group', () => {
  // Images at 0, 0.1 of one group and at 2: pairs 0-2 and 0.1-2, squared 4 and 3.61, mean 3.805; one source only.
  const known = onLine(0, 0.1, 2);
  expect(limitFromKnown(known, Int32Array.of(0, 0, 0), Int32Array.of(5, 5, 6), 1, 0.6)).toBeCloseTo(3.805, 5);
});

test('limitFromKnown() never lies below what is found within sources, and is 0 without anything to go by', () => {
  // Two sources on top of each other: within 4, between 0 + 1 + 1 = 2.
  const known = onLine(0, 2, 0, 2);
  const groups = Int32Array.of(0, 1, 2, 3);
  expect(limitFromKnown(known, Int32Array.of(0, 0, 1, 1), groups, 2, 0.6)).toBeCloseTo(4, 9);
  expect(limitFromKnown(onLine(1), Int32Array.of(0), Int32Array.of(0), 1, 0.6)).toBe(0);
  // One group a source: half of the distance between them, 100.
  expect(limitFromKnown(onLine(0, 10), Int32Array.of(0, 1), Int32Array.of(0, 1), 2, 0.6)).toBeCloseTo(50, 9);
  expect(() => limitFromKnown(known, new Int32Array(4), new Int32Array(3), 1, 0.6)).toThrow(TypeError);
});
