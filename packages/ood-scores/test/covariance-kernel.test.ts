import { setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, expect, test } from 'vitest';
import { covarianceWithin, type LabelledRows } from '../src/covariance-kernel.js';

afterEach(() => setKernelThreads(1));

function plainCovariance({ data, labels, means, dims }: LabelledRows, divisor: number): Float64Array {
  const covariance = new Float64Array(dims * dims);
  const deviation = new Float64Array(dims);
  for (let row = 0; row < labels.length; row++) {
    for (let d = 0; d < dims; d++) deviation[d] = data[row * dims + d] - means[labels[row] * dims + d];
    for (let i = 0; i < dims; i++) {
      for (let j = 0; j <= i; j++) covariance[i * dims + j] += (deviation[i] / divisor) * deviation[j];
    }
  }
  for (let i = 0; i < dims; i++)
    for (let j = 0; j < i; j++) covariance[j * dims + i] = covariance[i * dims + j];
  return covariance;
}

test('covarianceWithin() gives the covariance computed by hand', () => {
  // About (1, 2): (2, -1) and (0, 3), products (4, -2; -2, 1) and (0, 0; 0, 9); about (5, 0): (1, 1). Half of their sum.
  const data = Float32Array.of(3, 1, 1, 5, 6, 1);
  const rows = { data, labels: Int32Array.of(0, 0, 1), means: Float32Array.of(1, 2, 5, 0), dims: 2 };
  expect([...covarianceWithin(rows, 2)]).toEqual([2.5, -0.5, -0.5, 5.5]);
});

test('covarianceWithin() of no rows is zero', () => {
  const none = {
    data: new Float32Array(0),
    labels: new Int32Array(0),
    means: Float32Array.of(1, 2),
    dims: 2,
  };
  expect([...covarianceWithin(none, 1)]).toEqual([0, 0, 0, 0]);
});

test.each([
  [1, 1, 1],
  [300, 6, 2],
  [5000, 9, 3],
])('covarianceWithin() equals plain sums to the last bit on any number of threads: %i × %i, %i sources', (n, dims, sources) => {
  const random = createRandom(1, 'covariance-test');
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal());
  const labels = Int32Array.from({ length: n }, () => random.integer(sources));
  const rows = { data: normal(n * dims), labels, means: normal(sources * dims), dims };
  const before = rows.data.slice();
  const expected = plainCovariance(rows, n - 0.5);
  for (const threads of [1, 2]) {
    setKernelThreads(threads);
    expect(covarianceWithin(rows, n - 0.5)).toEqual(expected);
  }
  expect(rows.data).toEqual(before);
});
