import type { KernelPool } from '@ganscout/kernels';
import { claimPool } from './kernel-memory.js';
import { packAllRows, wholePanels } from './packed-rows.js';
import type { RbfRows } from './rbf-kernel.js';

/** Rows, and columns, of the block that one call of the kernel fills: both lie in a core's cache. */
const BLOCK_ROWS = 256;
const SCRATCH = 128;

/** All kernel values between rows, in the memory of `pool` until another claims it. */
export interface KernelMatrix {
  readonly pool: KernelPool;
  /** stride × stride, float32, row-major; finite beyond the rows. */
  readonly address: number;
  /** N rounded up to a multiple of 4. */
  readonly stride: number;
}

/** Memory of the matrix of `count` rows, without the copies of the rows. */
export function kernelMatrixMegabytes(count: number): number {
  return (wholePanels(count) ** 2 * 4) / 2 ** 20;
}

/**
 * Computes the kernel matrix in float64 and rounds it. The same values as those of `createKernelRows`.
 *
 * Cost: O(N² · D). Memory: the matrix, and 16 · N · D bytes for the rows.
 */
export function fillKernelMatrix({ data, dims, gamma }: RbfRows): KernelMatrix {
  const pool = claimPool({});
  const { count: stride, vectors, panels, norms } = packAllRows(pool, data, dims);
  const blocks = Math.ceil(stride / BLOCK_ROWS);
  const scratch = pool.reserve(blocks * SCRATCH);
  const address = pool.reserve(stride * stride * 4);
  const starts = Array.from({ length: blocks }, (_, block) => block * BLOCK_ROWS);
  const sizeAt = (first: number) => Math.min(BLOCK_ROWS, stride - first);
  for (const row of starts) {
    const own = [vectors + row * dims * 8, norms + row * 8, sizeAt(row)];
    const calls = starts.map((column, i) => [
      ...own,
      ...[panels + column * dims * 8, norms + column * 8, sizeAt(column) / 4, dims, gamma],
      ...[scratch + i * SCRATCH, address + (row * stride + column) * 4, stride * 4],
    ]);
    pool.run('kernelBlock', calls);
  }
  return { pool, address, stride };
}
