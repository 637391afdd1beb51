import { setKernelThreads } from '@ganscout/kernels';
import { squaredDistance } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { sphericalKmeans } from '../src/index.js';
import { unitRows } from '../src/row-space.js';
import { sphericalKmeansFrom } from '../src/spherical-kmeans.js';
import { clumps, lineOf, rowsOf, withNaN } from './rows.js';

const options = { clusterCount: 3, seed: 1, restarts: 5, iterations: 50 };
const ROOT = Math.SQRT1_2;

describe('sphericalKmeansFrom()', () => {
  it('moves centroids to the directions of the sums', () => {
    // (1, 0) and (0.6, 0.8) sum to (1.6, 0.8): direction (2, 1) / √5. Cosines 2 / √5 and (1.2 + 0.8) / √5, and 1.
    const rows = Float32Array.of(1, 0, 0.6, 0.8, 0, -1);
    const result = sphericalKmeansFrom(rows, Float32Array.of(1, 0, 0, -1), 2, 10);
    expect([...result.labels]).toEqual([0, 0, 1]);
    expect(result.centroids[0]).toBeCloseTo(2 / Math.sqrt(5), 6);
    expect(result.centroids[1]).toBeCloseTo(1 / Math.sqrt(5), 6);
    expect(result.totalCosine).toBeCloseTo(4 / Math.sqrt(5) + 1, 6);
  });

  it('gives a tie to the lower label', () => {
    const rows = Float32Array.of(1, 0, 0, 1, ROOT, ROOT);
    const initial = Float32Array.of(0, 1, 1, 0);
    expect([...sphericalKmeansFrom(rows, initial, 2, 1).labels]).toEqual([1, 0, 0]);
  });

  it('moves a centroid without rows to the row least like its own', () => {
    // All rows are nearer to (1, 0) than to (-1, 0); (0.6, -0.8) has the smallest cosine.
    const rows = Float32Array.of(1, 0, 0.8, 0.6, 0.6, -0.8);
    const result = sphericalKmeansFrom(rows, Float32Array.of(1, 0, -1, 0), 2, 10);
    expect([...result.labels]).toEqual([0, 0, 1]);
  });

  it('keeps a centroid whose rows cancel out', () => {
    const rows = Float32Array.of(1, 0, -1, 0, 0, -1);
    const result = sphericalKmeansFrom(rows, Float32Array.of(0, 1, 0, -1), 2, 10);
    expect([...result.labels]).toEqual([0, 0, 1]);
    expect([...result.centroids]).toEqual([0, 1, 0, -1]);
  });

  it('ends at a fixed point: every row has its most similar centroid, every centroid the direction of its rows', () => {
    const { data } = clumps(300, 5, 6, 1);
    const rows = unitRows(data, 5);
    const { labels, centroids } = sphericalKmeansFrom(rows, rows.slice(0, 30), 5, 300);
    const sums = new Float64Array(30);
    labels.forEach((label, row) => {
      const distances = Array.from({ length: 6 }, (_, c) => squaredDistance(rows, row, centroids, c, 5));
      expect((distances[label] as number) - Math.min(...distances)).toBeLessThan(1e-6);
      for (let d = 0; d < 5; d++) sums[label * 5 + d] += rows[row * 5 + d] as number;
    });
    const directions = unitRows(Float32Array.from(sums), 5);
    directions.forEach((value, i) => {
      expect(Math.abs(value - (centroids[i] as number))).toBeLessThan(1e-5);
    });
  });
});

describe('sphericalKmeans()', () => {
  it('splits by direction, whatever the lengths, and numbers by first row', () => {
    const rows = rowsOf([
      [0, 5],
      [100, 1],
      [0.01, 0.9],
      [-3, -3],
      [1, 0],
      [-1, -1.1],
    ]);
    expect([...sphericalKmeans(rows, options)]).toEqual([0, 1, 0, 2, 1, 2]);
  });

  it('gives the same labels for the same seed, on any number of threads', () => {
    const features = clumps(2500, 12, 9, 0.5);
    const chosen = { clusterCount: 20, seed: 4, restarts: 2, iterations: 30 };
    const first = [...sphericalKmeans(features, chosen)];
    setKernelThreads(2);
    expect([...sphericalKmeans(features, chosen)]).toEqual(first);
    setKernelThreads(1);
    expect([...sphericalKmeans(features, { ...chosen, seed: 5 })]).not.toEqual(first);
  });

  it('gives fewer clusters where there are fewer distinct rows', () => {
    const rows = rowsOf([
      [1, 0],
      [2, 0],
      [0, 4],
      [0, 1],
    ]);
    expect([...sphericalKmeans(rows, { ...options, clusterCount: 4 })]).toEqual([0, 0, 1, 1]);
  });

  it('gives nothing for no row, one cluster for one, each row its own for k = N', () => {
    expect([...sphericalKmeans(lineOf(), options)]).toEqual([]);
    expect([...sphericalKmeans(lineOf(3), { ...options, clusterCount: 1 })]).toEqual([0]);
    const rows = rowsOf([
      [1, 0],
      [0, 1],
      [-1, 0],
    ]);
    expect([...sphericalKmeans(rows, options)]).toEqual([0, 1, 2]);
  });

  it('refuses NaN and options out of range, and leaves its input unchanged', () => {
    expect(() => sphericalKmeans(withNaN(), options)).toThrow(/got NaN in row 1/);
    expect(() => sphericalKmeans(lineOf(1, 2), options)).toThrow(
      'sphericalKmeans: clusterCount must be an integer in [1, 2], got 3',
    );
    expect(() => sphericalKmeans(lineOf(1), { ...options, restarts: 0 })).toThrow(RangeError);
    expect(() => sphericalKmeans(lineOf(1), { ...options, iterations: 0 })).toThrow(RangeError);
    const features = clumps(40, 3, 2, 9);
    const before = features.data.slice();
    sphericalKmeans(features, options);
    expect(features.data).toEqual(before);
  });
});
