/** Number of lags that one pass of `runningProducts` takes. */
export const LAGS_PER_PASS = 6;

/** The lags (dy + i · step, dx) for i in 0 … 5. */
export interface LagPass {
  readonly dx: number;
  /** At least 0. */
  readonly dy: number;
  /** At least 1. */
  readonly step: number;
}

/**
 * Sums, for each lag of a pass, the products of the pixels of a run of columns and their partners at that lag, row after row.
 *
 * A kernel: arguments are not checked. It stands alone behind typed arrays so that another engine can replace it.
 * Maps that hold integers give exact sums, as long as they stay below 2^53.
 *
 * @param map row-major, `width` columns, at least rows + dy + 5 · step rows; not modified.
 * @param run columns [from, to); [from + dx, to + dx) must be columns of the map too.
 * @param rows number of rows, from the first.
 * @param sums (rows + 1) × 6, overwritten: row y holds the sums over the map's rows before y.
 *
 * Cost: 6 · rows · (to - from) multiplications. Rows y and y + step go together, because they share five of their six
 * partners: nine loads serve twelve products, and the separate sums keep additions from waiting on each other.
 */
export function runningProducts(
  map: Float64Array,
  width: number,
  run: { readonly from: number; readonly to: number },
  rows: number,
  pass: LagPass,
  sums: Float64Array,
): void {
  const { from, to } = run;
  const { dx, dy, step } = pass;
  const offset = dy * width + dx;
  const stride = step * width;
  sums.fill(0, 0, 6);
  for (let base = 0; base < rows; base += 2 * step) {
    for (let y = base; y < base + step && y < rows; y++) {
      const p = y * width;
      const q = (y + 1) * 6;
      if (y + step < rows) sumRowPair(map, p + from, p + to, offset, stride, sums, q, q + step * 6);
      else sumRow(map, p + from, p + to, offset, stride, sums, q);
    }
  }
  for (let q = 6; q < (rows + 1) * 6; q++) sums[q] += sums[q - 6];
}

/** Products of elements [from, to) to sums[q …], and of those `stride` later to sums[r …]. Unrolled: it is the hot loop. */
function sumRowPair(
  map: Float64Array,
  from: number,
  to: number,
  offset: number,
  stride: number,
  sums: Float64Array,
  q: number,
  r: number,
): void {
  const o1 = offset + stride;
  const o2 = o1 + stride;
  const o3 = o2 + stride;
  const o4 = o3 + stride;
  const o5 = o4 + stride;
  const o6 = o5 + stride;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  let t4 = 0;
  let t5 = 0;
  for (let p = from; p < to; p++) {
    const upper = map[p];
    const lower = map[p + stride];
    const m1 = map[p + o1];
    const m2 = map[p + o2];
    const m3 = map[p + o3];
    const m4 = map[p + o4];
    const m5 = map[p + o5];
    s0 += upper * map[p + offset];
    s1 += upper * m1;
    s2 += upper * m2;
    s3 += upper * m3;
    s4 += upper * m4;
    s5 += upper * m5;
    t0 += lower * m1;
    t1 += lower * m2;
    t2 += lower * m3;
    t3 += lower * m4;
    t4 += lower * m5;
    t5 += lower * map[p + o6];
  }
  sums[q] = s0;
  sums[q + 1] = s1;
  sums[q + 2] = s2;
  sums[q + 3] = s3;
  sums[q + 4] = s4;
  sums[q + 5] = s5;
  sums[r] = t0;
  sums[r + 1] = t1;
  sums[r + 2] = t2;
  sums[r + 3] = t3;
  sums[r + 4] = t4;
  sums[r + 5] = t5;
}

/** Products of elements [from, to) to sums[q …]. */
function sumRow(
  map: Float64Array,
  from: number,
  to: number,
  offset: number,
  stride: number,
  sums: Float64Array,
  q: number,
): void {
  for (let i = 0; i < 6; i++) {
    const shift = offset + i * stride;
    let sum = 0;
    for (let p = from; p < to; p++) sum += map[p] * map[p + shift];
    sums[q + i] = sum;
  }
}
