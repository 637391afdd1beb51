import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { sampledSilhouette, simplifiedSilhouette } from '../src/silhouette.js';
import { onLine } from './line-features.js';

const LINE = onLine(0, 2, 10, 12, 99);
const LABELS = Int32Array.of(0, 0, 1, 1, -1);

describe('simplifiedSilhouette()', () => {
  it('compares the distances to the own and the nearest other centroid', () => {
    // Centroids 1 and 11; each image is 1 from its own and 11 or 9 from the other.
    const silhouette = simplifiedSilhouette(LINE, LABELS, 2);
    const expected = (10 / 11 + 8 / 9) / 2;
    expect(silhouette.mean).toBeCloseTo(expected, 14);
    expect(silhouette.byCluster[0]).toBeCloseTo(expected, 14);
    expect(silhouette.byCluster[1]).toBeCloseTo(expected, 14);
  });

  it('is negative for an image nearer to another centroid', () => {
    // Clusters {0, 8} and {9, 11}: 8 is 4 from its centroid 4 and 2 from 10: -1/2; 0 is 4 and 10: 6/10.
    const silhouette = simplifiedSilhouette(onLine(0, 8, 9, 11), Int32Array.of(0, 0, 1, 1), 2);
    expect(silhouette.byCluster[0]).toBeCloseTo((0.6 - 0.5) / 2, 14);
  });

  it('gives 0 to the only image of a cluster and to equal images, and NaN to an empty cluster', () => {
    expect([...simplifiedSilhouette(onLine(0, 1, 9), Int32Array.of(0, 0, 2), 3).byCluster].slice(1)).toEqual([
      NaN,
      0,
    ]);
    expect(simplifiedSilhouette(onLine(4, 4, 4, 4), Int32Array.of(0, 0, 1, 1), 2).mean).toBe(0);
  });

  it('is null with fewer than two clusters', () => {
    expect(simplifiedSilhouette(LINE, new Int32Array(5), 2)).toEqual({
      mean: null,
      byCluster: Float64Array.of(NaN, NaN),
    });
    expect(simplifiedSilhouette(onLine(), new Int32Array(0), 0).mean).toBeNull();
  });

  it('refuses labels that do not fit', () => {
    expect(() => simplifiedSilhouette(LINE, Int32Array.of(0), 1)).toThrow('labels must have 5 values, got 1');
    expect(() => simplifiedSilhouette(LINE, LABELS, 1)).toThrow('[-1, 1), got 1 in row 2');
  });
});

describe('sampledSilhouette()', () => {
  it('compares mean distances to the members', () => {
    // 0: own 2, other (10 + 12) / 2 = 11. 2: own 2, other 9. 10: own 2, other 9. 12: own 2, other 11.
    const silhouette = sampledSilhouette(LINE, LABELS, 2, { seed: 1 });
    expect(silhouette.mean).toBeCloseTo((9 / 11 + 7 / 9) / 2, 14);
    expect(silhouette.byCluster[1]).toBeCloseTo((9 / 11 + 7 / 9) / 2, 14);
  });

  it('samples by seed, near the exact value', () => {
    const random = createRandom(1, 'rows');
    const labels = Int32Array.from({ length: 600 }, (_, i) => i % 3);
    const features = onLine(...Array.from(labels, (label) => 4 * label + random.normal()));
    const exact = sampledSilhouette(features, labels, 3, { seed: 0 }).mean as number;
    const at = (seed: number) => sampledSilhouette(features, labels, 3, { seed, sampleSize: 300 });
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    expect(Math.abs((at(1).mean as number) - exact)).toBeLessThan(0.05);
  });

  it('is null with one cluster or none, and refuses a sample of nothing', () => {
    expect(sampledSilhouette(LINE, new Int32Array(5), 1, { seed: 1 }).mean).toBeNull();
    expect(sampledSilhouette(LINE, new Int32Array(5).fill(-1), 1, { seed: 1 }).mean).toBeNull();
    expect(() => sampledSilhouette(LINE, LABELS, 2, { seed: 1, sampleSize: 0 })).toThrow('got 0');
  });
});
