// Sums of products of residuals with others at a lag. AssemblyScript: addresses are bytes in linear memory.
import { tailMask } from './tail-mask';

/**
 * Sums, for each pass, the products of the pixels of a run of columns and those at the same columns of three successive
 * rows, from group to group of rows.
 *
 * @param passes count × (address of the first pixel in row 0, address of its first partner, columns), int32. Maps hold
 *   int16, `stride` bytes a row; blocks of 8 columns are read to their end.
 * @param cuts groups + 1 rows, int32, ascending: group g is rows [cuts[g], cuts[g + 1]).
 * @param dots how many pairs of products a 32-bit sum can take: at most (2^31 - 1) / (2 · m²) where no residual is larger
 *   than m; at least 4.
 * @param out count × (groups + 1) × 3, float64: entry g holds the sums over the groups before g. Exact below 2^53.
 */
export function lagProducts(
  passes: usize,
  count: i32,
  stride: usize,
  cuts: usize,
  groups: i32,
  dots: i32,
  out: usize,
): void {
  const size = <usize>(groups + 1) * 24;
  for (let i: i32 = 0; i < count; i++) {
    const pass = passes + <usize>i * 12;
    sumPass(load<u32>(pass), load<u32>(pass, 4), load<i32>(pass, 8), stride, cuts, groups, dots, out);
    out += size;
  }
}

/** One pass. Long because sums stay in registers: four rows of pixels share six rows of partners. */
function sumPass(
  pixels: usize,
  partners: usize,
  columns: i32,
  stride: usize,
  cuts: usize,
  groups: i32,
  dots: i32,
  out: usize,
): void {
  const ones = i16x8.splat(-1);
  const tail = tailMask(columns);
  const last = (<usize>(columns - 1) >> 3) << 4;
  let t0 = i64x2.splat(0);
  let t1 = i64x2.splat(0);
  let t2 = i64x2.splat(0);
  writeSums(out, t0, t1, t2);
  for (let g: i32 = 0; g < groups; g++) {
    let y = load<i32>(cuts + (<usize>g << 2));
    const end = load<i32>(cuts + (<usize>g << 2), 4);
    let s0 = i32x4.splat(0);
    let s1 = i32x4.splat(0);
    let s2 = i32x4.splat(0);
    let used: i32 = 0;
    for (; y + 4 <= end; y += 4) {
      let p = pixels + <usize>y * stride;
      let q = partners + <usize>y * stride;
      const stop = p + last;
      while (p <= stop) {
        if (used + 4 > dots) {
          t0 = widen(t0, s0);
          t1 = widen(t1, s1);
          t2 = widen(t2, s2);
          s0 = s1 = s2 = i32x4.splat(0);
          used = 0;
        }
        used += 4;
        let mask = ones;
        if (p == stop) mask = tail;
        const p2 = p + 2 * stride;
        const a = v128.and(v128.load(p), mask);
        const b = v128.and(v128.load(p + stride), mask);
        const c = v128.and(v128.load(p2), mask);
        const d = v128.and(v128.load(p2 + stride), mask);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(a, v128.load(q)));
        let r = v128.load(q + stride);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(b, r));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(a, r));
        const q2 = q + 2 * stride;
        r = v128.load(q2);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(c, r));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(b, r));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(a, r));
        r = v128.load(q2 + stride);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(d, r));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(c, r));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(b, r));
        const q4 = q2 + 2 * stride;
        r = v128.load(q4);
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(d, r));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(c, r));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(d, v128.load(q4 + stride)));
        p += 16;
        q += 16;
      }
    }
    for (; y < end; y++) {
      let p = pixels + <usize>y * stride;
      let q = partners + <usize>y * stride;
      const stop = p + last;
      while (p <= stop) {
        if (used == dots) {
          t0 = widen(t0, s0);
          t1 = widen(t1, s1);
          t2 = widen(t2, s2);
          s0 = s1 = s2 = i32x4.splat(0);
          used = 0;
        }
        used += 1;
        let a = v128.load(p);
        if (p == stop) a = v128.and(a, tail);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(a, v128.load(q)));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(a, v128.load(q + stride)));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(a, v128.load(q + 2 * stride)));
        p += 16;
        q += 16;
      }
    }
    t0 = widen(t0, s0);
    t1 = widen(t1, s1);
    t2 = widen(t2, s2);
    out += 24;
    writeSums(out, t0, t1, t2);
  }
}

/** Adds 32-bit sums to 64-bit ones. */
// @ts-ignore: decorator
@inline
function widen(total: v128, sums: v128): v128 {
  return i64x2.add(total, i64x2.add(i64x2.extend_low_i32x4_s(sums), i64x2.extend_high_i32x4_s(sums)));
}

// @ts-ignore: decorator
@inline
function writeSums(out: usize, t0: v128, t1: v128, t2: v128): void {
  store<f64>(out, <f64>(i64x2.extract_lane(t0, 0) + i64x2.extract_lane(t0, 1)));
  store<f64>(out, <f64>(i64x2.extract_lane(t1, 0) + i64x2.extract_lane(t1, 1)), 8);
  store<f64>(out, <f64>(i64x2.extract_lane(t2, 0) + i64x2.extract_lane(t2, 1)), 16);
}
