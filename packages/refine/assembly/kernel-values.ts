import { SIDE, tile } from '../../kernels/assembly/tile';
import { exponential } from './exponential';

/**
 * Kernel values exp(-gamma · squared distance) of vectors with the columns of one panel.
 *
 * Squared distances are norms minus twice the product, at least 0.
 *
 * @param vectors count × dims, row-major; count is a multiple of 4. @param norms count, their squared norms.
 * @param panel dims × 4. @param panelNorms 4.
 * @param out count × 4, overwritten.
 */
export function kernelValues(
  vectors: usize,
  norms: usize,
  count: i32,
  panel: usize,
  panelNorms: usize,
  dims: i32,
  gamma: f64,
  out: usize,
): void {
  const vectorBytes = (<usize>dims) << 3;
  const n0 = v128.load(panelNorms);
  const n1 = v128.load(panelNorms, 16);
  for (let i: i32 = 0; i < count; i += 4) {
    const to = out + <usize>i * SIDE;
    tile<f64>(vectors + <usize>i * vectorBytes, vectorBytes, 8, panel, dims, to, SIDE);
    for (let j: usize = 0; j < 4; j++) {
      const norm = v128.load64_splat(norms + ((<usize>i + j) << 3));
      const at = to + j * SIDE;
      v128.store(at, kernelOf(v128.load(at), f64x2.add(norm, n0), gamma));
      v128.store(at + 16, kernelOf(v128.load(at + 16), f64x2.add(norm, n1), gamma));
    }
  }
}

/**
 * The same of some panels as a block of a matrix in float32, row-major: a row for each vector.
 *
 * @param panels panelCount panels one after the other. @param panelNorms panelCount × 4.
 * @param scratch 128 bytes, overwritten. @param out first value of the block, overwritten. @param rowBytes of the matrix.
 */
export function kernelBlock(
  vectors: usize,
  norms: usize,
  count: i32,
  panels: usize,
  panelNorms: usize,
  panelCount: i32,
  dims: i32,
  gamma: f64,
  scratch: usize,
  out: usize,
  rowBytes: usize,
): void {
  const vectorBytes = (<usize>dims) << 3;
  for (let p: usize = 0; p < <usize>panelCount; p++) {
    const panel = panels + p * <usize>dims * SIDE;
    const n0 = v128.load(panelNorms + p * SIDE);
    const n1 = v128.load(panelNorms + p * SIDE, 16);
    for (let i: i32 = 0; i < count; i += 4) {
      tile<f64>(vectors + <usize>i * vectorBytes, vectorBytes, 8, panel, dims, scratch, SIDE);
      for (let j: usize = 0; j < 4; j++) {
        const norm = v128.load64_splat(norms + ((<usize>i + j) << 3));
        const at = scratch + j * SIDE;
        const low = f32x4.demote_f64x2_zero(kernelOf(v128.load(at), f64x2.add(norm, n0), gamma));
        const high = f32x4.demote_f64x2_zero(kernelOf(v128.load(at, 16), f64x2.add(norm, n1), gamma));
        v128.store(out + (<usize>i + j) * rowBytes + (p << 4), v128.shuffle<f32>(low, high, 0, 1, 4, 5));
      }
    }
  }
}

/** The kernel's values from products and the sums of the norms. */
// @ts-ignore: decorator
@inline
function kernelOf(product: v128, norms: v128, gamma: f64): v128 {
  const squared = f64x2.max(f64x2.splat(0), f64x2.sub(norms, f64x2.add(product, product)));
  return exponential(f64x2.mul(f64x2.splat(-gamma), squared));
}
