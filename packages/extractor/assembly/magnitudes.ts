// Counts of residuals by magnitude. AssemblyScript: addresses are bytes in linear memory.
import { tailMask } from './tail-mask';

/** Blocks that 16-bit counts can take. */
const MOST_BLOCKS: i32 = 32767;

/**
 * Counts the pixels of runs of columns by magnitude, and sums magnitudes and fourth powers, from group to group of rows.
 *
 * @param runs count × (address of the first pixel in row 0, columns), int32. Maps hold int16 of magnitude at most 2040,
 *   `stride` bytes a row.
 * @param cuts groups + 1 rows, int32, ascending.
 * @param totals 10 × int64, overwritten.
 * @param out count × (groups + 1) × 10, float64: entry g holds, over the groups before g, the number of pixels with magnitude
 *   above 0, 1, 2, 4, 8, 16, 32 (7), the number of all pixels, the sum of magnitudes and the sum of fourth powers. Sums are
 *   exact to 2^63, and rounded to float64 once.
 */
export function magnitudes(
  runs: usize,
  count: i32,
  stride: usize,
  cuts: usize,
  groups: i32,
  totals: usize,
  out: usize,
): void {
  for (let i: i32 = 0; i < count; i++) {
    const run = runs + <usize>i * 8;
    const pixels: usize = load<u32>(run);
    const columns = load<i32>(run, 4);
    memory.fill(totals, 0, 80);
    out = writeTotals(out, totals);
    for (let g: i32 = 0; g < groups; g++) {
      const from = load<i32>(cuts + (<usize>g << 2));
      const to = load<i32>(cuts + (<usize>g << 2), 4);
      addRows(pixels, columns, stride, from, to, totals);
      out = writeTotals(out, totals);
    }
  }
}

/** Adds rows [from, to). Long because counts stay in registers. */
function addRows(pixels: usize, columns: i32, stride: usize, from: i32, to: i32, totals: usize): void {
  const tail = tailMask(columns);
  const blocks = (columns + 7) >> 3;
  const unit = i16x8.splat(1);
  let above0 = i16x8.splat(0);
  let above1 = i16x8.splat(0);
  let above2 = i16x8.splat(0);
  let above4 = i16x8.splat(0);
  let above8 = i16x8.splat(0);
  let above16 = i16x8.splat(0);
  let above32 = i16x8.splat(0);
  let sum = i32x4.splat(0);
  let fourth = i64x2.splat(0);
  let used: i32 = 0;
  for (let y = from; y < to; y++) {
    let p = pixels + <usize>y * stride;
    for (let left = blocks; left > 0; left--) {
      let x = v128.load(p);
      p += 16;
      if (left == 1) x = v128.and(x, tail);
      x = i16x8.abs(x);
      above0 = i16x8.sub(above0, i16x8.gt_s(x, i16x8.splat(0)));
      above1 = i16x8.sub(above1, i16x8.gt_s(x, i16x8.splat(1)));
      above2 = i16x8.sub(above2, i16x8.gt_s(x, i16x8.splat(2)));
      above4 = i16x8.sub(above4, i16x8.gt_s(x, i16x8.splat(4)));
      above8 = i16x8.sub(above8, i16x8.gt_s(x, i16x8.splat(8)));
      above16 = i16x8.sub(above16, i16x8.gt_s(x, i16x8.splat(16)));
      above32 = i16x8.sub(above32, i16x8.gt_s(x, i16x8.splat(32)));
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(x, unit));
      const low = i32x4.extmul_low_i16x8_u(x, x);
      const high = i32x4.extmul_high_i16x8_u(x, x);
      fourth = i64x2.add(fourth, i64x2.extmul_low_i32x4_u(low, low));
      fourth = i64x2.add(fourth, i64x2.extmul_high_i32x4_u(low, low));
      fourth = i64x2.add(fourth, i64x2.extmul_low_i32x4_u(high, high));
      fourth = i64x2.add(fourth, i64x2.extmul_high_i32x4_u(high, high));
      used++;
      if (used < MOST_BLOCKS && (left > 1 || y + 1 < to)) continue;
      addCount(totals, above0);
      addCount(totals + 8, above1);
      addCount(totals + 16, above2);
      addCount(totals + 24, above4);
      addCount(totals + 32, above8);
      addCount(totals + 40, above16);
      addCount(totals + 48, above32);
      addTo(totals + 64, <i64>laneSum(sum));
      addTo(totals + 72, i64x2.extract_lane(fourth, 0) + i64x2.extract_lane(fourth, 1));
      above0 = above1 = above2 = above4 = above8 = above16 = above32 = i16x8.splat(0);
      sum = i32x4.splat(0);
      fourth = i64x2.splat(0);
      used = 0;
    }
  }
  addTo(totals + 56, <i64>columns * (to - from));
}

// @ts-ignore: decorator
@inline
function addCount(total: usize, counts: v128): void {
  addTo(total, <i64>laneSum(i32x4.extadd_pairwise_i16x8_u(counts)));
}

// @ts-ignore: decorator
@inline
function addTo(total: usize, value: i64): void {
  store<i64>(total, load<i64>(total) + value);
}

// @ts-ignore: decorator
@inline
function laneSum(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

function writeTotals(out: usize, totals: usize): usize {
  for (let i: usize = 0; i < 80; i += 8) store<f64>(out + i, <f64>load<i64>(totals + i));
  return out + 80;
}
