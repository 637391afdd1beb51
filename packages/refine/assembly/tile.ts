// Products of four vectors with four columns, in float64. AssemblyScript: addresses are bytes in linear memory.

/** Bytes of four values side by side. */
export const FOUR: usize = 32;

/**
 * Multiplies four vectors by the four columns of a panel.
 *
 * Each sum adds in the order of the depth, so a result depends on its vector and its column alone.
 *
 * @param vectors element d of vector i is at vectors + i · vectorStep + d · depthStep.
 * @param panel depth × 4.
 * @param out 4 vectors × 4 columns, overwritten.
 */
// @ts-ignore: decorator
@inline
export function tile(vectors: usize, vectorStep: usize, depthStep: usize, panel: usize, depth: i32, out: usize): void {
  let p0 = vectors;
  let p1 = p0 + vectorStep;
  let p2 = p1 + vectorStep;
  let p3 = p2 + vectorStep;
  let q = panel;
  const end = panel + <usize>depth * FOUR;
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  while (q < end) {
    const b0 = v128.load(q);
    const b1 = v128.load(q, 16);
    let x = v128.load64_splat(p0);
    s00 = f64x2.add(s00, f64x2.mul(x, b0));
    s01 = f64x2.add(s01, f64x2.mul(x, b1));
    x = v128.load64_splat(p1);
    s10 = f64x2.add(s10, f64x2.mul(x, b0));
    s11 = f64x2.add(s11, f64x2.mul(x, b1));
    x = v128.load64_splat(p2);
    s20 = f64x2.add(s20, f64x2.mul(x, b0));
    s21 = f64x2.add(s21, f64x2.mul(x, b1));
    x = v128.load64_splat(p3);
    s30 = f64x2.add(s30, f64x2.mul(x, b0));
    s31 = f64x2.add(s31, f64x2.mul(x, b1));
    p0 += depthStep;
    p1 += depthStep;
    p2 += depthStep;
    p3 += depthStep;
    q += FOUR;
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  v128.store(out, s10, 32);
  v128.store(out, s11, 48);
  v128.store(out, s20, 64);
  v128.store(out, s21, 80);
  v128.store(out, s30, 96);
  v128.store(out, s31, 112);
}
