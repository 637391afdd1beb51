import { type KernelPool, kernelPool, packPanels, panelStride } from '@ganscout/kernels';
import type { RoundedPoints } from './rounded-points.js';
import { WASM_BINARY } from './wasm-binary.js';

/** Points of a block, and rows of it that one call works on. */
const BLOCK = 2048;
const CALL_ROWS = 64;

/** What the search has seen for each point: smallest key, second smallest, and whose the smallest is. */
export interface NearestKeys {
  /** k, product of the two points plus the other's weight; infinity if no other was seen. */
  readonly keys: Float32Array;
  readonly secondKeys: Float32Array;
  /** k, number of the other point; -1 if none was seen; any of those with equal keys. */
  readonly found: Int32Array;
}

/** A block of points in the pool's memory, and where its calls put what they found. */
interface Places {
  readonly rows: number;
  readonly rowWeights: number;
  readonly panels: number;
  readonly columnWeights: number;
  readonly rowsFound: number;
  readonly columnsFound: number;
  readonly scratch: number;
}

/**
 * Compares each of the first `queryCount` points with all points, each pair once, in float32.
 *
 * Cost: queryCount · (k - queryCount / 2) products of D; memory of a few blocks of 2048 points besides the result.
 */
export function searchBlocks(points: RoundedPoints, queryCount: number): NearestKeys {
  const { dims, weights } = points;
  const count = weights.length;
  const found: NearestKeys = {
    keys: new Float32Array(count).fill(Number.POSITIVE_INFINITY),
    secondKeys: new Float32Array(count).fill(Number.POSITIVE_INFINITY),
    found: new Int32Array(count).fill(-1),
  };
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const places = reservePlaces(pool, Math.min(BLOCK, count), dims);
  for (let column = 0; column < queryCount; column += BLOCK) {
    const columns = Math.min(BLOCK, queryCount - column);
    copyColumns(pool, points, column, columns, places);
    // Within the block of the columns every pair is met from both sides, so only its rows are asked for.
    for (let row = column; row < count; ) {
      const rows = Math.min(row === column ? columns : BLOCK, count - row);
      compareBlock(pool, points, { row, rows, column, columns }, places, found);
      row += rows;
    }
  }
  return found;
}

function reservePlaces(pool: KernelPool, size: number, dims: number): Places {
  const stride = panelStride(size);
  return {
    rows: pool.reserve(size * dims * 4),
    rowWeights: pool.reserve(size * 4),
    panels: pool.reserve(stride * dims * 4),
    columnWeights: pool.reserve(stride * 4),
    rowsFound: pool.reserve(size * 12),
    columnsFound: pool.reserve(Math.ceil(size / CALL_ROWS) * stride * 12),
    scratch: pool.reserve(size * 128),
  };
}

function copyColumns(
  pool: KernelPool,
  { dims, values, weights }: RoundedPoints,
  first: number,
  count: number,
  places: Places,
): void {
  const stride = panelStride(count);
  const vectors = values.subarray(first * dims, (first + count) * dims);
  packPanels(vectors, dims, pool.float32(places.panels, stride * dims));
  const to = pool.float32(places.columnWeights, stride).fill(Number.POSITIVE_INFINITY);
  to.set(weights.subarray(first, first + count));
}

interface BlockPair {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

function compareBlock(
  pool: KernelPool,
  { dims, values, weights }: RoundedPoints,
  { row, rows, column, columns }: BlockPair,
  places: Places,
  found: NearestKeys,
): void {
  const stride = panelStride(columns);
  const block = pool.float32(places.rows, rows * dims);
  for (let at = 0; at < block.length; at++) block[at] = -2 * values[row * dims + at];
  pool.float32(places.rowWeights, rows).set(weights.subarray(row, row + rows));
  const calls: number[][] = [];
  for (let from = 0; from < rows; from += CALL_ROWS) {
    calls.push([
      places.rows + from * dims * 4,
      places.rowWeights + from * 4,
      row + from,
      Math.min(CALL_ROWS, rows - from),
      ...[places.panels, places.columnWeights, column, stride, dims],
      places.rowsFound + from * 12,
      row === column ? 0 : places.columnsFound + calls.length * stride * 12,
      places.scratch + from * 128,
    ]);
  }
  pool.run('nearestInBlock', calls);
  const rowKeys = pool.float32(places.rowsFound, rows * 3);
  const rowNumbers = pool.int32(places.rowsFound, rows * 3);
  for (let i = 0; i < rows; i++) {
    take(found, row + i, rowKeys[3 * i], rowKeys[3 * i + 1], rowNumbers[3 * i + 2]);
  }
  if (row === column) return;
  const keys = pool.float32(places.columnsFound, calls.length * stride * 3);
  const numbers = pool.int32(places.columnsFound, calls.length * stride * 3);
  for (let call = 0; call < calls.length; call++) {
    for (let c = 0; c < columns; c++) {
      const at = call * stride * 3 + (c >> 3) * 24 + (c & 7);
      take(found, column + c, keys[at], keys[at + 8], numbers[at + 16]);
    }
  }
}

function take(
  { keys, secondKeys, found }: NearestKeys,
  at: number,
  key: number,
  second: number,
  whose: number,
) {
  if (key < keys[at]) {
    secondKeys[at] = Math.min(keys[at], second);
    keys[at] = key;
    found[at] = whose;
  } else secondKeys[at] = Math.min(secondKeys[at], key);
}
