import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { adjustedRandIndex, averagePurity, normalizedMutualInformation } from '../src/partition.js';

const TRUTH = Int32Array.of(0, 0, 1, 1);
const SINGLETONS = Int32Array.of(0, 1, 2, 3);
const ONE = new Int32Array(4);
const NONE = new Int32Array(0);

describe('averagePurity()', () => {
  it('weights each cluster by its size', () => {
    // Cluster 0 holds 3 of source 0 and 1 of source 1, cluster 1 one of each, -1 one image: (3 + 1 + 1) / 7.
    const truth = Int32Array.of(0, 0, 0, 1, 0, 1, 1);
    const labels = Int32Array.of(0, 0, 0, 0, 1, 1, -1);
    expect(averagePurity(truth, labels)).toBe(5 / 7);
  });

  it('is 1 for singletons and the share of the largest source for one cluster', () => {
    expect(averagePurity(TRUTH, SINGLETONS)).toBe(1);
    expect(averagePurity(Int32Array.of(0, 0, 0, 1), ONE)).toBe(0.75);
  });

  it('refuses no image and different lengths', () => {
    expect(() => averagePurity(NONE, NONE)).toThrow('at least one image');
    expect(() => averagePurity(TRUTH, NONE)).toThrow(TypeError);
  });
});

describe('normalizedMutualInformation()', () => {
  it('divides by the arithmetic mean of the entropies', () => {
    // Truth 2 + 2, labels 3 + 1, cells (2, 0) and (1, 1):
    // I = 1/2 ln 4/3 + 1/4 ln 2/3 + 1/4 ln 2, H(truth) = ln 2, H(labels) = ln 4 - 3/4 ln 3.
    const information = Math.log(4 / 3) / 2 + Math.log(2 / 3) / 4 + Math.log(2) / 4;
    const entropies = Math.log(2) + Math.log(4) - 0.75 * Math.log(3);
    const nmi = normalizedMutualInformation(TRUTH, Int32Array.of(0, 0, 0, 1));
    expect(nmi).toBeCloseTo((2 * information) / entropies, 14);
  });

  it('is 1 for equal partitions whatever the names', () => {
    expect(normalizedMutualInformation(TRUTH, Int32Array.of(9, 9, -1, -1))).toBeCloseTo(1, 15);
  });

  it('is exactly 0 for independent partitions, in spite of rounding, and for one cluster', () => {
    for (const [a, b] of [
      [3, 7],
      [7, 11],
      [13, 10],
      [49, 6],
    ] as const) {
      const truth = Int32Array.from({ length: a * b }, (_, i) => i % a);
      const labels = Int32Array.from({ length: a * b }, (_, i) => Math.floor(i / a));
      expect(normalizedMutualInformation(truth, labels)).toBe(0);
    }
    expect(normalizedMutualInformation(TRUTH, Int32Array.of(0, 1, 0, 1))).toBe(0);
    expect(normalizedMutualInformation(TRUTH, ONE)).toBe(0);
  });

  it('is 2/3 for singletons of two sources of two: I = ln 2, entropies ln 2 and ln 4', () => {
    expect(normalizedMutualInformation(TRUTH, SINGLETONS)).toBeCloseTo(2 / 3, 15);
  });

  it('is 1 for one source in one cluster and for no image', () => {
    expect(normalizedMutualInformation(ONE, ONE)).toBe(1);
    expect(normalizedMutualInformation(NONE, NONE)).toBe(1);
  });
});

describe('adjustedRandIndex()', () => {
  it('compares the pairs together with what chance gives', () => {
    // Cells (1, 0), (2, 1), (0, 1): pairs in cells 1, in rows 3, in columns 3 + 1, of 10.
    // Expected 3 · 4 / 10 = 1.2, largest (3 + 4) / 2 = 3.5: (1 - 1.2) / (3.5 - 1.2).
    const truth = Int32Array.of(0, 1, 1, 1, 2);
    const labels = Int32Array.of(2, 2, 2, 3, 3);
    expect(adjustedRandIndex(truth, labels)).toBeCloseTo(-0.2 / 2.3, 15);
  });

  it('is 1 for equal partitions, and for one image or none', () => {
    expect(adjustedRandIndex(TRUTH, Int32Array.of(5, 5, 2, 2))).toBe(1);
    expect(adjustedRandIndex(SINGLETONS, SINGLETONS)).toBe(1);
    expect(adjustedRandIndex(Int32Array.of(1), Int32Array.of(-1))).toBe(1);
    expect(adjustedRandIndex(NONE, NONE)).toBe(1);
  });

  it('is 0 for singletons and for one cluster', () => {
    expect(adjustedRandIndex(TRUTH, SINGLETONS)).toBe(0);
    expect(adjustedRandIndex(TRUTH, ONE)).toBe(0);
  });

  it('is about 0 for random labels, where purity and NMI are not', () => {
    const random = createRandom(1, 'labels');
    const truth = Int32Array.from({ length: 2000 }, () => random.integer(20));
    const labels = Int32Array.from({ length: 2000 }, () => random.integer(500));
    expect(Math.abs(adjustedRandIndex(truth, labels))).toBeLessThan(0.01);
    expect(averagePurity(truth, labels)).toBeGreaterThan(0.3);
    expect(normalizedMutualInformation(truth, labels)).toBeGreaterThan(0.3);
  });
});

describe('every partition figure', () => {
  it('does not depend on the order of the images or the names of the clusters', () => {
    const truth = Int32Array.of(0, 0, 1, 1, 2, 2, 2);
    const labels = Int32Array.of(4, 4, 4, 1, 1, 0, 0);
    const renamed = labels.map((label) => 10 - 3 * label);
    for (const figure of [averagePurity, normalizedMutualInformation, adjustedRandIndex]) {
      expect(figure(truth.toReversed(), labels.toReversed())).toBeCloseTo(figure(truth, labels), 15);
      expect(figure(truth, renamed)).toBeCloseTo(figure(truth, labels), 15);
    }
  });

  it('takes a million images without overflow: two equal halves against thirds', () => {
    // Independent up to rounding of the sizes, so NMI and ARI are 0 to about 1 / N.
    const truth = Int32Array.from({ length: 1_000_000 }, (_, i) => i % 2);
    const labels = Int32Array.from({ length: 1_000_000 }, (_, i) => i % 3);
    expect(Math.abs(adjustedRandIndex(truth, labels))).toBeLessThan(2e-6);
    expect(normalizedMutualInformation(truth, labels)).toBeLessThan(1e-9);
    expect(averagePurity(truth, labels)).toBeCloseTo(0.5, 5);
  });
});
