import { describe, expect, it } from 'vitest';
import { agglomerate, type Linkage } from '../src/index.js';
import { clumps, lineOf, withNaN } from './rows.js';

const LINKAGES: readonly Linkage[] = ['ward', 'average', 'complete', 'single'];
const labelsOf = (...args: Parameters<typeof agglomerate>) => [...agglomerate(...args)];

describe('agglomerate()', () => {
  // 0-1 at 1 and 10-12 at 2 join first. Then 5 is 4 from {0, 1} and 5 from {10, 12} at the nearest, 5 and 7 at the farthest,
  // 4.5 and 6 in the mean; Ward: 2/3 · 4.5² = 13.5 against 2/3 · 6² = 24.
  it.each(LINKAGES)('joins the nearest first: %s', (linkage) => {
    const rows = lineOf(10, 0, 1, 5, 12);
    expect(labelsOf(rows, { linkage, clusterCount: 4 })).toEqual([0, 1, 1, 2, 3]);
    expect(labelsOf(rows, { linkage, clusterCount: 3 })).toEqual([0, 1, 1, 2, 0]);
    expect(labelsOf(rows, { linkage, clusterCount: 2 })).toEqual([0, 1, 1, 1, 0]);
  });

  it('follows a chain by single linkage only', () => {
    // Steps 1, 1.1, 1.2, 1.3, then 2: the last two rows are 1.4 apart. Pairs join first, but the chain is nearest of all.
    const rows = lineOf(0, 1, 2.1, 3.3, 4.6, 6.6, 8);
    expect(labelsOf(rows, { linkage: 'single', clusterCount: 2 })).toEqual([0, 0, 0, 0, 0, 1, 1]);
    // Complete: {0, 1}, {2.1, 3.3}, {6.6, 8}; then 4.6 is 2.5 from {2.1, 3.3}, 3.3 apart are {0 … 3.3}; then {2.1 … 4.6} is
    // 4.6 from {0, 1} and 5.9 from {6.6, 8}.
    expect(labelsOf(rows, { linkage: 'complete', clusterCount: 3 })).toEqual([0, 0, 1, 1, 1, 2, 2]);
  });

  it('separates the four linkages where they differ', () => {
    // {0, 0, 0, 0} and 4 against 4 and 9: Ward 4 · 1/5 · 16 = 12.8 against 1/2 · 25 = 12.5; the others 4 against 5.
    const rows = lineOf(0, 0, 0, 0, 4, 9);
    expect(labelsOf(rows, { linkage: 'ward', clusterCount: 2 })).toEqual([0, 0, 0, 0, 1, 1]);
    for (const linkage of ['average', 'complete', 'single'] as const) {
      expect(labelsOf(rows, { linkage, clusterCount: 2 })).toEqual([0, 0, 0, 0, 0, 1]);
    }
    // {0, 3} and {7} against {7} and {11.5}: nearest 4 and 4.5, mean 5.5 and 4.5, farthest 7 and 4.5.
    const next = lineOf(0, 3, 7, 11.5);
    expect(labelsOf(next, { linkage: 'single', clusterCount: 2 })).toEqual([0, 0, 0, 1]);
    expect(labelsOf(next, { linkage: 'average', clusterCount: 2 })).toEqual([0, 0, 1, 1]);
    // {0, 1, 8} is 8 wide and so is {8, 15.5} 7.5; the mean of 8 from {0, 1} is 7.5 too; nearest 7 against 7.5.
    expect(labelsOf(lineOf(0, 1, 8, 15.5), { linkage: 'complete', clusterCount: 2 })).toEqual([0, 0, 1, 1]);
  });

  it.each(LINKAGES)('recovers clumps far apart: %s', (linkage) => {
    const labels = labelsOf(clumps(200, 5, 6, 40), { linkage, clusterCount: 6 });
    labels.forEach((label, i) => {
      expect(label).toBe(i % 6);
    });
  });

  it.each(LINKAGES)('gives as many clusters as asked for, ties and equal rows or not: %s', (linkage) => {
    const rows = lineOf(1, 1, 1, 2, 2, 3, 4, 5, 5, 6);
    for (let clusterCount = 1; clusterCount <= 10; clusterCount++) {
      const labels = labelsOf(rows, { linkage, clusterCount });
      expect(new Set(labels).size).toBe(clusterCount);
      // Labels are numbered by first row.
      expect([...new Set(labels)]).toEqual(Array.from({ length: clusterCount }, (_, label) => label));
    }
  });

  it.each(LINKAGES)('joins whole clusters as their number falls: %s', (linkage) => {
    const features = clumps(90, 4, 5, 1);
    for (let clusterCount = 2; clusterCount < 30; clusterCount++) {
      const fine = labelsOf(features, { linkage, clusterCount });
      const coarse = labelsOf(features, { linkage, clusterCount: clusterCount - 1 });
      expect(new Set(fine.map((label, row) => `${label} ${coarse[row]}`)).size).toBe(clusterCount);
    }
  });

  it.each(LINKAGES)('gives nothing for no row and one cluster for one: %s', (linkage) => {
    expect(labelsOf(lineOf(), { linkage, clusterCount: 3 })).toEqual([]);
    expect(labelsOf(lineOf(8), { linkage, clusterCount: 1 })).toEqual([0]);
  });

  it('refuses more rows than whose pairs fit in memory, before it takes that memory', () => {
    const rows = lineOf(...new Float32Array(32769));
    expect(() => agglomerate(rows, { linkage: 'average', clusterCount: 2 })).toThrow(
      'agglomerate: linkage average keeps the distances of all pairs, so there must be at most 32768 rows, got 32769',
    );
  });

  it('refuses NaN and options out of range, and leaves its input unchanged', () => {
    expect(() => agglomerate(withNaN(), { linkage: 'ward', clusterCount: 1 })).toThrow(/got NaN in row 1/);
    expect(() => agglomerate(lineOf(1, 2), { linkage: 'ward', clusterCount: 3 })).toThrow(
      'agglomerate: clusterCount must be an integer in [1, 2], got 3',
    );
    expect(() => agglomerate(lineOf(1), { linkage: 'median' as Linkage, clusterCount: 1 })).toThrow(
      RangeError,
    );
    const features = clumps(40, 3, 2, 9);
    const before = features.data.slice();
    for (const linkage of LINKAGES) agglomerate(features, { linkage, clusterCount: 2 });
    expect(features.data).toEqual(before);
  });
});
