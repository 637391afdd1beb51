import { createFeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { joinClusters } from '../src/cluster-summary.js';
import { summarizeClusters } from '../src/index.js';

const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };

function featureSet(values: readonly number[], dims: number) {
  const ids = Array.from({ length: values.length / dims }, (_, i) => `image-${i}`);
  return createFeatureSet(ids, dims, Float32Array.from(values), SPACE);
}

describe('summarizeClusters()', () => {
  it('gives mean, size and mean squared distance, leaving unassigned rows out', () => {
    // Cluster 0: (0,0) and (4,2), mean (2,1), squared distances 5 and 5. Cluster 1: (7,7) alone.
    const summary = summarizeClusters(featureSet([0, 0, 9, 9, 4, 2, 7, 7], 2), Int32Array.of(0, -1, 0, 1), 2);
    expect([...summary.centroids]).toEqual([2, 1, 7, 7]);
    expect([...summary.sizes]).toEqual([2, 1]);
    expect([...summary.spreads]).toEqual([5, 0]);
  });

  it('refuses labels out of range and features that are not finite', () => {
    const rows = featureSet([1, 2], 1);
    expect(() => summarizeClusters(rows, Int32Array.of(0, 1), 1)).toThrow(
      'labels must be in [-1, 1), got 1 in row 1',
    );
    expect(() => summarizeClusters(rows, Int32Array.of(0), 1)).toThrow(TypeError);
    const broken = { ...rows, data: Float32Array.of(1, Number.NaN) };
    expect(() => summarizeClusters(broken, Int32Array.of(0, 0), 1)).toThrow(/must be finite/);
  });
});

describe('joinClusters()', () => {
  it('gives the summary of the joined rows', () => {
    const random = createRandom(2, 'test');
    const features = featureSet(
      Array.from({ length: 90 }, () => random.normal()),
      3,
    );
    const labels = Int32Array.from({ length: 30 }, (_, i) => (i * i) % 5);
    const newLabels = Int32Array.of(0, 1, 0, 0, 1);
    const joined = joinClusters(summarizeClusters(features, labels, 5), newLabels, 2);
    const direct = summarizeClusters(
      features,
      labels.map((label) => newLabels[label]),
      2,
    );
    expect(joined.sizes).toEqual(direct.sizes);
    // Centroids pass through float32 once more.
    joined.centroids.forEach((value, at) => {
      expect(Math.abs(value - direct.centroids[at])).toBeLessThan(1e-6);
    });
    joined.spreads.forEach((value, c) => {
      expect(Math.abs(value - direct.spreads[c])).toBeLessThan(1e-5);
    });
  });
});
