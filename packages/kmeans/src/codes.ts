import { type KernelPool, kernelPool } from '@ganscout/kernels';
import { meanByLabel } from '@ganscout/numeric';
import { WASM_BINARY } from './wasm-binary.js';

/**
 * Rows as 16-bit integers in the kernels' memory: a row less the mean is step · integers, within a known error.
 *
 * By the triangle inequality the distance of two codes is off by at most the sum of their errors, so it can exclude that one
 * distance is smaller than another; what it cannot exclude is left to the exact distance.
 */
export interface RowCodes {
  readonly pool: KernelPool;
  readonly rows: number;
  readonly dims: number;
  /** Row bytes of a code, a multiple of 16. */
  readonly rowBytes: number;
  /** Addresses of the codes and the facts. */
  readonly codes: number;
  readonly factsAddress: number;
  /** N × 4: twice the step, squared length (lowered by the rounding error), error, distance to the own centroid. */
  readonly facts: Float32Array;
  /** D, taken off every vector before it is coded. */
  readonly mean: Float32Array;
  /** Distances times this power of two are what the kernels compute with, so that squares stay in range. */
  readonly scale: number;
}

/** What a code says about the vector it stands for; scaled distances. */
export interface CodeFacts {
  step: number;
  square: number;
  error: number;
}

/** Length of the longest code: products of two of them fit in 32 bits. */
const LONGEST = 45000;
const LARGEST = 32767;
/** Covers what the kernel's float32 operations add up to, relative to the squared lengths. */
const SQUARE_SHRINK = 1 - 2 ** -20;
/** Covers values that float32 cannot hold apart from zero. */
const SMALLEST_ERROR = 1e-17;

/** A float32 that is not less than the value. */
export function roundUp(value: number): number {
  return Math.fround(value * (1 + 2 ** -22));
}

/** A float32 that is not more than the value, which is not negative. */
export function roundDown(value: number): number {
  return Math.fround(value * (1 - 2 ** -22));
}

/**
 * Codes the rows in memory of the kernels, of which it gives back all that was reserved before.
 *
 * @param data N × D, finite; not modified. @param vectors others that are to be coded later, such as start centroids.
 *
 * Cost: O(N · D); 2 · N · D bytes in the kernels' memory.
 */
export function codeRows(data: Float32Array, dims: number, vectors?: Float32Array): RowCodes {
  const rows = data.length / dims;
  const rowBytes = Math.ceil(dims / 8) * 16;
  const mean = meanByLabel(data, new Int32Array(rows), dims, 1);
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const codes = pool.reserve(rows * rowBytes);
  const factsAddress = pool.reserve(rows * 16);
  const facts = pool.float32(factsAddress, rows * 4);
  const farthest = Math.max(longest(data, mean), vectors === undefined ? 0 : longest(vectors, mean));
  const scale = farthest === 0 ? 1 : 2 ** -Math.ceil(Math.log2(farthest));
  const result = { pool, rows, dims, rowBytes, codes, factsAddress, facts, mean, scale };
  const into = int16(pool, codes, (rows * rowBytes) / 2).fill(0);
  const about = { step: 0, square: 0, error: 0 };
  for (let i = 0; i < rows; i++) {
    codeVector(data, i, result, into, (i * rowBytes) / 2, about);
    facts[i * 4] = 2 * about.step;
    facts[i * 4 + 1] = about.square;
    facts[i * 4 + 2] = about.error;
    facts[i * 4 + 3] = Number.POSITIVE_INFINITY;
  }
  return result;
}

/**
 * Codes one vector.
 *
 * @param index row of `vectors`. @param into overwritten from `at`, D values. @param about overwritten.
 */
export function codeVector(
  vectors: Float32Array,
  index: number,
  { mean, scale, dims }: Pick<RowCodes, 'mean' | 'scale' | 'dims'>,
  into: Int16Array,
  at: number,
  about: CodeFacts,
): void {
  const p = index * dims;
  let squared = 0;
  let largest = 0;
  for (let d = 0; d < dims; d++) {
    const value = (vectors[p + d] - mean[d]) * scale;
    squared += value * value;
    largest = Math.max(largest, Math.abs(value));
  }
  const step = roundUp(Math.max(Math.sqrt(squared) / LONGEST, largest / LARGEST));
  // Shorter than float32 can say; then the code is zero and all of it is error.
  const inverse = step < 1e-30 ? 0 : 1 / step;
  let length = 0;
  let error = 0;
  for (let d = 0; d < dims; d++) {
    const value = (vectors[p + d] - mean[d]) * scale;
    const code = Math.floor(value * inverse + 0.5);
    const rest = value - code * step;
    length += code * code;
    error += rest * rest;
    into[at + d] = code;
  }
  about.step = inverse === 0 ? 0 : step;
  about.square = roundDown(length * step * step * SQUARE_SHRINK);
  about.error = roundUp(Math.sqrt(error) * (1 + 1e-9) + SMALLEST_ERROR);
}

/** Values of 16 bits in the kernels' memory. */
export function int16(pool: KernelPool, address: number, length: number): Int16Array {
  return new Int16Array(pool.uint8(address, length * 2).buffer, address, length);
}

/** Upper bound of the distance of a vector from the mean. */
function longest(vectors: Float32Array, mean: Float32Array): number {
  const dims = mean.length;
  let largest = 0;
  for (let p = 0; p < vectors.length; p += dims) {
    for (let d = 0; d < dims; d++) largest = Math.max(largest, Math.abs(vectors[p + d] - mean[d]));
  }
  return largest * Math.sqrt(dims);
}
