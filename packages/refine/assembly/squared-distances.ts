/**
 * Squared Euclidean distances of one row to others, in float64.
 *
 * Of every four dimensions each adds to a sum of its own, what is left over to the first; the result is
 * ((s₀ + s₁) + s₂) + s₃.
 *
 * @param row dims values, float32. @param others count × dims, float32. @param out count, float64, overwritten.
 */
export function squaredDistances(row: usize, others: usize, count: i32, dims: i32, out: usize): void {
  const bytes = (<usize>dims) << 2;
  const whole = row + ((bytes >> 4) << 4);
  let q = others;
  for (let i: i32 = 0; i < count; i++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let p = row;
    for (; p < whole; p += 16) {
      const a = f64x2.sub(wide(p), wide(q));
      const b = f64x2.sub(wide(p + 8), wide(q + 8));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
      q += 16;
    }
    let first = f64x2.extract_lane(low, 0);
    for (; p < row + bytes; p += 4) {
      const rest = <f64>load<f32>(p) - <f64>load<f32>(q);
      first += rest * rest;
      q += 4;
    }
    const sum = first + f64x2.extract_lane(low, 1) + f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1);
    store<f64>(out + ((<usize>i) << 3), sum);
  }
}

/** Two values of float32 as float64. */
// @ts-ignore: decorator
@inline
function wide(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}
