import type { KernelPool } from '@ganscout/kernels';
import { claimPool } from './kernel-memory.js';
import { fillKernel, packRows, reserveRows, wholePanels } from './packed-rows.js';
import type { RbfRows } from './rbf-kernel.js';

/** Rows of a block; a multiple of 16. */
export const BLOCK_ROWS = 256;

/**
 * Features of a row: its kernel values with m landmarks, then a constant 1. Computed block by block, so that memory does
 * not grow with the number of rows. They are in the memory of `pool` and hold until another claims the pool.
 */
export interface LandmarkFeatures {
  readonly rows: number;
  /** m + 1. */
  readonly width: number;
  /** Width rounded up to a multiple of 4; features beyond the width are 0. */
  readonly stride: number;
  /** m × m kernel matrix of the landmarks. */
  readonly landmarkKernel: Float64Array;
  readonly pool: KernelPool;
  /** Calls `visit` for each block; the block is overwritten afterwards. */
  forEachBlock(layout: PanelLayout, visit: (block: FeatureBlock) => void): void;
}

/**
 * How a block lies in memory. With 'columns' each panel has four features of all rows: feature d of row i is at
 * ((d >> 2) · BLOCK_ROWS + i) · 4 + (d & 3). With 'rows' each panel has all features of four rows: it is at
 * ((i >> 2) · stride + d) · 4 + (i & 3).
 */
export type PanelLayout = 'columns' | 'rows';

/** Features of rows that follow each other, with place for `BLOCK_ROWS`: beyond the size 0 with 'columns', any with 'rows'. */
export interface FeatureBlock {
  readonly first: number;
  readonly size: number;
  readonly address: number;
  readonly values: Float64Array;
}

/**
 * Prepares kernel features on the given landmark rows.
 *
 * Squared distances are norms minus twice the dot product, in float64: of features far from 0 against their
 * distances few digits would remain, so rows are taken relative to the first landmark.
 *
 * Cost of a visit of all blocks: O(N · m · D).
 * Source: C. Williams, M. Seeger, "Using the Nyström method to speed up kernel machines", NIPS 13, 2001.
 */
export function landmarkFeatures(rows: RbfRows, landmarks: Int32Array): LandmarkFeatures {
  const { data, dims, gamma } = rows;
  const total = data.length / dims;
  const m = landmarks.length;
  const stride = wholePanels(m + 1);
  const origin = data.slice(landmarks[0] * dims, (landmarks[0] + 1) * dims);
  const pool = claimPool(rows);
  const points = reserveRows(pool, wholePanels(m), dims);
  const block = reserveRows(pool, BLOCK_ROWS, dims);
  const address = pool.reserve(stride * BLOCK_ROWS * 8);
  packRows(pool, data, landmarks, origin, points);
  return {
    rows: total,
    width: m + 1,
    stride,
    landmarkKernel: landmarkMatrix(),
    pool,
    forEachBlock(layout, visit) {
      const values = pool.float64(address, stride * BLOCK_ROWS);
      for (let first = 0; first < total; first += BLOCK_ROWS) {
        const size = Math.min(BLOCK_ROWS, total - first);
        const own = Int32Array.from({ length: size }, (_, i) => first + i);
        packRows(pool, data, own, origin, block);
        if (layout === 'columns') {
          fillKernel(pool, block, points, gamma, address);
          completeColumns(values, m, size);
        } else {
          fillKernel(pool, points, block, gamma, address, stride * 32);
          completeRows(values, m, stride);
        }
        visit({ first, size, address, values });
      }
    },
  };

  function landmarkMatrix(): Float64Array {
    const panels = pool.reserve(points.count ** 2 * 8);
    fillKernel(pool, points, points, gamma, panels);
    const values = pool.float64(panels, points.count ** 2);
    const matrix = new Float64Array(m * m);
    for (let r = 0; r < m; r++) {
      for (let c = 0; c < m; c++) {
        matrix[r * m + c] = values[((c >> 2) * points.count + r) * 4 + (c & 3)];
      }
    }
    return matrix;
  }
}

/** Writes the constant after m features, and zeros to the end of its panel and in rows from `size` on. */
function completeColumns(values: Float64Array, m: number, size: number): void {
  const last = (m >> 2) * BLOCK_ROWS * 4;
  for (let i = 0; i < size; i++) {
    for (let lane = m & 3; lane < 4; lane++) values[last + i * 4 + lane] = lane === (m & 3) ? 1 : 0;
  }
  if (size === BLOCK_ROWS) return;
  for (let panel = 0; panel <= last; panel += BLOCK_ROWS * 4) {
    values.fill(0, panel + size * 4, panel + BLOCK_ROWS * 4);
  }
}

/** Writes the constant after m features of every row, and zeros to the end of its panel. */
function completeRows(values: Float64Array, m: number, stride: number): void {
  for (let panel = 0; panel < stride * BLOCK_ROWS; panel += stride * 4) {
    values.fill(1, panel + m * 4, panel + (m + 1) * 4);
    values.fill(0, panel + (m + 1) * 4, panel + stride * 4);
  }
}
