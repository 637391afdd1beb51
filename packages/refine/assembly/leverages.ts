import { SIDE, tile } from '../../kernels/assembly/tile';

/**
 * Squared norms of a lower triangular matrix times each column of some panels.
 *
 * @param matrix width × width, row-major, zero above the diagonal; width is a multiple of 4.
 * @param panels panelCount panels one after the other, each width × 4.
 * @param out panelCount × 4, overwritten. @param scratch 128 bytes, overwritten.
 */
export function leverages(
  matrix: usize,
  width: i32,
  panels: usize,
  panelCount: i32,
  out: usize,
  scratch: usize,
): void {
  const rowBytes = (<usize>width) << 3;
  const panelBytes = <usize>width * SIDE;
  memory.fill(out, 0, <usize>panelCount * SIDE);
  for (let row: i32 = 0; row < width; row += 4) {
    for (let p: i32 = 0; p < panelCount; p++) {
      // Elements right of the diagonal are zero: the first row + 4 are enough.
      tile<f64>(matrix + <usize>row * rowBytes, rowBytes, 8, panels + <usize>p * panelBytes, row + 4, scratch, SIDE);
      addSquares(out + <usize>p * SIDE, scratch);
    }
  }
}

// @ts-ignore: decorator
@inline
function addSquares(to: usize, products: usize): void {
  let low = v128.load(to);
  let high = v128.load(to, 16);
  for (let i: usize = 0; i < 4; i++) {
    const a = v128.load(products + i * SIDE);
    const b = v128.load(products + i * SIDE, 16);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}
