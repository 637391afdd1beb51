// Nearest neighbors within a block of rows and columns. AssemblyScript: addresses are bytes in linear memory.
import { products } from '../../kernels/assembly/products';

/** Bytes of eight values side by side. */
const EIGHT: usize = 32;

/**
 * Finds for each row the column with the smallest key, and for each column the row.
 *
 * The key of a row for a column is their product plus the column's weight; that of a column for a row the product plus the
 * row's weight. A row and a column of the same number are the same point and are left out. Of both the smallest key, its
 * number and the second smallest key are found; of equal keys any, but then the second equals the first.
 *
 * @param rows count × dims, float32. @param rowWeights count. @param firstRow number of the first row.
 * @param panels stride / 8 panels of dims × 8. @param columnWeights stride; infinity where there is no column.
 * @param rowsFound count × 3 values: key, second key, number (i32; -1 if there is none); overwritten.
 * @param columnsFound stride / 8 × 3 × 8 of the same, or 0 where only rows are asked for; overwritten.
 * @param scratch count × 128 bytes, overwritten.
 */
export function nearestInBlock(
  rows: usize,
  rowWeights: usize,
  firstRow: i32,
  count: i32,
  panels: usize,
  columnWeights: usize,
  firstColumn: i32,
  stride: i32,
  dims: i32,
  rowsFound: usize,
  columnsFound: usize,
  scratch: usize,
): void {
  const states = scratch + <usize>count * EIGHT;
  for (let i: i32 = 0; i < count; i++) clear(states + <usize>i * 3 * EIGHT);
  for (let column: i32 = 0; column < stride; column += 8) {
    products(rows, panels + <usize>column * ((<usize>dims) << 2), scratch, count, dims, 8);
    const numbers = i32x4.add(i32x4.splat(firstColumn + column), i32x4(0, 1, 2, 3));
    const weights = columnWeights + ((<usize>column) << 2);
    updateRows(scratch, count, weights, numbers, firstRow, states);
    if (columnsFound !== 0) {
      const to = columnsFound + <usize>column * 12;
      clear(to);
      updateColumns(scratch, count, rowWeights, numbers, firstRow, to);
      updateColumns(scratch + 16, count, rowWeights, i32x4.add(numbers, i32x4.splat(4)), firstRow, to + 16);
    }
  }
  for (let i: i32 = 0; i < count; i++) reduceLanes(states + <usize>i * 3 * EIGHT, rowsFound + <usize>i * 12);
}

/** A state has eight keys, eight second keys and eight numbers. */
// @ts-ignore: decorator
@inline
function clear(state: usize): void {
  for (let at: usize = 0; at < 64; at += 16) v128.store(state + at, f32x4.splat(f32.POSITIVE_INFINITY));
  v128.store(state, i32x4.splat(-1), 64);
  v128.store(state, i32x4.splat(-1), 80);
}

// @ts-ignore: decorator
@inline
function updateRows(tile: usize, count: i32, weights: usize, numbers: v128, firstRow: i32, states: usize): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights, 16);
  const higher = i32x4.add(numbers, i32x4.splat(4));
  for (let i: i32 = 0; i < count; i++) {
    const own = i32x4.splat(firstRow + i);
    const from = tile + <usize>i * EIGHT;
    const state = states + <usize>i * 3 * EIGHT;
    update(state, unlessEqual(f32x4.add(v128.load(from), w0), numbers, own), numbers);
    update(state + 16, unlessEqual(f32x4.add(v128.load(from, 16), w1), higher, own), higher);
  }
}

// @ts-ignore: decorator
@inline
function update(state: usize, key: v128, numbers: v128): void {
  const best = v128.load(state);
  const isLess = f32x4.lt(key, best);
  v128.store(state, f32x4.pmin(best, key));
  v128.store(state, f32x4.pmin(v128.load(state, 32), f32x4.pmax(best, key)), 32);
  v128.store(state, v128.bitselect(numbers, v128.load(state, 64), isLess), 64);
}

/** Four columns of the tile against all rows. */
// @ts-ignore: decorator
@inline
function updateColumns(tile: usize, count: i32, rowWeights: usize, numbers: v128, firstRow: i32, state: usize): void {
  let best = v128.load(state);
  let second = v128.load(state, 32);
  let found = v128.load(state, 64);
  for (let i: i32 = 0; i < count; i++) {
    const weight = v128.load32_splat(rowWeights + ((<usize>i) << 2));
    const own = i32x4.splat(firstRow + i);
    const key = unlessEqual(f32x4.add(v128.load(tile + <usize>i * EIGHT), weight), numbers, own);
    found = v128.bitselect(own, found, f32x4.lt(key, best));
    second = f32x4.pmin(second, f32x4.pmax(best, key));
    best = f32x4.pmin(best, key);
  }
  v128.store(state, best);
  v128.store(state, second, 32);
  v128.store(state, found, 64);
}

/** The key, or infinity where the numbers are equal. */
// @ts-ignore: decorator
@inline
function unlessEqual(key: v128, a: v128, b: v128): v128 {
  return v128.bitselect(f32x4.splat(f32.POSITIVE_INFINITY), key, i32x4.eq(a, b));
}

// @ts-ignore: decorator
@inline
function reduceLanes(state: usize, out: usize): void {
  let best: f32 = f32.POSITIVE_INFINITY;
  let second: f32 = f32.POSITIVE_INFINITY;
  let found: i32 = -1;
  for (let lane: usize = 0; lane < EIGHT; lane += 4) {
    const key = load<f32>(state + lane);
    second = min<f32>(second, min<f32>(max<f32>(best, key), load<f32>(state + lane, 32)));
    if (key < best) {
      best = key;
      found = load<i32>(state + lane, 64);
    }
  }
  store<f32>(out, best);
  store<f32>(out, second, 4);
  store<i32>(out, found, 8);
}
