import { SIDE, tile } from '../../kernels/assembly/tile';

/**
 * Adds the products of the four columns of one panel with the columns of this panel and of all before it.
 *
 * @param panels one after the other, each count × 4.
 * @param which panel: writes rows 4 · which … 4 · which + 3 of `out`.
 * @param out stride × stride, row-major, added to. @param scratch 128 bytes, overwritten.
 */
export function addColumnProducts(
  panels: usize,
  count: i32,
  which: i32,
  out: usize,
  stride: i32,
  scratch: usize,
): void {
  const panelBytes = <usize>count * SIDE;
  const rowBytes = (<usize>stride) << 3;
  const own = panels + <usize>which * panelBytes;
  for (let other: i32 = 0; other <= which; other++) {
    tile<f64>(own, 8, SIDE, panels + <usize>other * panelBytes, count, scratch, SIDE);
    let to = out + <usize>which * 4 * rowBytes + <usize>other * SIDE;
    for (let i: usize = 0; i < 4; i++) {
      add(to, scratch + i * SIDE);
      add(to + 16, scratch + i * SIDE + 16);
      to += rowBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function add(to: usize, from: usize): void {
  v128.store(to, f64x2.add(v128.load(to), v128.load(from)));
}
