// Products of rows with packed columns. AssemblyScript: addresses are bytes in linear memory.

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
      fourRows(rows + <usize>i * rowBytes, rowBytes, panel, at, outBytes);
    }
    for (; i < count; i++) {
      const at = out + <usize>i * outBytes + ((<usize>column) << 2);
      oneRow(rows + <usize>i * rowBytes, rowBytes, panel, at);
    }
  }
}

// @ts-ignore: decorator
@inline
function fourRows(row: usize, rowBytes: usize, panel: usize, out: usize, outBytes: usize): void {
  let p0 = row;
  let p1 = p0 + rowBytes;
  let p2 = p1 + rowBytes;
  let p3 = p2 + rowBytes;
  const end = p1;
  let q = panel;
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  while (p0 < end) {
    const b0 = v128.load(q);
    const b1 = v128.load(q, 16);
    let x = v128.load32_splat(p0);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(p1);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(p2);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(p3);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    q += 32;
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  v128.store(out + outBytes, s10);
  v128.store(out + outBytes, s11, 16);
  v128.store(out + 2 * outBytes, s20);
  v128.store(out + 2 * outBytes, s21, 16);
  v128.store(out + 3 * outBytes, s30);
  v128.store(out + 3 * outBytes, s31, 16);
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
    q += 32;
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}
