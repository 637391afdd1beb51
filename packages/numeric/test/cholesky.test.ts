import { expect, test } from 'vitest';
import { inverseCholeskyFactor, solvePositiveDefinite } from '../src/cholesky.js';

test('solvePositiveDefinite() solves a system computed by hand', () => {
  // [4 2; 2 3] · (1, 2) = (8, 8).
  const vector = Float64Array.of(8, 8);
  solvePositiveDefinite(Float64Array.of(4, 2, 2, 3), vector);
  expect(vector[0]).toBeCloseTo(1, 14);
  expect(vector[1]).toBeCloseTo(2, 14);
});

test('solvePositiveDefinite() refuses a matrix that is not positive definite', () => {
  const indefinite = Float64Array.of(1, 2, 2, 1);
  expect(() => solvePositiveDefinite(indefinite, new Float64Array(2))).toThrow('pivot 1 is -3');
  expect(() => solvePositiveDefinite(Float64Array.of(Number.NaN), new Float64Array(1))).toThrow(
    'pivot 0 is NaN',
  );
});

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
