import { type KernelPool, kernelPool } from '@ganscout/kernels';
import { RESIDUAL_FILTERS, type ResidualFilter } from './residual-maps.js';
import type { RgbImage } from './rgb-image.js';
import { WASM_BINARY } from './wasm-binary.js';

/** Values that a kernel takes at once. */
export const LANES = 8;

/**
 * Where the kernels find a band of an image: addresses in the memory of the calling thread.
 *
 * Planes and maps hold int16, three colors each, `mapBytes` apart, `stride` values a row, so that a filter is a sum of
 * shifted planes. What lies between the columns of an image and the stride, or in rows that are not there, holds whatever
 * was there before: it is read, and counts nowhere.
 */
export interface BandMemory {
  readonly pool: KernelPool;
  readonly stride: number;
  readonly strideBytes: number;
  readonly mapBytes: number;
  readonly bytes: number;
  readonly planes: number;
  readonly maps: number;
  readonly levels: number;
  readonly codes: number;
  readonly taps: number;
}

/**
 * Reserves memory for bands of an image; what was reserved before is given back.
 *
 * @param width columns of the image. @param rows most rows of the maps at once.
 */
export function reserveBand(width: number, rows: number): BandMemory {
  const pool = kernelPool(WASM_BINARY, 1);
  pool.release();
  // Blocks are read to their end, beyond the last column; planes have two rows more than maps.
  const stride = Math.ceil(width / LANES) * LANES + LANES;
  const mapBytes = (rows + 2) * stride * 2;
  const reserveMaps = () => pool.reserve(3 * mapBytes + stride * 2);
  return {
    pool,
    stride,
    strideBytes: stride * 2,
    mapBytes,
    bytes: pool.reserve((rows + 2) * width * 3),
    planes: reserveMaps(),
    maps: reserveMaps(),
    levels: reserveMaps(),
    codes: reserveMaps(),
    taps: pool.reserve(9 * 8),
  };
}

/** Splits pixel rows [start, start + rows) into planes red, green and blue. */
export function loadPlanes(memory: BandMemory, { width, data }: RgbImage, start: number, rows: number): void {
  const { pool, bytes, planes, mapBytes, stride } = memory;
  pool.uint8(bytes, rows * width * 3).set(data.subarray(start * width * 3, (start + rows) * width * 3));
  pool.run('splitColors', [[bytes, width, rows, planes, mapBytes, stride]]);
}

/** Filters the three planes to so many rows of the maps. */
export function filterPlanes(memory: BandMemory, filter: ResidualFilter, rows: number): void {
  const { pool, planes, maps, mapBytes, stride, taps } = memory;
  const given = filter.flatMap(([dy, dx, weight]) => [(dy * stride + dx) * 2, weight]);
  pool.int32(taps, given.length).set(given);
  const colors = [0, mapBytes, 2 * mapBytes];
  pool.run(
    'residuals',
    colors.map((color) => [planes + color, maps + color, rows * stride, taps, filter.length]),
  );
}

/** The largest magnitude that a filter gives on bytes. */
export function largestResidual(filter: ResidualFilter): number {
  return 255 * filter.reduce((sum, [, , weight]) => sum + Math.max(weight, 0), 0);
}

/** Number of filters. */
export const FILTERS = RESIDUAL_FILTERS.length;
