/** Both values of the upper half of a vector of four. */
// @ts-ignore: decorator
@inline
function promoteHigh(values: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(values, values, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

/**
 * The sum of the squares of `count` values, in float64, in an order that depends on the count alone.
 *
 * @param values count, float32, a multiple of 8; not modified.
 */
export function squareSum(values: usize, count: i32): f64 {
  const end = values + ((<usize>count) << 2);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  for (let at = values; at < end; at += 32) {
    const left = v128.load(at);
    const right = v128.load(at, 16);
    const first = f64x2.promote_low_f32x4(left);
    const second = promoteHigh(left);
    const third = f64x2.promote_low_f32x4(right);
    const fourth = promoteHigh(right);
    a = f64x2.add(a, f64x2.mul(first, first));
    b = f64x2.add(b, f64x2.mul(second, second));
    c = f64x2.add(c, f64x2.mul(third, third));
    d = f64x2.add(d, f64x2.mul(fourth, fourth));
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
