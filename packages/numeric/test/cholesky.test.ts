import { expect, test } from 'vitest';
import { inverseCholeskyFactor } from '../src/cholesky.js';

test('inverseCholeskyFactor() inverts the factor of a matrix', () => {
  // [[4, 2], [2, 10]] = L Lᵀ with L = [[2, 0], [1, 3]]; L⁻¹ = [[1/2, 0], [-1/6, 1/3]].
  const matrix = Float64Array.of(4, 2, 2, 10);
  const inverse = inverseCholeskyFactor(matrix, 2);
  [1 / 2, 0, -1 / 6, 1 / 3].forEach((value, at) => {
    expect(inverse[at]).toBeCloseTo(value, 14);
  });
  expect([...matrix]).toEqual([4, 2, 2, 10]);
});

test('inverseCholeskyFactor() refuses a matrix that is not positive definite', () => {
  expect(() => inverseCholeskyFactor(Float64Array.of(1, 2, 2, 1), 2)).toThrow('pivot 1 is -3');
});
