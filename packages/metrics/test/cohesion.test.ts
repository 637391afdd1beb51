import { createFeatureSet } from '@ganscout/data-model';
import { describe, expect, it } from 'vitest';
import { clusterCohesion } from '../src/cohesion.js';

const SPACE = { extractor: 'made', layer: '', round: 0, transform: '' };
const make = (values: number[], dims: number) =>
  createFeatureSet(
    Array.from({ length: values.length / dims }, (_, i) => `image-${i}`),
    dims,
    Float32Array.from(values),
    SPACE,
  );

describe('clusterCohesion()', () => {
  it('measures spread, cohesion and the nearest other centroid', () => {
    // Rows (0, 0) (0, 2) | (6, 1) (6, 1) | left out. Mean of all (3, 1); squared distances 10, 10, 9, 9: mean 9.5.
    const features = make([0, 0, 0, 2, 6, 1, 6, 1, 50, 50], 2);
    const [first, empty, third] = clusterCohesion(features, Int32Array.of(0, 0, 2, 2, -1), 3);
    expect(first).toEqual({ label: 0, size: 2, spread: 1, cohesion: 1 - 1 / 9.5, nearest: 2, separation: 6 });
    expect(empty).toEqual({ label: 1, size: 0, spread: null, cohesion: null, nearest: -1, separation: null });
    expect(third).toEqual({ label: 2, size: 2, spread: 0, cohesion: 1, nearest: 0, separation: 6 });
  });

  it('has cohesion 0 and no neighbor for one cluster of all images', () => {
    const [only] = clusterCohesion(make([1, 3, 8], 1), new Int32Array(3), 1);
    expect(only).toMatchObject({ cohesion: 0, nearest: -1, separation: null });
  });

  it('has no cohesion if all images are equal', () => {
    expect(clusterCohesion(make([5, 5], 1), Int32Array.of(0, 1), 2)[0]).toMatchObject({
      spread: 0,
      cohesion: null,
    });
  });

  it('accepts no image and no cluster, and refuses a label out of range', () => {
    expect(clusterCohesion(make([], 1), new Int32Array(0), 0)).toEqual([]);
    expect(() => clusterCohesion(make([1], 1), Int32Array.of(-2), 1)).toThrow('[-1, 1), got -2 in row 0');
    expect(() => clusterCohesion(make([1], 1), Int32Array.of(0), 0.5)).toThrow('k must be an integer');
  });
});
