import { createRandom } from '@ganscout/numeric';

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
 * Cost: O(rows · H · K).
 */
export function packCodes(hash: WtaHash, data: Float32Array, from: number, to: number): PackedCodes {
  const { dims, hashCount, windowSize } = hash;
  const bits = bitsPerCode(windowSize);
  const bytesPerRow = Math.ceil((hashCount * bits) / 32) * 4;
  const bytes = new Uint8Array((to - from) * bytesPerRow);
  const pack = windowSize === 2 ? packPairs : packWindows;
  for (let i = from; i < to; i++) pack(hash, data, i * dims, bytes, (i - from) * bytesPerRow);
  return { rows: to - from, bytesPerRow, bitsPerCode: bits, bytes };
}

// Reading the sign of a difference through memory avoids a branch that no processor can predict.
const difference = new Float64Array(1);
const differenceWords = new Int32Array(difference.buffer);

/** K = 2: the code is the sign bit of first - second, which is set exactly if the second is larger. */
function packPairs(hash: WtaHash, data: Float32Array, p: number, bytes: Uint8Array, at: number): void {
  const { axes, hashCount } = hash;
  for (let h = 0; h < hashCount; h++) {
    // Adding 0 turns the -0 of (-0) - 0 into 0.
    difference[0] = data[p + axes[2 * h]] - data[p + axes[2 * h + 1]] + 0;
    bytes[at + (h >> 3)] |= (differenceWords[1] >>> 31) << (h & 7);
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
