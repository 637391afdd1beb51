import { createFeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { kmeans, kmeansOptionsSchema, loadMlKMeans } from '../src/index.js';

test('kmeans() gives the clusters of ml-kmeans from the same seeds', async () => {
  const random = createRandom(3, 'rows');
  const dims = 6;
  const data = Float32Array.from({ length: 300 * dims }, () => random.normal());
  const ids = Array.from({ length: 300 }, (_, i) => `image-${i}`);
  const features = createFeatureSet(ids, dims, data, {
    extractor: 'test',
    layer: '',
    round: 0,
    transform: '',
  });
  const options = { clusterCount: 20, tolerance: 0, emptyCluster: 'keep' };
  const ours = kmeans(features, kmeansOptionsSchema.parse(options), 5);
  const theirOptions = kmeansOptionsSchema.parse({ ...options, engine: 'ml-kmeans' });
  expect(() => kmeans(features, theirOptions, 5)).toThrow(RangeError);
  const theirs = kmeans(features, theirOptions, 5, await loadMlKMeans());
  expect(theirs.labels).toEqual(ours.labels);
  expect(theirs.converged).toBe(true);
  // Their centroids are rounded to float32 at the end, ours at each iteration.
  expect(Math.abs(theirs.inertia / ours.inertia - 1)).toBeLessThan(1e-6);
});
