import { setKernelThreads } from '@ganscout/kernels';
import { describe, expect, it } from 'vitest';
import { dbscan, kDistanceKnee } from '../src/index.js';
import { clumps, lineOf, rowsOf, withNaN } from './rows.js';

const labelsOf = (...args: Parameters<typeof dbscan>) => [...dbscan(...args)];

describe('dbscan()', () => {
  it('joins core rows, takes their neighbors in and leaves the rest as noise', () => {
    // Within 1: row 9 itself; 0 has 0, 1; 1 has 0, 1, 2; 2 has 1, 2, 3; 3 has 2, 3. Core: 1 and 2. 6 and 6.5 are two.
    expect(labelsOf(lineOf(9, 0, 1, 2, 3, 6, 6.5), { epsilon: 1, minimumPoints: 3 })).toEqual([
      -1, 0, 0, 0, 0, -1, -1,
    ]);
  });

  it('counts the row itself, and neighbors at exactly epsilon', () => {
    expect(labelsOf(lineOf(0, 0.5, 3), { epsilon: 0.5, minimumPoints: 2 })).toEqual([0, 0, -1]);
    expect(labelsOf(lineOf(0, 0.5, 3), { epsilon: 0.25, minimumPoints: 1 })).toEqual([0, 1, 2]);
  });

  it('gives a border row to the cluster whose first core row stands first', () => {
    // Row 0 (at 0) is within 1 of the core rows at 1 and at -1 but has only 3 neighbors; core rows have 4. Those at 1 come first.
    const right = lineOf(0, 1, 1.5, 1.6, -1, -1.5, -1.6);
    expect(labelsOf(right, { epsilon: 1, minimumPoints: 4 })).toEqual([0, 0, 0, 0, 1, 1, 1]);
    const left = lineOf(0, -1, -1.5, -1.6, 1, 1.5, 1.6);
    expect(labelsOf(left, { epsilon: 1, minimumPoints: 4 })).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  it('does not join two clusters through a border row', () => {
    // As above: were row 0 a core row, all would be one.
    const rows = lineOf(0, 1, 1.5, 1.6, -1, -1.5, -1.6);
    expect(labelsOf(rows, { epsilon: 1, minimumPoints: 4 })[4]).toBe(1);
    expect(labelsOf(rows, { epsilon: 1, minimumPoints: 3 })).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('numbers clusters by their first rows, of the border too', () => {
    // The cluster at 0 has the first core row, but the border row at 9, of the other one, stands before it.
    const rows = lineOf(9, 0, 0.1, 0.2, 10, 10.1, 10.2);
    expect(labelsOf(rows, { epsilon: 1, minimumPoints: 3 })).toEqual([0, 1, 1, 1, 0, 0, 0]);
  });

  it('with epsilon 0 joins equal rows only', () => {
    expect(labelsOf(lineOf(4, 5, 4, 5, 6), { epsilon: 0, minimumPoints: 2 })).toEqual([0, 1, 0, 1, -1]);
  });

  it('decides in float64 what float32 cannot tell', () => {
    // Squared lengths near 1e8 leave float32 products an error of about 10, distances are 1 and 1.001.
    const rows = rowsOf(
      [0, 1, 2.001, 3.001].map((value) => [10000 + value, 0, 0]),
      3,
    );
    const apart = Math.abs((rows.data[6] as number) - (rows.data[3] as number));
    expect(labelsOf(rows, { epsilon: apart, minimumPoints: 1 })).toEqual([0, 0, 0, 0]);
    expect(labelsOf(rows, { epsilon: apart - 1e-9, minimumPoints: 1 })).toEqual([0, 0, 1, 1]);
  });

  it('gives the same labels on any number of threads and in many blocks', () => {
    const features = clumps(3100, 4, 7, 6);
    const first = labelsOf(features, { epsilon: 0.9, minimumPoints: 5 });
    setKernelThreads(2);
    expect(labelsOf(features, { epsilon: 0.9, minimumPoints: 5 })).toEqual(first);
    setKernelThreads(1);
  });

  it('gives nothing for no row, and noise or a cluster for one', () => {
    expect(labelsOf(lineOf(), { epsilon: 1, minimumPoints: 1 })).toEqual([]);
    expect(labelsOf(lineOf(3), { epsilon: 1, minimumPoints: 2 })).toEqual([-1]);
    expect(labelsOf(lineOf(3), { epsilon: 1, minimumPoints: 1 })).toEqual([0]);
  });

  it('refuses NaN and options out of range, naming them', () => {
    expect(() => dbscan(withNaN(), { epsilon: 1, minimumPoints: 1 })).toThrow(/got NaN in row 1/);
    expect(() => dbscan(lineOf(1), { epsilon: -1, minimumPoints: 1 })).toThrow(
      'dbscan: epsilon must be finite and at least 0, got -1',
    );
    expect(() => dbscan(lineOf(1), { epsilon: Number.NaN, minimumPoints: 1 })).toThrow(RangeError);
    expect(() => dbscan(lineOf(1), { epsilon: 1, minimumPoints: 0.5 })).toThrow(
      'dbscan: minimumPoints must be an integer of at least 1, got 0.5',
    );
    expect(() => dbscan(lineOf(1e20), { epsilon: 1, minimumPoints: 1 })).toThrow(/at most 2\^60/);
  });
});

describe('kDistanceKnee()', () => {
  it('is where the sorted distances are farthest below the diagonal', () => {
    // Distances to the nearest other: 1, 1, 1, 2, 16 (0, 1, 2, 4, 20). Scaled: depths 0, 1/4, 1/2, 3/4 - 1/15, 0.
    expect(kDistanceKnee(lineOf(0, 1, 2, 4, 20), 2)).toBe(2);
    // To the second nearest other: 2, 1, 2, 3, 18, sorted 1, 2, 2, 3, 18: depths 1/4 - 1/17, 1/2 - 1/17, 3/4 - 2/17.
    expect(kDistanceKnee(lineOf(0, 1, 2, 4, 20), 3)).toBe(3);
  });

  it('makes the rows up to the knee core rows', () => {
    const features = lineOf(0, 1, 2, 4, 20);
    const epsilon = kDistanceKnee(features, 2);
    expect([...dbscan(features, { epsilon, minimumPoints: 2 })]).toEqual([0, 0, 0, 0, -1]);
  });

  it('is the distance that all rows have, and 0 where a row counts alone', () => {
    expect(kDistanceKnee(lineOf(0, 3, 6, 9), 2)).toBe(3);
    expect(kDistanceKnee(lineOf(0, 3, 7), 1)).toBe(0);
    expect(kDistanceKnee(lineOf(5), 1)).toBe(0);
  });

  it('is the smallest distance where no point is below the diagonal', () => {
    // Largest distances: 7, 5, 6, 7, sorted and scaled 0, 1/2, 1, 1: above 1/3 and 2/3.
    expect(kDistanceKnee(lineOf(0, 2, 6, 7), 4)).toBe(5);
  });

  it('refuses more points than rows, and NaN', () => {
    expect(() => kDistanceKnee(lineOf(0, 1), 3)).toThrow(
      'kDistanceKnee: minimumPoints must be an integer in [1, 2], got 3',
    );
    expect(() => kDistanceKnee(withNaN(), 2)).toThrow(RangeError);
  });
});
