import { describe, expect, it } from 'vitest';
import { automaticClusterCount, kmeansGirish2021, kmeansOptionsSchema } from '../src/index.js';

describe('automaticClusterCount()', () => {
  it.each([
    [0, 1],
    [1, 1],
    [10, 2],
    [300, 20],
    [307, 20],
    [308, 21],
    [7_485, 499],
    [7_515, 500],
    [1_000_000, 500],
  ])('stands for one cluster for each 15 rows, in [2, 500]: %i rows give %i', (rows, count) => {
    const options = kmeansOptionsSchema.parse({ rowsPerCluster: 15 });
    expect(automaticClusterCount(rows, options)).toBe(count);
  });

  it('grows up to another largest count', () => {
    // 40,000 / 8 = 5,000.
    const options = kmeansOptionsSchema.parse({ largestClusterCount: 2000 });
    expect([8_000, 40_000].map((rows) => automaticClusterCount(rows, options))).toEqual([1000, 2000]);
  });
});

describe('kmeansOptionsSchema', () => {
  it('fills in the defaults, takes the published recipe and refuses an unknown key', () => {
    expect(kmeansOptionsSchema.parse({})).toMatchObject({
      clusterCount: 'auto',
      initialization: 'k-means++',
    });
    expect(kmeansOptionsSchema.parse(kmeansGirish2021)).toMatchObject({ clusterCount: 500, tolerance: 0 });
    expect(() => kmeansOptionsSchema.parse({ clusters: 3 })).toThrow();
    expect(() => kmeansOptionsSchema.parse({ clusterCount: 0 })).toThrow();
  });
});
