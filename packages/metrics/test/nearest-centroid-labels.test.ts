import { setKernelThreads } from '@ganscout/kernels';
import { createRandom, nearestCentroids } from '@ganscout/numeric';
import { afterEach, describe, expect, it } from 'vitest';
import { nearestCentroidLabels } from '../src/nearest-centroid-labels.js';

afterEach(() => setKernelThreads(1));

describe('nearestCentroidLabels()', () => {
  // Squared distances of (1, 1) to the centroids: 2, 5, 25; of (4, 4): 32, 29, 1; of (0, 3): 9, 20, 20.
  const data = Float32Array.of(1, 1, 4, 4, 0, 3);
  const centroids = Float32Array.of(0, 0, 2, -1, 4, 5);

  it('gives each row its nearest centroid, and leaves its input as it is', () => {
    const before = { data: data.slice(), centroids: centroids.slice() };
    expect([...nearestCentroidLabels(data, centroids, 2)]).toEqual([0, 2, 0]);
    expect({ data, centroids }).toEqual(before);
  });

  it('passes over the label that a row excepts', () => {
    expect([...nearestCentroidLabels(data, centroids, 2, Int32Array.of(0, 2, 0))]).toEqual([1, 1, 1]);
    expect([...nearestCentroidLabels(data, centroids, 2, Int32Array.of(-1, 0, 2))]).toEqual([0, 2, 0]);
  });

  it('gives -1 where no centroid is left, and nothing for no rows', () => {
    const only = Float32Array.of(7, 7);
    expect([...nearestCentroidLabels(data, only, 2, Int32Array.of(0, -1, 0))]).toEqual([-1, 0, -1]);
    expect([...nearestCentroidLabels(data, new Float32Array(0), 2)]).toEqual([-1, -1, -1]);
    expect([...nearestCentroidLabels(new Float32Array(0), centroids, 2)]).toEqual([]);
  });

  it('gives ties, and equal centroids, to the lower label', () => {
    // 0 is 1 from both 1 and -1; 3 is 1 from 4 and 2; 5 is 1 from both of the two at 4.
    const line = Float32Array.of(0, 3, 5);
    expect([...nearestCentroidLabels(line, Float32Array.of(9, 1, -1, 4, 2, 4), 1)]).toEqual([1, 3, 3]);
    const except = Int32Array.of(1, 3, 3);
    expect([...nearestCentroidLabels(line, Float32Array.of(9, 1, -1, 4, 2, 4), 1, except)]).toEqual([
      2, 4, 5,
    ]);
  });

  it('orders centroids that products in float32 would order wrongly', () => {
    // 4097 is 2^-11 from the last two. Its products with them are rounded to 16785406 and 16785412, by which the last one
    // would be nearer by 4.
    const near = Float32Array.of(4097.0009765625, 4096.99951171875, 4097.00048828125);
    expect([...nearestCentroidLabels(Float32Array.of(4097), near, 1)]).toEqual([1]);
  });

  it.each([
    1, 3,
  ])('gives the labels of comparing all in float64, far from the origin too, on %i threads', (threads) => {
    setKernelThreads(threads);
    const random = createRandom(5, 'test');
    const made = (count: number) => Float32Array.from({ length: count * 7 }, () => 1000 + random.normal());
    const [rows, others] = [made(300), made(41)];
    expect(nearestCentroidLabels(rows, others, 7)).toEqual(nearestCentroids(rows, others, 7).labels);
  });

  it('compares exactly what overflows in float32', () => {
    // In units of 1e19, with products in units of 1e38, of which float32 holds 3.4: 2 · 3 is too large, 2 · 1.5 is not.
    expect([...nearestCentroidLabels(Float32Array.of(2e19), Float32Array.of(3e19, 1.5e19), 1)]).toEqual([1]);
    // Terms -2.25, -2.25 and 3.3 overflow on the way to -1.2; distance 9 + 9 + 0.49 = 18.49. The terms 3.3, -3.3 and -3.3 do
    // not; distance 0.49 + 13.69 + 13.69 = 27.87.
    const row = Float32Array.of(1.5e19, 1.5e19, 1.5e19);
    const two = Float32Array.of(2.2e19, -2.2e19, -2.2e19, -1.5e19, -1.5e19, 2.2e19);
    expect([...nearestCentroidLabels(row, two, 3)]).toEqual([1]);
  });

  it('refuses parts of rows, and not one label a row', () => {
    expect(() => nearestCentroidLabels(new Float32Array(3), centroids, 2)).toThrow(TypeError);
    expect(() => nearestCentroidLabels(data, new Float32Array(3), 2)).toThrow(TypeError);
    expect(() => nearestCentroidLabels(data, centroids, 2, Int32Array.of(0))).toThrow(
      new TypeError('nearestCentroidLabels: except must have 3 values, one a row, got 1'),
    );
  });
});
