// Sums of products of deviations. AssemblyScript: addresses are bytes in linear memory.

/** Rows whose panels, 16 kB, stay in the nearest cache while they are multiplied. */
const BLOCK_ROWS: i32 = 256;

/**
 * Subtracts from each row the mean of its source, and writes the differences in panels of four dimensions: panel, row, dimension.
 *
 * @param rows count × dims, float32, row-major. @param labels count, int32. @param means sources × dims, float32.
 * @param panelRows rows from one panel to the next.
 * @param deviations panels × panelRows × 4, float64; places of rows are overwritten, those beyond dims are not.
 * @param shares the same, divided by `divisor`.
 */
export function deviate(
  rows: usize,
  count: i32,
  dims: i32,
  labels: usize,
  means: usize,
  divisor: f64,
  panelRows: i32,
  deviations: usize,
  shares: usize,
): void {
  const rowBytes = <usize>dims << 2;
  for (let i: i32 = 0; i < count; i++) {
    const mean = means + <usize>load<u32>(labels + (<usize>i << 2)) * rowBytes;
    for (let d: usize = 0; d < <usize>dims; d++) {
      const value = <f64>load<f32>(rows + (d << 2)) - <f64>load<f32>(mean + (d << 2));
      const place = (((d >> 2) * panelRows + i) << 5) + ((d & 3) << 3);
      store<f64>(deviations + place, value);
      store<f64>(shares + place, value / divisor);
    }
    rows += rowBytes;
  }
}

/**
 * Adds shares of four dimensions times deviations of these and all before, row after row.
 *
 * @param panel of the four dimensions. @param count rows of the panels. @param panelRows as of `deviate`.
 * @param sums 4 × panels · 4, float64, row-major: what is added to.
 */
export function addProducts(
  deviations: usize,
  shares: usize,
  panel: i32,
  count: i32,
  panelRows: i32,
  sums: usize,
  sumBytes: i32,
): void {
  const panelBytes = <usize>panelRows << 5;
  for (let first: i32 = 0; first < count; first += BLOCK_ROWS) {
    const some = min(BLOCK_ROWS, count - first);
    const start = <usize>first << 5;
    const left = shares + <usize>panel * panelBytes + start;
    for (let other: i32 = 0; other <= panel; other++) {
      const right = deviations + <usize>other * panelBytes + start;
      addTile(left, right, some, sums + (<usize>other << 5), sumBytes);
    }
  }
}

/** Four by four sums. */
// @ts-ignore: decorator
@inline
function addTile(left: usize, right: usize, count: i32, sums: usize, sumBytes: usize): void {
  const row1 = sums + sumBytes;
  const row2 = row1 + sumBytes;
  const row3 = row2 + sumBytes;
  let s00 = v128.load(sums);
  let s01 = v128.load(sums, 16);
  let s10 = v128.load(row1);
  let s11 = v128.load(row1, 16);
  let s20 = v128.load(row2);
  let s21 = v128.load(row2, 16);
  let s30 = v128.load(row3);
  let s31 = v128.load(row3, 16);
  for (const end = left + (<usize>count << 5); left < end; left += 32) {
    const x = v128.load(right);
    const y = v128.load(right, 16);
    right += 32;
    let w = v128.load64_splat(left);
    s00 = f64x2.add(s00, f64x2.mul(w, x));
    s01 = f64x2.add(s01, f64x2.mul(w, y));
    w = v128.load64_splat(left, 8);
    s10 = f64x2.add(s10, f64x2.mul(w, x));
    s11 = f64x2.add(s11, f64x2.mul(w, y));
    w = v128.load64_splat(left, 16);
    s20 = f64x2.add(s20, f64x2.mul(w, x));
    s21 = f64x2.add(s21, f64x2.mul(w, y));
    w = v128.load64_splat(left, 24);
    s30 = f64x2.add(s30, f64x2.mul(w, x));
    s31 = f64x2.add(s31, f64x2.mul(w, y));
  }
  v128.store(sums, s00);
  v128.store(sums, s01, 16);
  v128.store(row1, s10);
  v128.store(row1, s11, 16);
  v128.store(row2, s20);
  v128.store(row2, s21, 16);
  v128.store(row3, s30);
  v128.store(row3, s31, 16);
}
