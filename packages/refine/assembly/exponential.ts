/**
 * e to the power of x, for x at most 0; for x below -708 as for -708, so that no result is subnormal.
 *
 * With n the integer nearest to x / ln 2 it is 2ⁿ e^r, |r| ≤ ln 2 / 2, and e^r by its Taylor polynomial of degree 13,
 * whose remainder is below 5e-18; the relative error is below 1e-15.
 */
// @ts-ignore: decorator
@inline
export function exponential(given: v128): v128 {
  const x = f64x2.max(given, f64x2.splat(-708));
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  // ln 2 in two parts: n times the first is exact.
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(6.93147180369123816490e-1)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.90821492927058770002e-10)));
  let sum = f64x2.splat(1.0 / 6227020800.0);
  sum = next(sum, r, 1.0 / 479001600.0);
  sum = next(sum, r, 1.0 / 39916800.0);
  sum = next(sum, r, 1.0 / 3628800.0);
  sum = next(sum, r, 1.0 / 362880.0);
  sum = next(sum, r, 1.0 / 40320.0);
  sum = next(sum, r, 1.0 / 5040.0);
  sum = next(sum, r, 1.0 / 720.0);
  sum = next(sum, r, 1.0 / 120.0);
  sum = next(sum, r, 1.0 / 24.0);
  sum = next(sum, r, 1.0 / 6.0);
  sum = next(sum, r, 0.5);
  sum = next(sum, r, 1.0);
  sum = next(sum, r, 1.0);
  // Added to 1.5 · 2⁵², n stands in the low bits; shifted to the exponent, the rest falls off.
  const low = f64x2.add(n, f64x2.splat(6755399441055744.0));
  const power = i64x2.shl(i64x2.add(low, i64x2.splat(1023)), 52);
  return f64x2.mul(sum, power);
}

// @ts-ignore: decorator
@inline
function next(sum: v128, r: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(sum, r), f64x2.splat(coefficient));
}
