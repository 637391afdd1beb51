import { expect, test } from 'vitest';
import { solvePositiveDefinite } from '../src/cholesky.js';

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
