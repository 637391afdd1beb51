import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { matrixProduct } from '../src/index.js';

test('matrixProduct() multiplies by hand-computed values, with each transposition', async () => {
  const a = Float32Array.of(1, 2, 3, 4, 5, 6); // [[1, 2, 3], [4, 5, 6]] or, as 3 × 2, [[1, 2], [3, 4], [5, 6]]
  const b = Float32Array.of(1, 0, 0, 1, 1, 1); // as 3 × 2 [[1, 0], [0, 1], [1, 1]]
  expect(await matrixProduct(a, [2, 3], b, [3, 2])).toEqual(Float32Array.of(4, 5, 10, 11));
  // aᵀ = [[1, 3, 5], [2, 4, 6]]
  expect(await matrixProduct(a, [3, 2], b, [3, 2], { transposeA: true })).toEqual(
    Float32Array.of(6, 8, 8, 10),
  );
  // b as 2 × 3 is [[1, 0, 0], [1, 1, 1]], transposed [[1, 1], [0, 1], [0, 1]]
  expect(await matrixProduct(a, [2, 3], b, [2, 3], { transposeB: true })).toEqual(
    Float32Array.of(1, 6, 4, 15),
  );
  const both = await matrixProduct(a, [3, 2], b, [2, 3], { transposeA: true, transposeB: true });
  expect(both).toEqual(Float32Array.of(1, 9, 2, 12));
});

test('matrixProduct() agrees with sums in float64 and repeats its bytes', async () => {
  const random = createRandom(1, 'matrix-product');
  const [m, k, n] = [37, 101, 23] as const;
  const a = Float32Array.from({ length: m * k }, random.normal);
  const b = Float32Array.from({ length: k * n }, random.normal);
  const product = await matrixProduct(a, [m, k], b, [k, n]);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[l * n + j]!;
      // 101 products of about 1, each rounded to 6e-8.
      expect(Math.abs(product[i * n + j]! - sum)).toBeLessThan(2e-5);
    }
  }
  expect(await matrixProduct(a, [m, k], b, [k, n])).toEqual(product);
});

test('matrixProduct() of empty matrices is empty, or zeros where nothing is summed', async () => {
  const none = new Float32Array(0);
  expect(await matrixProduct(none, [0, 3], new Float32Array(6), [3, 2])).toEqual(none);
  expect(await matrixProduct(none, [2, 0], none, [0, 2])).toEqual(new Float32Array(4));
});

test('matrixProduct() refuses sizes that do not fit', async () => {
  const four = new Float32Array(4);
  await expect(matrixProduct(four, [2, 2], four, [1, 4])).rejects.toThrow(
    'matrixProduct: the inner sizes must be equal, got 2 × 2 times 1 × 4',
  );
  await expect(matrixProduct(four, [2, 3], four, [2, 2])).rejects.toThrow(
    'matrixProduct: a must hold 2 × 3 values, got 4',
  );
});
