import { describe, expect, it } from 'vitest';
import { meanByLabel, nearestCentroids, squaredDistance } from '../src/distances.js';

describe('squaredDistance()', () => {
  it('sums squared differences of the named rows', () => {
    // (1, 2) to (4, 6): 3² + 4².
    expect(squaredDistance(Float32Array.of(9, 9, 1, 2), 1, Float32Array.of(4, 6), 0, 2)).toBe(25);
    expect(squaredDistance(Float32Array.of(1, 2), 0, Float32Array.of(1, 2), 0, 2)).toBe(0);
  });
});

describe('nearestCentroids()', () => {
  it('finds the nearest centroid and its squared distance', () => {
    const nearest = nearestCentroids(Float32Array.of(0, 0, 9, 1, 4, 4), Float32Array.of(10, 0, 0, 1), 2);
    expect([...nearest.labels]).toEqual([1, 0, 1]);
    expect([...nearest.squaredDistances]).toEqual([1, 2, 25]);
  });

  it('gives ties to the lower label', () => {
    expect([...nearestCentroids(Float32Array.of(0), Float32Array.of(2, -2, 2), 1).labels]).toEqual([0]);
  });

  it('accepts no row and refuses no centroid', () => {
    expect(nearestCentroids(new Float32Array(0), Float32Array.of(1), 1).labels).toHaveLength(0);
    expect(() => nearestCentroids(Float32Array.of(1), new Float32Array(0), 1)).toThrow(
      'one or more centroids',
    );
    expect(() => nearestCentroids(Float32Array.of(1, 2), Float32Array.of(1, 2, 3), 2)).toThrow(RangeError);
  });
});

describe('meanByLabel()', () => {
  it('averages the rows of each label, leaves out -1, and gives zero to an empty label', () => {
    const data = Float32Array.of(1, 10, 3, 20, 100, 100, 7, 7);
    const means = meanByLabel(data, Int32Array.of(0, 0, -1, 2), 2, 3);
    expect([...means]).toEqual([2, 15, 0, 0, 7, 7]);
    expect([...data]).toEqual([1, 10, 3, 20, 100, 100, 7, 7]);
  });

  it('adds in double precision', () => {
    // In float32 2^24 + 1 is 2^24, so adding one by one would lose the three ones.
    expect([...meanByLabel(Float32Array.of(2 ** 24, 1, 1, 2), new Int32Array(4), 1, 1)]).toEqual([
      2 ** 22 + 1,
    ]);
  });
});
