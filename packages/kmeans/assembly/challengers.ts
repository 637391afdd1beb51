// The nearest centroid but its own of each row, by 16-bit codes. AssemblyScript: addresses are bytes in linear memory.
import { SIDE, scatteredTile } from '../../kernels/assembly/tile';

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

/** Bytes of what a row has found in four lanes: the smallest squared distance, the second smallest, label of the smallest. */
const STATE: usize = 48;
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
 *
 * @param tiles 320 bytes, overwritten: products of four rows with a panel, then what the rows have found.
 */
export function challengers(setup: usize, first: i32, count: i32, tiles: usize): void {
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
    for (let at: i32 = 0; at < listed; at += 4) fourRows(setup, first, g, list, at, listed, tiles);
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

/** Takes rows list[at] … list[at + 3] (the last one again where the list ends) through the panels of group g. */
function fourRows(setup: usize, first: i32, g: i32, list: usize, at: i32, listed: i32, tiles: usize): void {
  const rowBytes = load<usize>(setup, ROW_BYTES);
  const codes = load<usize>(setup, CODES);
  const group = load<usize>(setup, GROUPS) + ((<usize>g) << 4);
  const states = tiles + 4 * SIDE;
  const i0 = rowAt(first, list, at, listed);
  const i1 = rowAt(first, list, at + 1, listed);
  const i2 = rowAt(first, list, at + 2, listed);
  const i3 = rowAt(first, list, at + 3, listed);
  for (let state = states; state < states + 4 * STATE; state += STATE) {
    v128.store(state, f32x4.splat(Infinity));
    v128.store(state, f32x4.splat(Infinity), 16);
    v128.store(state, i32x4.splat(-1), 32);
  }
  const r0 = codes + i0 * rowBytes;
  const r1 = codes + i1 * rowBytes;
  const r2 = codes + i2 * rowBytes;
  const r3 = codes + i3 * rowBytes;
  const end = load<usize>(group, 4);
  for (let panel = load<usize>(group); panel < end; panel++) {
    const integers = load<usize>(setup, PANELS) + panel * (rowBytes << 3);
    const column = load<usize>(setup, COLUMNS) + panel * 96;
    scatteredTile<i32>(r0, r1, r2, r3, 4, integers, <i32>(rowBytes >> 2), tiles, SIDE);
    takePanel(setup, i0, tiles, column, states);
    takePanel(setup, i1, tiles + SIDE, column, states + STATE);
    takePanel(setup, i2, tiles + 2 * SIDE, column, states + 2 * STATE);
    takePanel(setup, i3, tiles + 3 * SIDE, column, states + 3 * STATE);
  }
  finishRow(setup, g, i0, states, load<f32>(group, 8));
  finishRow(setup, g, i1, states + STATE, load<f32>(group, 8));
  finishRow(setup, g, i2, states + 2 * STATE, load<f32>(group, 8));
  finishRow(setup, g, i3, states + 3 * STATE, load<f32>(group, 8));
}

// @ts-ignore: decorator
@inline
function rowAt(first: i32, list: usize, at: i32, listed: i32): usize {
  return <usize>first + load<u32>(list + ((<usize>min(at, listed - 1)) << 2));
}

/** Takes row i's products with a panel into its state; the row's own centroid is infinitely far. */
// @ts-ignore: decorator
@inline
function takePanel(setup: usize, i: usize, products: usize, column: usize, state: usize): void {
  const fact = load<usize>(setup, FACTS) + (i << 4);
  const step = v128.load32_splat(fact);
  const square = v128.load32_splat(fact, 4);
  const own = v128.load32_splat(load<usize>(setup, LABELS) + (i << 2));
  let smallest = v128.load(state);
  let second = v128.load(state, 16);
  let labels = v128.load(state, 32);
  for (let half: usize = 0; half < SIDE; half += 16) {
    const label = v128.load(column + half, 64);
    const product = f32x4.convert_i32x4_s(v128.load(products + half));
    const scaled = f32x4.mul(product, f32x4.mul(v128.load(column + half), step));
    const near = f32x4.sub(f32x4.add(v128.load(column + half, 32), square), scaled);
    const value = v128.bitselect(f32x4.splat(Infinity), near, i32x4.eq(label, own));
    labels = v128.bitselect(label, labels, f32x4.lt(value, smallest));
    second = f32x4.pmin(second, f32x4.pmax(value, smallest));
    smallest = f32x4.pmin(smallest, value);
  }
  v128.store(state, smallest);
  v128.store(state, second, 16);
  v128.store(state, labels, 32);
}

/** At most the distance whose approximate square, lowered by the rounding error, is `square`. */
// @ts-ignore: decorator
@inline
function boundOf(square: f32, error: f32): f32 {
  return max<f32>(0, sqrt<f32>(max<f32>(0, square)) - error) * SHRINK;
}

/** Sets row i's bound of group g, and takes the group's nearest centroid if it is nearer than what was found before. */
function finishRow(setup: usize, g: i32, i: usize, state: usize, groupError: f32): void {
  const nearest = v128.load(state);
  const second = v128.load(state, 16);
  const labels = v128.load(state, 32);
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
