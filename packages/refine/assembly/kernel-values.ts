import { exponential } from './exponential';
import { FOUR, tile } from './tile';

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
    const to = out + <usize>i * FOUR;
    tile(vectors + <usize>i * vectorBytes, vectorBytes, 8, panel, dims, to);
    for (let j: usize = 0; j < 4; j++) {
      const norm = v128.load64_splat(norms + ((<usize>i + j) << 3));
      store(to + j * FOUR, f64x2.add(norm, n0), gamma);
      store(to + j * FOUR + 16, f64x2.add(norm, n1), gamma);
    }
  }
}

/** Puts the kernel value in the place of the product, from it and the sum of the norms. */
// @ts-ignore: decorator
@inline
function store(at: usize, norms: v128, gamma: f64): void {
  const product = v128.load(at);
  const squared = f64x2.max(f64x2.splat(0), f64x2.sub(norms, f64x2.add(product, product)));
  v128.store(at, exponential(f64x2.mul(f64x2.splat(-gamma), squared)));
}
