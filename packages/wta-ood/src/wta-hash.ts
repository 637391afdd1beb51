import { type KernelPool, kernelPool } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { WASM_BINARY } from './wasm-binary.js';

/** H hash functions: hash h looks at features axes[h · K] … axes[h · K + K - 1]. */
export interface WtaHash {
  readonly dims: number;
  readonly hashCount: number;
  readonly windowSize: number;
  /** H × K, each in [0, dims); distinct within a hash. */
  readonly axes: Int32Array;
}

/**
 * Codes of N rows, packed: 1, 2 or 4 bits a code (K = 2, K ≤ 4, K ≤ 16), so 8, 4 or 2 codes a byte.
 *
 * A row takes a multiple of four bytes; what is left over is 0.
 */
export interface PackedCodes {
  readonly rows: number;
  readonly bytesPerRow: number;
  readonly bitsPerCode: 1 | 2 | 4;
  readonly bytes: Uint8Array;
}

/**
 * Draws H random permutations of the axes; of each only its first K axes matter, and only they are drawn.
 *
 * @throws {RangeError} if there are fewer features than the window is wide.
 */
export function createWtaHash(dims: number, hashCount: number, windowSize: number, seed: number): WtaHash {
  if (dims < windowSize) {
    throw new RangeError(`createWtaHash: dims must be at least windowSize ${windowSize}, got ${dims}`);
  }
  const random = createRandom(seed, 'wta-ood/hash');
  const axes = new Int32Array(hashCount * windowSize);
  const order = Int32Array.from({ length: dims }, (_, d) => d);
  for (let h = 0; h < hashCount; h++) {
    for (let w = 0; w < windowSize; w++) {
      const other = w + random.integer(dims - w);
      const axis = order[other];
      order[other] = order[w];
      order[w] = axis;
      axes[h * windowSize + w] = axis;
    }
  }
  return { dims, hashCount, windowSize, axes };
}

/**
 * Winner-take-all codes of each row: the position in [0, K) of the largest feature of each window.
 *
 * Ties go to the lower position.
 *
 * @param data N × D, finite; not modified.
 * @returns N × H.
 *
 * Source: J. Yagnik, D. Strelow, D. Ross, R. Lin, "The power of comparative reasoning", ICCV 2011, algorithm 1.
 */
export function wtaCodes(hash: WtaHash, data: Float32Array): Uint8Array {
  const { hashCount } = hash;
  const { rows, bytes, bytesPerRow, bitsPerCode } = packCodes(hash, data, 0, data.length / hash.dims);
  const perByte = 8 / bitsPerCode;
  const codes = new Uint8Array(rows * hashCount);
  for (let i = 0; i < rows; i++) {
    for (let h = 0; h < hashCount; h++) {
      const byte = bytes[i * bytesPerRow + Math.floor(h / perByte)];
      codes[i * hashCount + h] = (byte >> ((h % perByte) * bitsPerCode)) & ((1 << bitsPerCode) - 1);
    }
  }
  return codes;
}

/** Bits that hold one code of a window of this size. */
export function bitsPerCode(windowSize: number): 1 | 2 | 4 {
  if (windowSize === 2) return 1;
  return windowSize <= 4 ? 2 : 4;
}

/**
 * Hashes rows `from` … `to` - 1. Code h is in byte h · bits / 8, lowest bits first.
 *
 * Cost: O(rows · H · K); for K = 2 by the kernel `pairCodes`.
 */
export function packCodes(hash: WtaHash, data: Float32Array, from: number, to: number): PackedCodes {
  const { dims, hashCount, windowSize } = hash;
  const bits = bitsPerCode(windowSize);
  const bytesPerRow = Math.ceil((hashCount * bits) / 32) * 4;
  const bytes = new Uint8Array((to - from) * bytesPerRow);
  if (windowSize === 2) packPairs(hash, data.subarray(from * dims, to * dims), bytes, bytesPerRow);
  else for (let i = from; i < to; i++) packWindows(hash, data, i * dims, bytes, (i - from) * bytesPerRow);
  return { rows: to - from, bytesPerRow, bitsPerCode: bits, bytes };
}

/** Rows `first` … `first + rows` - 1, a view. */
export function sliceCodes(codes: PackedCodes, first: number, rows: number): PackedCodes {
  const { bytes, bytesPerRow } = codes;
  return { ...codes, rows, bytes: bytes.subarray(first * bytesPerRow, (first + rows) * bytesPerRow) };
}

/** Copies the given rows. */
export function takeCodes(codes: PackedCodes, rows: readonly number[] | Int32Array): PackedCodes {
  const { bytes, bytesPerRow } = codes;
  const taken = new Uint8Array(rows.length * bytesPerRow);
  for (const [i, row] of rows.entries()) {
    taken.set(bytes.subarray(row * bytesPerRow, (row + 1) * bytesPerRow), i * bytesPerRow);
  }
  return { ...codes, rows: rows.length, bytes: taken };
}

/** Copies rows of packed codes to a kernel's memory, each with zeros to a multiple of 16 bytes. */
export function padRows(
  pool: KernelPool,
  { bytes, bytesPerRow }: PackedCodes,
  rows: readonly number[],
): { readonly address: number; readonly stride: number } {
  const stride = Math.ceil(bytesPerRow / 16) * 16;
  const address = pool.reserve(rows.length * stride);
  const padded = pool.uint8(address, rows.length * stride);
  if (stride > bytesPerRow) padded.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * bytesPerRow;
    padded.set(bytes.subarray(at, at + bytesPerRow), i * stride);
  }
  return { address, stride };
}

/** Rows that a call of the kernel `pairCodes` takes, and calls that are handed over at once. */
const CALL_ROWS = 16;
const BATCH_CALLS = 64;

/** K = 2: the bit is set exactly if the second feature is larger. */
function packPairs(
  { axes, dims, hashCount }: WtaHash,
  data: Float32Array,
  bytes: Uint8Array,
  bytesPerRow: number,
): void {
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const rows = data.length / dims;
  const batch = CALL_ROWS * BATCH_CALLS;
  const given = pool.reserve(bytesPerRow * 8 * 8);
  const features = pool.reserve(batch * dims * 4);
  const columns = pool.reserve(batch * dims * 4);
  const made = pool.reserve(batch * bytesPerRow);
  // Places without a hash compare axis 0 with itself.
  const placed = pool.int32(given, bytesPerRow * 16).fill(0);
  for (let i = 0; i < 2 * hashCount; i++) placed[i] = axes[i] * CALL_ROWS * 4;
  for (let first = 0; first < rows; first += batch) {
    const some = Math.min(batch, rows - first);
    pool.float32(features, some * dims).set(data.subarray(first * dims, (first + some) * dims));
    const calls = Array.from({ length: Math.ceil(some / CALL_ROWS) }, (_, c) => {
      const block = c * CALL_ROWS;
      return [
        ...[features + block * dims * 4, dims, given, bytesPerRow],
        ...[columns + block * dims * 4, made + block * bytesPerRow],
      ];
    });
    pool.run('pairCodes', calls);
    bytes.set(pool.uint8(made, some * bytesPerRow), first * bytesPerRow);
  }
}

function packWindows(hash: WtaHash, data: Float32Array, p: number, bytes: Uint8Array, at: number): void {
  const { axes, hashCount, windowSize } = hash;
  const bits = bitsPerCode(windowSize);
  const perByte = 8 / bits;
  for (let h = 0; h < hashCount; h++) {
    let code = 0;
    let largest = data[p + axes[h * windowSize]];
    for (let w = 1; w < windowSize; w++) {
      const value = data[p + axes[h * windowSize + w]];
      if (value > largest) {
        largest = value;
        code = w;
      }
    }
    bytes[at + Math.floor(h / perByte)] |= code << ((h % perByte) * bits);
  }
}
