// Sums of squared residuals by position modulo 4. AssemblyScript: addresses are bytes in linear memory.
import { tailMask } from './tail-mask';

/** Blocks whose squares, at most two of 2040² a lane, a 32-bit sum can take. */
const MOST_BLOCKS: i32 = 256;

/**
 * Sums the squares of the pixels of runs of columns by position modulo 4, from group to group of rows.
 *
 * @param runs count × (address of the first pixel in row 0, columns), int32. Maps hold int16 of magnitude at most 2040,
 *   `stride` bytes a row.
 * @param cuts groups + 1 rows, int32, ascending.
 * @param start what is added to a row before it is taken modulo 4.
 * @param totals 16 × int64, overwritten.
 * @param out count × (groups + 1) × 16, float64: entry g holds, over the groups before g, the sums at (row + start) modulo 4
 *   (outer) and column modulo 4 (inner), columns counted from the first of the run.
 */
export function phases(
  runs: usize,
  count: i32,
  stride: usize,
  cuts: usize,
  groups: i32,
  start: i32,
  totals: usize,
  out: usize,
): void {
  for (let i: i32 = 0; i < count; i++) {
    const run = runs + <usize>i * 8;
    const pixels: usize = load<u32>(run);
    const columns = load<i32>(run, 4);
    memory.fill(totals, 0, 128);
    out = writeTotals(out, totals);
    for (let g: i32 = 0; g < groups; g++) {
      const end = load<i32>(cuts + (<usize>g << 2), 4);
      for (let y = load<i32>(cuts + (<usize>g << 2)); y < end; y++) {
        addRow(pixels + <usize>y * stride, columns, totals + (<usize>((start + y) & 3) << 5));
      }
      out = writeTotals(out, totals);
    }
  }
}

/** Adds the squares of one row to four int64 totals. */
function addRow(pixels: usize, columns: i32, totals: usize): void {
  const tail = tailMask(columns);
  let left = (columns + 7) >> 3;
  while (left > 0) {
    let sums = i32x4.splat(0);
    for (let i = min(left, MOST_BLOCKS); i > 0; i--) {
      let x = v128.load(pixels);
      if (left == 1) x = v128.and(x, tail);
      sums = i32x4.add(sums, i32x4.extmul_low_i16x8_s(x, x));
      sums = i32x4.add(sums, i32x4.extmul_high_i16x8_s(x, x));
      pixels += 16;
      left--;
    }
    v128.store(totals, i64x2.add(v128.load(totals), i64x2.extend_low_i32x4_s(sums)));
    v128.store(totals, i64x2.add(v128.load(totals, 16), i64x2.extend_high_i32x4_s(sums)), 16);
  }
}

function writeTotals(out: usize, totals: usize): usize {
  for (let i: usize = 0; i < 128; i += 8) store<f64>(out + i, <f64>load<i64>(totals + i));
  return out + 128;
}
