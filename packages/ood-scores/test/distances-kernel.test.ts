import { setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, expect, test } from 'vitest';
import { whitenedDistances } from '../src/distances-kernel.js';

afterEach(() => setKernelThreads(1));

test('whitenedDistances() gives the distances computed by hand', () => {
  // (2, 1) becomes (2 · 1, 2 · 3 + 1 · 2) = (2, 8); to (0, 0) 4 + 64, to (1, 6) 1 + 4.
  const whitened = { whitener: Float64Array.of(1, 0, 3, 2), means: Float32Array.of(0, 0, 1, 6), dims: 2 };
  expect([...whitenedDistances(Float32Array.of(2, 1), whitened)]).toEqual([68, 5]);
  expect(whitenedDistances(new Float32Array(0), whitened).length).toBe(0);
});

test.each([
  [1, 3, 1],
  [9, 5, 2],
  [5000, 7, 3],
])('whitenedDistances() equals plain sums to the last bit on any number of threads: %i × %i, %i means', (n, dims, sources) => {
  const random = createRandom(1, 'distances-test');
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal());
  const [rows, means, whitener] = [
    normal(n * dims),
    normal(sources * dims),
    Float64Array.from(normal(dims * dims)),
  ];
  const expected = new Float32Array(n * sources);
  const transformed = new Float32Array(dims);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < dims; a++) {
      let sum = 0;
      for (let b = 0; b <= a; b++) sum += whitener[a * dims + b] * rows[i * dims + b];
      transformed[a] = sum;
    }
    for (let s = 0; s < sources; s++) {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += (transformed[d] - means[s * dims + d]) ** 2;
      expected[i * sources + s] = sum;
    }
  }
  for (const threads of [1, 2]) {
    setKernelThreads(threads);
    expect(whitenedDistances(rows, { whitener, means, dims })).toEqual(expected);
  }
});
