import { decomposeSymmetric } from './symmetric-eigen.js';

/**
 * Moves a covariance towards the multiple of the identity that has the same trace.
 *
 * @param covariance d × d; not modified. A zero matrix gives the identity.
 * @param shrinkage in [0, 1], the weight of the identity.
 */
export function shrinkCovariance(covariance: Float64Array, d: number, shrinkage: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < d; i++) trace += covariance[i * d + i];
  const shrunk = covariance.map((value) => (1 - shrinkage) * value);
  const floor = trace > 0 ? (shrinkage * trace) / d : 1;
  for (let i = 0; i < d; i++) shrunk[i * d + i] += floor;
  return shrunk;
}

/** Returns the symmetric matrix whose square is the inverse of a positive definite one, d × d. */
export function inverseSquareRoot(matrix: Float64Array, d: number): Float64Array {
  const { values, vectors } = decomposeSymmetric(matrix, d);
  const root = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const factor = 1 / Math.sqrt(values[k]);
    for (let i = 0; i < d; i++) {
      const left = factor * vectors[k * d + i];
      for (let j = 0; j < d; j++) root[i * d + j] += left * vectors[k * d + j];
    }
  }
  return root;
}

/**
 * Returns (1 - weight) · content + weight · other, with `other` scaled to the trace of `content`.
 *
 * Where `other` is zero there is nothing to mix in, and the result is `content`.
 *
 * @param content d × d; not modified.
 * @param other d × d; not modified.
 * @param weight in [0, 1].
 */
export function mixCovariances(content: Float64Array, other: Float64Array, weight: number): Float64Array {
  const factor = (weight * traceOf(content)) / traceOf(other);
  if (!Number.isFinite(factor)) return content;
  return content.map((value, i) => (1 - weight) * value + factor * other[i]);
}

function traceOf(matrix: Float64Array): number {
  const d = Math.sqrt(matrix.length);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += matrix[i * d + i];
  return trace;
}
