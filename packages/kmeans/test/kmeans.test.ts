import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { setKernelThreads } from '@ganscout/kernels';
import { createRandom, nearestCentroids, squaredDistance } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { kmeans, kmeansFrom, kmeansGirish2021, kmeansOptionsSchema } from '../src/index.js';

const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };

function featureSet(rows: readonly (readonly number[])[], dims = rows[0]?.length ?? 2): FeatureSet {
  const ids = rows.map((_, i) => `image-${i}`);
  return createFeatureSet(ids, dims, Float32Array.from(rows.flat()), SPACE);
}

function options(overrides: Record<string, unknown> = {}) {
  return kmeansOptionsSchema.parse(overrides);
}

/** Gaussian clumps around `sources` centers of the given spread. */
function clumps(rows: number, dims: number, sources: number, spread: number): FeatureSet {
  const random = createRandom(3, 'clumps');
  const means = Array.from({ length: sources * dims }, () => random.normal() * spread);
  const values = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: dims }, (_, d) => means[(i % sources) * dims + d] + random.normal()),
  );
  return featureSet(values, dims);
}

/** Lloyd's algorithm as its definition says: every distance, every iteration; an empty cluster stays. */
function plainLloyd({ data, dims, ids }: FeatureSet, initial: Float32Array, iterations: number) {
  let centroids = initial.slice();
  let labels = nearestCentroids(data, centroids, dims).labels;
  for (let t = 0; t < iterations; t++) {
    const sums = new Float64Array(centroids.length);
    const counts = new Float64Array(centroids.length / dims);
    for (let i = 0; i < ids.length; i++) {
      counts[labels[i]]++;
      for (let d = 0; d < dims; d++) sums[labels[i] * dims + d] += data[i * dims + d];
    }
    centroids = centroids.map((old, at) => {
      const count = counts[Math.floor(at / dims)];
      return count === 0 ? old : sums[at] / count;
    });
    const next = nearestCentroids(data, centroids, dims).labels;
    if (next.every((label, i) => label === labels[i])) break;
    labels = next;
  }
  return { labels, centroids };
}

describe('kmeansFrom()', () => {
  it('moves centroids to the means of their rows until nothing changes', () => {
    // Rows 0, 1, 8, 9; start 0 and 1. Iteration 1: means 0 and (1+8+9)/3 = 6, so row 1 joins the first
    // cluster. Iteration 2: means 0.5 and 8.5, no change. Inertia 4 · 0.25 = 1.
    const result = kmeansFrom(featureSet([[0], [1], [8], [9]]), Float32Array.of(0, 1), options());
    expect([...result.labels]).toEqual([0, 0, 1, 1]);
    expect([...result.centroids]).toEqual([0.5, 8.5]);
    // Start: 0 + 0 + 49 + 64. Iteration 1: 0 + 1 + 4 + 9.
    expect(result.inertiaByIteration).toEqual([113, 14, 1]);
    expect(result).toMatchObject({ inertia: 1, iterations: 2, converged: true, clusterCount: 2 });
  });

  it('stops after maxIterations and says that it has not converged', () => {
    const result = kmeansFrom(
      featureSet([[0], [1], [8], [9]]),
      Float32Array.of(0, 1),
      options({ maxIterations: 1 }),
    );
    expect(result).toMatchObject({ inertia: 14, iterations: 1, converged: false });
  });

  it('gives a row between two centroids to the lower label', () => {
    const result = kmeansFrom(
      featureSet([[-1], [0], [1]]),
      Float32Array.of(1, -1),
      options({ maxIterations: 1 }),
    );
    // Row 0 ties at the start; then the means are 0.5 (rows 1, 2) and -1, and row 1 is nearer to 0.5.
    expect([...result.labels]).toEqual([1, 0, 0]);
  });

  it('moves an empty cluster to the row farthest from its centroid', () => {
    // Both rows 0 and 10 are nearest to 4; start 100 is empty. Row 10 is farther from 4 than row 0.
    const rows = featureSet([[0], [10]]);
    const result = kmeansFrom(rows, Float32Array.of(4, 100), options({ emptyCluster: 'reseed' }));
    expect([...result.centroids]).toEqual([0, 10]);
    expect(result.inertia).toBe(0);
  });

  it('keeps the last centroid of an empty cluster when told so', () => {
    const rows = featureSet([[0], [10]]);
    const result = kmeansFrom(rows, Float32Array.of(4, 100), options({ emptyCluster: 'keep' }));
    expect([...result.centroids]).toEqual([5, 100]);
    expect([...result.labels]).toEqual([0, 0]);
  });

  it.each([
    ['separate clumps, one group of bounds', 400, 8, 6, 5, 7],
    ['separate clumps, many groups', 600, 16, 20, 3, 60],
    ['one cloud, many groups', 500, 12, 1, 0, 45],
  ])('gives the labels and centroids of plain Lloyd: %s', (_, rows, dims, sources, spread, k) => {
    const features = clumps(rows, dims, sources, spread);
    const initial = features.data.slice(0, k * dims);
    const plain = plainLloyd(features, initial, 100);
    const result = kmeansFrom(
      features,
      initial,
      options({ tolerance: 0, maxIterations: 100, emptyCluster: 'keep' }),
    );
    expect(result.labels).toEqual(plain.labels);
    expect(result.centroids).toEqual(plain.centroids);
    const inertia = features.ids.reduce(
      (sum, _, i) =>
        sum + squaredDistance(features.data, i, result.centroids, result.labels[i], features.dims),
      0,
    );
    expect(result.inertia).toBe(inertia);
  });

  it('gives the labels of plain Lloyd on a lattice, where many distances tie', () => {
    const lattice = featureSet(Array.from({ length: 196 }, (_, i) => [i % 14, Math.floor(i / 14)]));
    const initial = lattice.data.slice(0, 2 * 24);
    const plain = plainLloyd(lattice, initial, 50);
    const result = kmeansFrom(lattice, initial, options({ tolerance: 0, emptyCluster: 'keep' }));
    expect(result.labels).toEqual(plain.labels);
  });

  it('never lets the inertia rise, also when empty clusters are moved', () => {
    const features = clumps(300, 6, 10, 4);
    const initial = new Float32Array(40 * 6).fill(0.5);
    const { inertiaByIteration, labels } = kmeansFrom(features, initial, options());
    for (let t = 1; t < inertiaByIteration.length; t++) {
      // Centroids are rounded to float32, which costs at most the square of 6e-8.
      expect(inertiaByIteration[t]).toBeLessThanOrEqual(inertiaByIteration[t - 1] * (1 + 1e-12));
    }
    expect(new Set(labels).size).toBe(40);
  });

  it('refuses centroids of another width, none, or with NaN', () => {
    const rows = featureSet([
      [0, 0],
      [1, 1],
    ]);
    expect(() => kmeansFrom(rows, new Float32Array(3), options())).toThrow(TypeError);
    expect(() => kmeansFrom(rows, new Float32Array(0), options())).toThrow(/at least one centroid/);
    expect(() => kmeansFrom(rows, Float32Array.of(Number.NaN, 0), options())).toThrow(RangeError);
  });
});

describe('kmeans()', () => {
  it('recovers clumps that are far apart', () => {
    const features = clumps(200, 4, 5, 50);
    const { labels, clusterCount } = kmeans(features, options({ clusterCount: 5, restarts: 5 }), 1);
    expect(clusterCount).toBe(5);
    for (let i = 5; i < 200; i++) expect(labels[i]).toBe(labels[i - 5]);
    expect(new Set(labels.subarray(0, 5)).size).toBe(5);
  });

  it('gives the same bytes for the same seed and other clusters for another', () => {
    const features = clumps(150, 3, 1, 0);
    const chosen = options({ clusterCount: 12 });
    const first = kmeans(features, chosen, 7);
    expect(kmeans(features, chosen, 7)).toEqual(first);
    expect(kmeans(features, chosen, 8).labels).not.toEqual(first.labels);
  });

  it.each([
    'k-means++',
    'k-means++-greedy',
    'random',
  ])('gives the same bytes for any number of threads: %s', (initialization) => {
    const features = clumps(3000, 10, 9, 2);
    const chosen = options({ clusterCount: 40, initialization });
    const first = kmeans(features, chosen, 7);
    setKernelThreads(3);
    expect(kmeans(features, chosen, 7)).toEqual(first);
    setKernelThreads(1);
  });

  it('keeps the restart of least inertia', () => {
    const features = clumps(150, 3, 8, 4);
    const one = kmeans(features, options({ clusterCount: 8 }), 5);
    const many = kmeans(features, options({ clusterCount: 8, restarts: 10 }), 5);
    expect(many.inertia).toBeLessThan(one.inertia);
  });

  it.each([
    'k-means++',
    'random',
  ])('gives at most one cluster for each distinct row, and every label occurs: %s', (initialization) => {
    const rows = featureSet([[1], [1], [5], [5], [5], [9]]);
    const { labels, clusterCount, inertia } = kmeans(rows, options({ clusterCount: 6, initialization }), 1);
    expect(clusterCount).toBe(3);
    expect(inertia).toBe(0);
    expect(new Set(labels)).toEqual(new Set([0, 1, 2]));
  });

  it('gives no cluster for no row, and one for one row', () => {
    expect(kmeans(featureSet([], 2), options(), 1)).toMatchObject({ clusterCount: 0, inertia: 0 });
    expect(kmeans(featureSet([[3, 4]]), options(), 1)).toMatchObject({ clusterCount: 1, inertia: 0 });
  });

  it('accepts k = N and refuses k > N, naming both', () => {
    const rows = featureSet([[0], [1], [2]]);
    expect(kmeans(rows, options({ clusterCount: 3 }), 1).inertia).toBe(0);
    expect(() => kmeans(rows, options({ clusterCount: 4 }), 1)).toThrow(
      'kmeans: clusterCount must be an integer in [1, 3], got 4',
    );
  });

  it('takes the published recipe, whose seeding draws other rows', () => {
    const features = clumps(150, 3, 1, 0);
    const published = kmeans(features, options({ ...kmeansGirish2021, clusterCount: 12 }), 7);
    const squared = kmeans(features, options({ clusterCount: 12, tolerance: 0 }), 7);
    expect(published.converged).toBe(true);
    expect(published.labels).not.toEqual(squared.labels);
  });

  it('refuses NaN, naming the row', () => {
    const rows = { ids: ['a', 'b'], dims: 1, data: Float32Array.of(0, Number.NaN), space: SPACE };
    expect(() => kmeans(rows, options(), 1)).toThrow(
      'kmeans: every feature must be finite, got NaN in row 1 (b)',
    );
  });

  it('leaves its input unchanged', () => {
    const features = clumps(60, 3, 2, 4);
    const before = features.data.slice();
    const initial = before.slice(0, 9);
    kmeansFrom(features, initial, options());
    kmeans(features, options({ clusterCount: 4 }), 1);
    expect(features.data).toEqual(before);
    expect(initial).toEqual(before.slice(0, 9));
  });
});
