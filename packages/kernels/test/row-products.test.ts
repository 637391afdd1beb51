import { afterEach, expect, test } from 'vitest';
import { rowProducts, setKernelThreads } from '../src/index.js';

afterEach(() => setKernelThreads(1));

/** Sums in float32, dimension by dimension, as the kernel is to do. */
function plainProducts(rows: Float32Array, vectors: Float32Array, dims: number): number[][] {
  const count = (data: Float32Array) => data.length / dims;
  return Array.from({ length: count(rows) }, (_, i) =>
    Array.from({ length: count(vectors) }, (__, j) => {
      let sum = 0;
      for (let d = 0; d < dims; d++) {
        sum = Math.fround(sum + Math.fround(rows[i * dims + d] * vectors[j * dims + d]));
      }
      return sum;
    }),
  );
}

function collect(rows: Float32Array, vectors: Float32Array, dims: number): number[][] {
  const found: number[][] = [];
  rowProducts(rows, vectors, dims, (first, count, products, stride) => {
    expect(first).toBe(found.length);
    for (let i = 0; i < count; i++) {
      found.push([...products.subarray(i * stride, i * stride + vectors.length / dims)]);
    }
  });
  return found;
}

const wave = (length: number, step: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(step * i) * 3);

test.each([
  [1, 1, 1],
  [5, 9, 3],
  [70, 8, 40],
  [2500, 13, 7],
])('rowProducts() gives the bits of plain float32 sums: %i rows, %i vectors, %i dims', (n, k, dims) => {
  const [rows, vectors] = [wave(n * dims, 0.37), wave(k * dims, 1.1)];
  const expected = plainProducts(rows, vectors, dims);
  expect(collect(rows, vectors, dims)).toEqual(expected);
  setKernelThreads(3);
  expect(collect(rows, vectors, dims)).toEqual(expected);
});

test('rowProducts() visits nothing without rows, and refuses arrays that do not fit', () => {
  expect(collect(new Float32Array(0), wave(4, 1), 2)).toEqual([]);
  expect(() => collect(wave(5, 1), wave(4, 1), 2)).toThrow(
    'rowProducts: rows must hold whole rows of 2 values, got 5',
  );
});

test('setKernelThreads() refuses what is no number of threads', () => {
  expect(() => setKernelThreads(0)).toThrow('threads must be an integer in [1, 256], got 0');
});
