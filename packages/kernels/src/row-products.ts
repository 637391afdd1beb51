import { kernelPool } from './kernel-pool.js';
import { packPanels, panelStride } from './panels.js';
import { WASM_BINARY } from './wasm-binary.js';

/** Rows that one call works on, and calls that are handed over at once. */
const CALL_ROWS = 64;
const BATCH_CALLS = 32;

/**
 * Multiplies every row with every vector, in float32, and hands the products over in batches of rows.
 *
 * Each product adds in the order of the dimensions, so it depends on its row and its vector alone.
 *
 * @param rows N × D, row-major; not modified. @param vectors k × D, row-major; not modified.
 * @param visit gets the first row of the batch, the number of its rows, and their products: count × stride, row-major, of
 *   which the first k columns count. The array is overwritten by the next batch.
 * @throws {TypeError} if an array does not have whole rows of D.
 *
 * Cost: N · k · D multiplications, nearly 20 billion a second and thread; memory of k · (D + 2048) values.
 */
export function rowProducts(
  rows: Float32Array,
  vectors: Float32Array,
  dims: number,
  visit: (first: number, count: number, products: Float32Array, stride: number) => void,
): void {
  for (const [name, data] of [
    ['rows', rows],
    ['vectors', vectors],
  ] as const) {
    if (data.length % dims !== 0) {
      throw new TypeError(`rowProducts: ${name} must hold whole rows of ${dims} values, got ${data.length}`);
    }
  }
  const total = rows.length / dims;
  const count = vectors.length / dims;
  const stride = panelStride(count);
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const batchRows = Math.min(total, CALL_ROWS * BATCH_CALLS);
  const panels = pool.reserve(stride * dims * 4);
  const given = pool.reserve(batchRows * dims * 4);
  const made = pool.reserve(batchRows * stride * 4);
  packPanels(vectors, dims, pool.float32(panels, stride * dims));
  for (let first = 0; first < total; first += batchRows) {
    const size = Math.min(batchRows, total - first);
    pool.float32(given, size * dims).set(rows.subarray(first * dims, (first + size) * dims));
    const calls: number[][] = [];
    for (let at = 0; at < size; at += CALL_ROWS) {
      const some = Math.min(CALL_ROWS, size - at);
      calls.push([given + at * dims * 4, panels, made + at * stride * 4, some, dims, stride]);
    }
    pool.run('products', calls);
    visit(first, size, pool.float32(made, size * stride), stride);
  }
}
