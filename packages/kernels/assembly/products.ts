// Products of rows with packed columns. AssemblyScript: addresses are bytes in linear memory.
import { SIDE, tile } from './tile';

/**
 * Multiplies a block of rows by packed columns.
 *
 * Each sum adds in the order of the dimensions, in float32, so a result depends on its row and its column alone.
 *
 * @param rows count × dims, float32, row-major.
 * @param panels ceil(columns / 8) panels of dims × 8, float32, as `packPanels` lays them.
 * @param out count × stride, float32; stride is columns rounded up to a multiple of 8.
 */
export function products(rows: usize, panels: usize, out: usize, count: i32, dims: i32, stride: i32): void {
  const rowBytes = (<usize>dims) << 2;
  const outBytes = (<usize>stride) << 2;
  for (let column: i32 = 0; column < stride; column += 8) {
    const panel = panels + <usize>column * rowBytes;
    let i: i32 = 0;
    for (; i + 4 <= count; i += 4) {
      const at = out + <usize>i * outBytes + ((<usize>column) << 2);
      tile<f32>(rows + <usize>i * rowBytes, rowBytes, 4, panel, dims, at, outBytes);
    }
    for (; i < count; i++) {
      const at = out + <usize>i * outBytes + ((<usize>column) << 2);
      oneRow(rows + <usize>i * rowBytes, rowBytes, panel, at);
    }
  }
}

// @ts-ignore: decorator
@inline
function oneRow(row: usize, rowBytes: usize, panel: usize, out: usize): void {
  let p = row;
  const end = p + rowBytes;
  let q = panel;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  while (p < end) {
    const x = v128.load32_splat(p);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(q)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(q, 16)));
    p += 4;
    q += SIDE;
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}
