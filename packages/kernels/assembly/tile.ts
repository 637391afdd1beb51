// Products of four vectors with a panel of columns. AssemblyScript: addresses are bytes in linear memory.

/** Bytes of a panel's values at one depth, side by side: 8 columns of float32 or of pairs of 16-bit integers, 4 of float64. */
export const SIDE: usize = 32;

/**
 * Multiplies four vectors by the columns of a panel, in the arithmetic of T: f32, f64, or i32 for pairs of 16-bit integers.
 *
 * Each sum adds in the order of the depth, so a result depends on its vector and its column alone.
 *
 * @param vectors element d of vector i is at vectors + i · vectorStep + d · depthStep.
 * @param panel depth × columns.
 * @param out vector i's products are written to out + i · outStep.
 */
// @ts-ignore: decorator
@inline
export function tile<T>(
  vectors: usize,
  vectorStep: usize,
  depthStep: usize,
  panel: usize,
  depth: i32,
  out: usize,
  outStep: usize,
): void {
  const second = vectors + vectorStep;
  const third = second + vectorStep;
  scatteredTile<T>(vectors, second, third, third + vectorStep, depthStep, panel, depth, out, outStep);
}

/** As `tile`, of vectors that begin at p0 … p3. Long because sums stay in registers. */
// @ts-ignore: decorator
@inline
export function scatteredTile<T>(
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  depthStep: usize,
  panel: usize,
  depth: i32,
  out: usize,
  outStep: usize,
): void {
  let q = panel;
  const end = panel + <usize>depth * SIDE;
  let s00 = v128.splat<T>(0);
  let s01 = v128.splat<T>(0);
  let s10 = v128.splat<T>(0);
  let s11 = v128.splat<T>(0);
  let s20 = v128.splat<T>(0);
  let s21 = v128.splat<T>(0);
  let s30 = v128.splat<T>(0);
  let s31 = v128.splat<T>(0);
  while (q < end) {
    const b0 = v128.load(q);
    const b1 = v128.load(q, 16);
    let x = v128.load_splat<T>(p0);
    s00 = multiplyAdd<T>(s00, x, b0);
    s01 = multiplyAdd<T>(s01, x, b1);
    x = v128.load_splat<T>(p1);
    s10 = multiplyAdd<T>(s10, x, b0);
    s11 = multiplyAdd<T>(s11, x, b1);
    x = v128.load_splat<T>(p2);
    s20 = multiplyAdd<T>(s20, x, b0);
    s21 = multiplyAdd<T>(s21, x, b1);
    x = v128.load_splat<T>(p3);
    s30 = multiplyAdd<T>(s30, x, b0);
    s31 = multiplyAdd<T>(s31, x, b1);
    p0 += depthStep;
    p1 += depthStep;
    p2 += depthStep;
    p3 += depthStep;
    q += SIDE;
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  v128.store(out + outStep, s10);
  v128.store(out + outStep, s11, 16);
  v128.store(out + 2 * outStep, s20);
  v128.store(out + 2 * outStep, s21, 16);
  v128.store(out + 3 * outStep, s30);
  v128.store(out + 3 * outStep, s31, 16);
}

// @ts-ignore: decorator
@inline
function multiplyAdd<T>(sum: v128, x: v128, y: v128): v128 {
  if (isInteger<T>()) return i32x4.add(sum, i32x4.dot_i16x8_s(x, y));
  return v128.add<T>(sum, v128.mul<T>(x, y));
}
