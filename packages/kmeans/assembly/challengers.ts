// The nearest centroid but its own of each row, by 16-bit codes. AssemblyScript: addresses are bytes in linear memory.

// Words of `setup`, as `bounded-assignment.ts` writes them.
const CODES: usize = 0;
const FACTS: usize = 4;
const LABELS: usize = 8;
const LOWER: usize = 12;
const FOUND: usize = 16;
const SCRATCH: usize = 20;
const PANELS: usize = 24;
const COLUMNS: usize = 28;
const GROUPS: usize = 32;
const GROUP_COUNT: usize = 36;
const ROW_BYTES: usize = 40;

const SHRINK: f32 = 0.99999952316284; // 1 - 2^-21, more than what the roundings of a bound add up to

/**
 * For rows first … first + count - 1: moves their bounds, computes the groups of centroids that these do not exclude, sets
 * those groups' bounds anew, and finds the nearest of the computed centroids other than the row's own.
 *
 * Every bound is at most the distance, in exact arithmetic, of the row to the group's centroids other than its own; the
 * nearest one is by approximate distance. Integer products are exact, so nothing depends on how rows are split in calls.
 *
 * Reads of `setup`, besides sizes:
 * codes: rows × rowBytes, 16-bit integers. facts: rows × 4, float32: twice the code's step, its square (lowered by the
 * rounding error), the error of the code, the distance to the own centroid (rounded up). labels: rows, own centroid or -1.
 * panels: groups of panels of 8 centroids, two dimensions at a time. columns: a panel × 24 words: 8 steps, 8 squares (lowered;
 * infinite where there is no centroid), 8 labels. groups: groupCount × 4 words: first panel, end, largest error of a code
 * and largest move of a centroid in it.
 *
 * Writes: lower: rows × groupCount, float32. found: rows × 4 words: the label found, or -1 if the bounds exclude it; its
 * approximate squared distance; its bound; the bound of its group without it. scratch: rows, words.
 */
export function challengers(setup: usize, first: i32, count: i32): void {
  const groupCount = load<i32>(setup, GROUP_COUNT);
  const facts = load<usize>(setup, FACTS) + ((<usize>first) << 4);
  const found = load<usize>(setup, FOUND) + ((<usize>first) << 4);
  const list = load<usize>(setup, SCRATCH) + ((<usize>first) << 2);
  for (let i: usize = 0; i < <usize>count; i++) {
    store<i32>(found + (i << 4), -1);
    store<f32>(found + (i << 4), Infinity, 4);
    store<f32>(found + (i << 4), Infinity, 8);
    store<f32>(found + (i << 4), Infinity, 12);
  }
  for (let g: i32 = 0; g < groupCount; g++) {
    const listed = listRows(setup, first, count, g, list);
    for (let at: i32 = 0; at < listed; at += 4) fourRows(setup, first, g, list, at, listed);
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    if (load<f32>(found + (i << 4), 8) > load<f32>(facts + (i << 4), 12)) store<i32>(found + (i << 4), -1);
  }
}

/** Lists the rows that group g's moved bound does not exclude, counted from `first`. */
function listRows(setup: usize, first: i32, count: i32, g: i32, list: usize): i32 {
  const groupCount = load<i32>(setup, GROUP_COUNT);
  const stride = (<usize>groupCount) << 2;
  const move = load<f32>(load<usize>(setup, GROUPS) + ((<usize>g) << 4), 12);
  const facts = load<usize>(setup, FACTS) + ((<usize>first) << 4);
  let bound = load<usize>(setup, LOWER) + (<usize>first * groupCount + <usize>g << 2);
  let listed: i32 = 0;
  for (let i: i32 = 0; i < count; i++) {
    const moved: f32 = (load<f32>(bound) - move) * SHRINK;
    store<f32>(bound, moved);
    store<i32>(list + ((<usize>listed) << 2), i);
    listed += <i32>!(moved > load<f32>(facts + ((<usize>i) << 4), 12));
    bound += stride;
  }
  return listed;
}

/** Squared distances of 4 rows to 4 centroids from the products of their codes; the row's own centroid is infinitely far. */
// @ts-ignore: decorator
@inline
function squares(sums: v128, step: v128, square: v128, own: v128, column: usize): v128 {
  const scaled = f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.mul(v128.load(column), step));
  const value = f32x4.sub(f32x4.add(v128.load(column, 32), square), scaled);
  return v128.bitselect(f32x4.splat(Infinity), value, i32x4.eq(v128.load(column, 64), own));
}

/**
 * Takes rows list[at] … list[at + 3] (the last one again where the list ends) through the panels of group g. A kernel: the
 * accumulators must stay in registers, hence the length.
 */
function fourRows(setup: usize, first: i32, g: i32, list: usize, at: i32, listed: i32): void {
  const rowBytes = load<usize>(setup, ROW_BYTES);
  const codes = load<usize>(setup, CODES);
  const allFacts = load<usize>(setup, FACTS);
  const labels = load<usize>(setup, LABELS);
  const group = load<usize>(setup, GROUPS) + ((<usize>g) << 4);
  const last = listed - 1;
  const i0 = <usize>first + load<u32>(list + ((<usize>at) << 2));
  const i1 = <usize>first + load<u32>(list + ((<usize>min(at + 1, last)) << 2));
  const i2 = <usize>first + load<u32>(list + ((<usize>min(at + 2, last)) << 2));
  const i3 = <usize>first + load<u32>(list + ((<usize>min(at + 3, last)) << 2));
  const r0 = codes + i0 * rowBytes;
  const r1 = codes + i1 * rowBytes;
  const r2 = codes + i2 * rowBytes;
  const r3 = codes + i3 * rowBytes;
  const f0 = v128.load(allFacts + (i0 << 4));
  const f1 = v128.load(allFacts + (i1 << 4));
  const f2 = v128.load(allFacts + (i2 << 4));
  const f3 = v128.load(allFacts + (i3 << 4));
  const own0 = v128.load32_splat(labels + (i0 << 2));
  const own1 = v128.load32_splat(labels + (i1 << 2));
  const own2 = v128.load32_splat(labels + (i2 << 2));
  const own3 = v128.load32_splat(labels + (i3 << 2));
  let m0 = f32x4.splat(Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  let n0 = m0;
  let n1 = m0;
  let n2 = m0;
  let n3 = m0;
  let a0 = i32x4.splat(-1);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const end = load<usize>(group, 4);
  for (let panel = load<usize>(group); panel < end; panel++) {
    let q = load<usize>(setup, PANELS) + panel * (rowBytes << 3);
    const column = load<usize>(setup, COLUMNS) + panel * 96;
    let p0 = r0;
    let p1 = r1;
    let p2 = r2;
    let p3 = r3;
    const stop = p0 + rowBytes;
    let s00 = i32x4.splat(0);
    let s01 = s00;
    let s10 = s00;
    let s11 = s00;
    let s20 = s00;
    let s21 = s00;
    let s30 = s00;
    let s31 = s00;
    while (p0 < stop) {
      const b0 = v128.load(q);
      const b1 = v128.load(q, 16);
      let x = v128.load32_splat(p0);
      s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x, b0));
      s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x, b1));
      x = v128.load32_splat(p1);
      s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x, b0));
      s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x, b1));
      x = v128.load32_splat(p2);
      s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x, b0));
      s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x, b1));
      x = v128.load32_splat(p3);
      s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x, b0));
      s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x, b1));
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      q += 32;
    }
    for (let half: usize = 0; half < 32; half += 16) {
      const c = column + half;
      const label = v128.load(c, 64);
      let v = squares(half ? s01 : s00, v128.shuffle<u32>(f0, f0, 0, 0, 0, 0), v128.shuffle<u32>(f0, f0, 1, 1, 1, 1), own0, c);
      let nearer = f32x4.lt(v, m0);
      n0 = f32x4.pmin(n0, f32x4.pmax(v, m0));
      a0 = v128.bitselect(label, a0, nearer);
      m0 = f32x4.pmin(m0, v);
      v = squares(half ? s11 : s10, v128.shuffle<u32>(f1, f1, 0, 0, 0, 0), v128.shuffle<u32>(f1, f1, 1, 1, 1, 1), own1, c);
      nearer = f32x4.lt(v, m1);
      n1 = f32x4.pmin(n1, f32x4.pmax(v, m1));
      a1 = v128.bitselect(label, a1, nearer);
      m1 = f32x4.pmin(m1, v);
      v = squares(half ? s21 : s20, v128.shuffle<u32>(f2, f2, 0, 0, 0, 0), v128.shuffle<u32>(f2, f2, 1, 1, 1, 1), own2, c);
      nearer = f32x4.lt(v, m2);
      n2 = f32x4.pmin(n2, f32x4.pmax(v, m2));
      a2 = v128.bitselect(label, a2, nearer);
      m2 = f32x4.pmin(m2, v);
      v = squares(half ? s31 : s30, v128.shuffle<u32>(f3, f3, 0, 0, 0, 0), v128.shuffle<u32>(f3, f3, 1, 1, 1, 1), own3, c);
      nearer = f32x4.lt(v, m3);
      n3 = f32x4.pmin(n3, f32x4.pmax(v, m3));
      a3 = v128.bitselect(label, a3, nearer);
      m3 = f32x4.pmin(m3, v);
    }
  }
  finishRow(setup, g, i0, m0, n0, a0, load<f32>(group, 8));
  finishRow(setup, g, i1, m1, n1, a1, load<f32>(group, 8));
  finishRow(setup, g, i2, m2, n2, a2, load<f32>(group, 8));
  finishRow(setup, g, i3, m3, n3, a3, load<f32>(group, 8));
}

/** At most the distance whose approximate square, lowered by the rounding error, is `square`. */
// @ts-ignore: decorator
@inline
function boundOf(square: f32, error: f32): f32 {
  return max<f32>(0, sqrt<f32>(max<f32>(0, square)) - error) * SHRINK;
}

/** Sets row i's bound of group g, and takes the group's nearest centroid if it is nearer than what was found before. */
function finishRow(setup: usize, g: i32, i: usize, nearest: v128, second: v128, labels: v128, groupError: f32): void {
  const found = load<usize>(setup, FOUND) + (i << 4);
  const error: f32 = load<f32>(load<usize>(setup, FACTS) + (i << 4), 8) + groupError;
  // Halves, then quarters: lane 0 ends with the smallest, the second smallest and the label of the smallest.
  let other = v128.shuffle<u32>(nearest, nearest, 2, 3, 0, 1);
  let otherLabels = v128.shuffle<u32>(labels, labels, 2, 3, 0, 1);
  let smallest = f32x4.pmin(nearest, other);
  let next = f32x4.pmin(
    f32x4.pmax(nearest, other),
    f32x4.pmin(second, v128.shuffle<u32>(second, second, 2, 3, 0, 1)),
  );
  let label = v128.bitselect(otherLabels, labels, f32x4.lt(other, nearest));
  other = v128.shuffle<u32>(smallest, smallest, 1, 0, 3, 2);
  otherLabels = v128.shuffle<u32>(label, label, 1, 0, 3, 2);
  next = f32x4.pmin(f32x4.pmax(smallest, other), f32x4.pmin(next, v128.shuffle<u32>(next, next, 1, 0, 3, 2)));
  label = v128.bitselect(otherLabels, label, f32x4.lt(other, smallest));
  smallest = f32x4.pmin(smallest, other);
  const square = f32x4.extract_lane(smallest, 0);
  const bound = boundOf(square, error);
  const at = load<usize>(setup, LOWER) + (i * load<usize>(setup, GROUP_COUNT) + <usize>g << 2);
  store<f32>(at, bound);
  if (square < load<f32>(found, 4)) {
    store<i32>(found, i32x4.extract_lane(label, 0));
    store<f32>(found, square, 4);
    store<f32>(found, bound, 8);
    store<f32>(found, boundOf(f32x4.extract_lane(next, 0), error), 12);
  }
}
