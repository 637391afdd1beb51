import type { KernelPool } from '@ganscout/kernels';

/** Rows of float64 in the pool's memory: row-major, in panels of four, and their squared norms. */
export interface PackedRows {
  /** Multiple of 4. */
  readonly count: number;
  readonly dims: number;
  /** Addresses: count × D; count / 4 panels of D × 4; count. */
  readonly vectors: number;
  readonly panels: number;
  readonly norms: number;
}

/** The next multiple of 4. */
export function wholePanels(count: number): number {
  return Math.ceil(count / 4) * 4;
}

export function reserveRows(pool: KernelPool, count: number, dims: number): PackedRows {
  const [vectors, panels] = [pool.reserve(count * dims * 8), pool.reserve(count * dims * 8)];
  return { count, dims, vectors, panels, norms: pool.reserve(count * 8) };
}

/**
 * Copies rows relative to `origin`; rows of `into` that are left over become zero.
 *
 * @param rows places in `data`, at most into.count.
 */
export function packRows(
  pool: KernelPool,
  data: Float32Array,
  rows: ArrayLike<number>,
  origin: Float32Array,
  into: PackedRows,
): void {
  const { count, dims } = into;
  const vectors = pool.float64(into.vectors, count * dims);
  const panels = pool.float64(into.panels, count * dims);
  const norms = pool.float64(into.norms, count);
  for (let i = 0; i < count; i++) {
    const from = i < rows.length ? rows[i] * dims : -1;
    const panel = (i >> 2) * 4 * dims + (i & 3);
    let norm = 0;
    for (let d = 0; d < dims; d++) {
      const value = from === -1 ? 0 : data[from + d] - origin[d];
      vectors[i * dims + d] = value;
      panels[panel + 4 * d] = value;
      norm += value * value;
    }
    norms[i] = norm;
  }
}

/** Copies all rows relative to the first. */
export function packAllRows(pool: KernelPool, data: Float32Array, dims: number): PackedRows {
  const count = data.length / dims;
  const packed = reserveRows(pool, wholePanels(count), dims);
  packRows(pool, data, [...Array(count).keys()], data.slice(0, dims), packed);
  return packed;
}

/**
 * Writes exp(-gamma · squared distance) of each of `a` and each of `b`: for every four of `b` a panel of a.count × 4.
 *
 * @param panelBytes from one panel to the next at `out`.
 */
export function fillKernel(
  pool: KernelPool,
  a: PackedRows,
  b: PackedRows,
  gamma: number,
  out: number,
  panelBytes: number = a.count * 32,
): void {
  const calls: number[][] = [];
  for (let p = 0; p < b.count / 4; p++) {
    const panel = b.panels + p * b.dims * 32;
    calls.push([a.vectors, a.norms, a.count, panel, b.norms + p * 32, a.dims, gamma, out + p * panelBytes]);
  }
  pool.run('kernelValues', calls);
}
