// What several seeds would gain, by 16-bit codes. AssemblyScript: addresses are bytes in linear memory.

/**
 * Adds up over the rows first … first + count - 1 by how much four rows, taken as seeds, would lower the squared distances
 * to the nearest seed; approximate, in float32, row after row.
 *
 * @param codes rows × rowBytes, 16-bit integers; rowBytes is a multiple of 16.
 * @param facts rows × 4, float32: twice the code's step, its square, the error of the code, the distance to the nearest seed.
 * @param trial0, trial1, trial2, trial3 rows. @param out 4 float32, overwritten.
 */
export function trialGains(
  codes: usize,
  rowBytes: usize,
  facts: usize,
  trial0: i32,
  trial1: i32,
  trial2: i32,
  trial3: i32,
  first: i32,
  count: i32,
  out: usize,
): void {
  const steps = f32x4(
    load<f32>(facts + ((<usize>trial0) << 4)) * 0.5,
    load<f32>(facts + ((<usize>trial1) << 4)) * 0.5,
    load<f32>(facts + ((<usize>trial2) << 4)) * 0.5,
    load<f32>(facts + ((<usize>trial3) << 4)) * 0.5,
  );
  const squares = f32x4(
    load<f32>(facts + ((<usize>trial0) << 4), 4),
    load<f32>(facts + ((<usize>trial1) << 4), 4),
    load<f32>(facts + ((<usize>trial2) << 4), 4),
    load<f32>(facts + ((<usize>trial3) << 4), 4),
  );
  const zero = f32x4.splat(0);
  let total = zero;
  for (let i = <usize>first, end = <usize>(first + count); i < end; i++) {
    let p = codes + i * rowBytes;
    const stop = p + rowBytes;
    let q0 = codes + <usize>trial0 * rowBytes;
    let q1 = codes + <usize>trial1 * rowBytes;
    let q2 = codes + <usize>trial2 * rowBytes;
    let q3 = codes + <usize>trial3 * rowBytes;
    let s0 = i32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    while (p < stop) {
      const x = v128.load(p);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(q0)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load(q1)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, v128.load(q2)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(q3)));
      p += 16;
      q0 += 16;
      q1 += 16;
      q2 += 16;
      q3 += 16;
    }
    // Sums over the lanes of all four at once.
    const s01 = i32x4.add(v128.shuffle<u32>(s0, s1, 0, 4, 1, 5), v128.shuffle<u32>(s0, s1, 2, 6, 3, 7));
    const s23 = i32x4.add(v128.shuffle<u32>(s2, s3, 0, 4, 1, 5), v128.shuffle<u32>(s2, s3, 2, 6, 3, 7));
    const sums = i32x4.add(v128.shuffle<u32>(s01, s23, 0, 1, 4, 5), v128.shuffle<u32>(s01, s23, 2, 3, 6, 7));
    const fact = facts + (i << 4);
    const distance = load<f32>(fact, 12);
    const scaled = f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.mul(steps, v128.load32_splat(fact)));
    const near = f32x4.pmax(zero, f32x4.sub(f32x4.add(squares, v128.load32_splat(fact + 4)), scaled));
    total = f32x4.add(total, f32x4.pmax(zero, f32x4.sub(f32x4.splat(distance * distance), near)));
  }
  v128.store(out, total);
}
