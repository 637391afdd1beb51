import { FOUR, tile } from './tile';

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
  const panelBytes = <usize>count * FOUR;
  const rowBytes = (<usize>stride) << 3;
  const own = panels + <usize>which * panelBytes;
  for (let other: i32 = 0; other <= which; other++) {
    tile(own, 8, FOUR, panels + <usize>other * panelBytes, count, scratch);
    let to = out + <usize>which * 4 * rowBytes + <usize>other * FOUR;
    for (let i: usize = 0; i < 4; i++) {
      add(to, scratch + i * FOUR);
      add(to + 16, scratch + i * FOUR + 16);
      to += rowBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function add(to: usize, from: usize): void {
  v128.store(to, f64x2.add(v128.load(to), v128.load(from)));
}
