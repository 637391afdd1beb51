import { describe, expect, it } from 'vitest';
import { finch } from '../src/index.js';
import { clumps, lineOf, rowsOf, withNaN } from './rows.js';

const partitionsOf = (...args: Parameters<typeof finch>) =>
  finch(...args).partitions.map(({ labels }) => [...labels]);

describe('finch()', () => {
  it('links rows with their first neighbors, then means, and stops before one cluster', () => {
    // First neighbors: 0-1, 1-0, 4-5.5 (1.5 against 3), 5.5-4, 20-21, 21-20, 30-31, 31-30. Means 0.5, 4.75, 20.5, 30.5:
    // 0.5 and 4.75 are mutual, so are 20.5 and 30.5. Means 2.625 and 25.5 make one cluster, which is left out.
    expect(partitionsOf(lineOf(0, 1, 4, 5.5, 20, 21, 30, 31), { metric: 'euclidean' })).toEqual([
      [0, 0, 1, 1, 2, 2, 3, 3],
      [0, 0, 0, 0, 1, 1, 1, 1],
    ]);
  });

  it('puts rows with the same first neighbor into one cluster', () => {
    // Both -3 and 3.5 have 0 as theirs, whose own is -3.
    expect(partitionsOf(lineOf(-3, 0, 3.5), { metric: 'euclidean' })).toEqual([[0, 0, 0]]);
  });

  it('takes means of the rows, not of the means', () => {
    // Clusters {0, 1, 2}, {9, 10}, {24, 25}, {30, 32}: row 1 lies between 0 and 2, and prefers 0. Means 1, 9.5, 24.5, 31.
    // By rows the first two are 8.5 apart, the next 15. Then {0 ... 10} has mean 22 / 5 = 4.4, the other 27.75.
    const { partitions } = finch(lineOf(0, 1, 2, 9, 10, 24, 25, 30, 32), { metric: 'euclidean' });
    expect(partitions.map(({ clusterCount }) => clusterCount)).toEqual([4, 2]);
    expect([...(partitions[1]?.labels ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('gives a tie to the lower row', () => {
    // Row 2 is as far from row 1 as from row 3; it goes with row 1, so that rows 3 and 4 stay alone.
    expect(partitionsOf(lineOf(0, 1, 3, 5, 6), { metric: 'euclidean' })[0]).toEqual([0, 0, 0, 1, 1]);
  });

  it('compares directions by cosine, whatever the lengths', () => {
    const rows = rowsOf([
      [1, 0],
      [0, 100],
      [50, 1],
      [0.01, 1],
    ]);
    // By cosine rows 0 and 2, 1 and 3; by Euclidean distance row 3 is nearest to row 0.
    expect(partitionsOf(rows, { metric: 'cosine' })[0]).toEqual([0, 1, 0, 1]);
    expect(partitionsOf(rows, { metric: 'euclidean' })[0]).toEqual([0, 0, 0, 0]);
  });

  it('takes a row of zeros as unlike all by cosine', () => {
    const rows = rowsOf([
      [0, 0],
      [1, 0.2],
      [-1, 1],
      [1, 0.1],
      [-1, 1.1],
    ]);
    // All have cosine 0 with the row of zeros, so it takes the lowest, row 1; nothing takes it.
    expect(partitionsOf(rows, { metric: 'cosine' })[0]).toEqual([0, 0, 1, 0, 1]);
  });

  it('coarsens: every partition joins whole clusters of the one before', () => {
    const { partitions } = finch(clumps(200, 6, 9, 4), { metric: 'euclidean' });
    expect(partitions.length).toBeGreaterThan(1);
    for (let level = 1; level < partitions.length; level++) {
      const fine = partitions[level - 1];
      const coarse = partitions[level];
      const pairs = new Set(fine?.labels.map((label, row) => label * 1000 + (coarse?.labels[row] ?? -1)));
      expect(pairs.size).toBe(fine?.clusterCount);
      expect(coarse?.clusterCount).toBeLessThanOrEqual((fine?.clusterCount ?? 0) / 2);
    }
  });

  it('gives no cluster for no row, one for one and for equal rows', () => {
    expect(finch(lineOf(), { metric: 'euclidean' }).partitions).toEqual([
      { labels: new Int32Array(0), clusterCount: 0 },
    ]);
    expect(partitionsOf(lineOf(7), { metric: 'cosine' })).toEqual([[0]]);
    expect(partitionsOf(lineOf(7, 7, 7, 7), { metric: 'euclidean' })).toEqual([[0, 0, 0, 0]]);
  });

  it('refuses NaN and another metric, and leaves its input unchanged', () => {
    expect(() => finch(withNaN(), { metric: 'cosine' })).toThrow(
      'finch: every feature must be finite, got NaN in row 1 (image-1)',
    );
    expect(() => finch(lineOf(1), { metric: 'manhattan' as 'cosine' })).toThrow(RangeError);
    const features = clumps(30, 3, 2, 4);
    const before = features.data.slice();
    finch(features, { metric: 'cosine' });
    expect(features.data).toEqual(before);
  });
});
