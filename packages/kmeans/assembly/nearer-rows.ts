// Rows that may be nearer to a new seed than to theirs, by 16-bit codes. AssemblyScript: addresses are bytes.

const SHRINK: f32 = 0.99999952316284; // 1 - 2^-21, more than what the roundings of a bound add up to

/**
 * Lists the rows first … first + count - 1 that may be nearer to the seed than to their nearest seed so far.
 *
 * A row is left out if that follows from the distance of its seed to the new one (triangle inequality), or from the
 * distance of the codes, which is off by no more than the errors of both.
 *
 * @param codes rows × rowBytes, 16-bit integers; rowBytes is a multiple of 16.
 * @param facts rows × 4, float32: twice the code's step, its square (lowered by the rounding error), the error of the code,
 *   the distance to the nearest seed so far (rounded up).
 * @param nearest rows, number of that seed. @param halves half the distance of each seed to the new one, rounded down.
 * @param seed a row, the new seed.
 * @param out rows first … of it are overwritten: how many, then which.
 */
export function nearerRows(
  codes: usize,
  rowBytes: usize,
  facts: usize,
  nearest: usize,
  halves: usize,
  seed: i32,
  first: i32,
  count: i32,
  out: usize,
): void {
  const seedFact = facts + ((<usize>seed) << 4);
  const step: f32 = load<f32>(seedFact) * 0.5;
  const square = load<f32>(seedFact, 4);
  const error = load<f32>(seedFact, 8);
  let listed: usize = 0;
  const end = <usize>(first + count);
  for (let i = <usize>first; i < end; i++) {
    const fact = facts + (i << 4);
    const distance = load<f32>(fact, 12);
    if (load<f32>(halves + ((<usize>load<i32>(nearest + (i << 2))) << 2)) >= distance) continue;
    let p = codes + i * rowBytes;
    const stop = p + rowBytes;
    let q = codes + <usize>seed * rowBytes;
    let sum = i32x4.splat(0);
    while (p < stop) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(p), v128.load(q)));
      p += 16;
      q += 16;
    }
    sum = i32x4.add(sum, v128.shuffle<u32>(sum, sum, 2, 3, 0, 1));
    const product = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1);
    const near: f32 = load<f32>(fact, 4) + square - <f32>product * (step * load<f32>(fact));
    const bound: f32 = (sqrt<f32>(max<f32>(0, near)) - (load<f32>(fact, 8) + error)) * SHRINK;
    if (bound >= distance) continue;
    listed++;
    store<i32>(out + (listed << 2), <i32>i);
  }
  store<i32>(out, <i32>listed);
}
