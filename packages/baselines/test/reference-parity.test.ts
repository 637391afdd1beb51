import { readFileSync } from 'node:fs';
import { createFeatureSet, type FeatureSet, selectRows } from '@ganscout/data-model';
import { describe, expect, it } from 'vitest';
import {
  agglomerate,
  dbscan,
  finch,
  hdbscan,
  kDistanceKnee,
  type Linkage,
  nearestKnownSource,
  sphericalKmeans,
} from '../src/index.js';
import { neighborDistances } from '../src/neighbors.js';
import { euclideanSpace, unitRows } from '../src/row-space.js';
import { spanningTree } from '../src/spanning-tree.js';
import { sphericalKmeansFrom } from '../src/spherical-kmeans.js';

/** Rows that `reference.py` made, and what it found in them. */
interface TiedSet {
  readonly name: string;
  readonly dims: number;
  readonly data: readonly number[];
  readonly dbscan: readonly { epsilon: number; minimumPoints: number; labels: number[] }[];
  readonly knee: readonly { minimumPoints: number; epsilon: number }[];
  readonly hdbscan: readonly {
    minimumClusterSize: number;
    minimumPoints: number;
    heights: number[];
    labels: number[];
  }[];
}

interface DistinctSet extends TiedSet {
  readonly finch: Readonly<Record<'euclidean' | 'cosine', number[][]>>;
  readonly agglomerate: readonly { linkage: Linkage; clusterCount: number; labels: number[] }[];
  readonly spherical: { initial: number[]; labels: number[]; centroids: number[]; total: number };
  readonly nearest: { knownLabels: number[]; labels: number[] };
}

const file = new URL('../../../test/reference/baselines/reference.json', import.meta.url);
const reference: {
  readonly distinct: readonly DistinctSet[];
  readonly tied: readonly TiedSet[];
  readonly directions: { dims: number; data: number[]; clusterCount: number; labels: number[] };
} = JSON.parse(readFileSync(file, 'utf8'));

function featureSet({ data, dims }: Pick<TiedSet, 'data' | 'dims'>): FeatureSet {
  const ids = Array.from({ length: data.length / dims }, (_, i) => `image-${i}`);
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return createFeatureSet(ids, dims, Float32Array.from(data), space);
}

describe.each([...reference.distinct, ...reference.tied])('of $name', (set) => {
  const features = featureSet(set);

  it.each(set.dbscan)('dbscan() has the labels of scikit-learn: $epsilon, $minimumPoints', (expected) => {
    expect([...dbscan(features, expected)]).toEqual(expected.labels);
  });

  it.each(set.knee)('kDistanceKnee() is that of numpy: $minimumPoints', ({ minimumPoints, epsilon }) => {
    // Distances add in another order.
    expect(Math.abs(kDistanceKnee(features, minimumPoints) - epsilon)).toBeLessThanOrEqual(1e-12 * epsilon);
  });

  it.each(set.hdbscan)('spanningTree() has the heights of scipy: $minimumPoints', (expected) => {
    const cores = neighborDistances(euclideanSpace(features), expected.minimumPoints - 1);
    const heights = spanningTree(features, cores).weights.sort();
    expect(heights.length).toBe(expected.heights.length);
    heights.forEach((height, i) => {
      expect(Math.abs(height - (expected.heights[i] as number))).toBeLessThanOrEqual(1e-12 * height);
    });
  });

  it.each(
    set.hdbscan,
  )('hdbscan() has the labels of the plain one: $minimumClusterSize, $minimumPoints', (expected) => {
    expect([...hdbscan(features, expected)]).toEqual(expected.labels);
  });
});

describe.each(reference.distinct)('of $name', (set) => {
  const features = featureSet(set);

  it.each(['euclidean', 'cosine'] as const)('finch() has the partitions of the plain rule: %s', (metric) => {
    const { partitions } = finch(features, { metric });
    expect(partitions.map(({ labels }) => [...labels])).toEqual(set.finch[metric]);
    expect(partitions.map(({ clusterCount }) => clusterCount)).toEqual(
      set.finch[metric].map((labels) => Math.max(...labels) + 1),
    );
  });

  it.each(
    set.agglomerate,
  )('agglomerate() has the labels of scikit-learn: $linkage, $clusterCount', (expected) => {
    expect([...agglomerate(features, expected)]).toEqual(expected.labels);
  });

  it('sphericalKmeansFrom() ends where the plain one does', () => {
    const rows = unitRows(features.data, set.dims);
    const { initial, labels, centroids, total } = set.spherical;
    const result = sphericalKmeansFrom(rows, Float32Array.from(initial), set.dims, 200);
    expect([...result.labels]).toEqual(labels);
    // Rows and centroids are float32 here and float64 there.
    result.centroids.forEach((value, i) => {
      expect(Math.abs(value - (centroids[i] as number))).toBeLessThan(1e-6);
    });
    expect(Math.abs(result.totalCosine / total - 1)).toBeLessThan(1e-6);
  });

  it('nearestKnownSource() names the sources of scikit-learn', () => {
    const { knownLabels, labels } = set.nearest;
    const rows = Array.from(features.ids.keys());
    const known = selectRows(features, rows.slice(0, knownLabels.length));
    const discovery = selectRows(features, rows.slice(knownLabels.length));
    expect([...nearestKnownSource(known, Int32Array.from(knownLabels), discovery)]).toEqual(labels);
  });
});

describe('of directions around axes', () => {
  it("sphericalKmeans() has the clusters of scikit-learn's k-means on unit rows", () => {
    const { clusterCount, labels } = reference.directions;
    const options = { clusterCount, seed: 1, restarts: 10, iterations: 100 };
    expect([...sphericalKmeans(featureSet(reference.directions), options)]).toEqual(labels);
  });
});
