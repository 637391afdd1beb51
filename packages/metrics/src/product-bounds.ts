/** Half the distance from 1 to the next value of float32. */
const UNIT = 2 ** -24;
/** More than what is lost in a product whose terms are below the smallest normal value of float32. */
const UNDERFLOW = 2 ** -126;

/**
 * How far |x|² + |y|² - 2 · (product of x and y in float32) may be from their squared distance, as a share of |x|² + |y|².
 *
 * Twice the bound of the product of D terms, which is 1.01 · D · 2⁻²⁴ · |x| · |y|, and room for the float64 sums.
 *
 * Source: N. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 3.1.
 */
export function relativeError(dims: number): number {
  return UNIT * (1.02 * dims + 16);
}

/** What comes on top of {@link relativeError}, whatever the lengths. */
export function absoluteError(dims: number): number {
  return dims * UNDERFLOW;
}

/** Squared length of a row. */
export function squaredNorm(data: Float32Array, row: number, dims: number): number {
  let sum = 0;
  for (let at = row * dims; at < (row + 1) * dims; at++) sum += data[at] * data[at];
  return sum;
}
