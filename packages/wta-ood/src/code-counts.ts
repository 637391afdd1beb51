import { kernelPool } from '@ganscout/kernels';
import { WASM_BINARY } from './wasm-binary.js';
import { type PackedCodes, padRows, type WtaHash } from './wta-hash.js';

/** Rows that one call works on, and calls that are handed over at once. */
const CALL_ROWS = 1024;
const BATCH_CALLS = 16;

/**
 * Counts for each source and hash how many images have each code.
 *
 * @param labels N, each in [0, sourceCount).
 * @returns S × H × K; divided by the size of the source these are the shares p_h(v).
 *
 * Cost: N · H additions, sixteen in one instruction for K = 2.
 */
export function countCodes(
  hash: WtaHash,
  codes: PackedCodes,
  labels: Int32Array,
  sourceCount: number,
): Int32Array {
  return codes.bitsPerCode === 1
    ? countBits(hash, codes, labels, sourceCount)
    : countWindows(hash, codes, labels, sourceCount);
}

/** K = 2: code 1 is a bit that is set. */
function countBits(
  { hashCount }: WtaHash,
  codes: PackedCodes,
  labels: Int32Array,
  sourceCount: number,
): Int32Array {
  const result = new Int32Array(sourceCount * hashCount * 2);
  const rowsOf: number[][] = Array.from({ length: sourceCount }, () => []);
  for (let i = 0; i < labels.length; i++) rowsOf[labels[i]].push(i);
  const pieces = rowsOf.flatMap((rows, source) =>
    Array.from({ length: Math.ceil(rows.length / CALL_ROWS) }, (_, i) => ({
      source,
      rows: rows.slice(i * CALL_ROWS, (i + 1) * CALL_ROWS),
    })),
  );
  for (let from = 0; from < pieces.length; from += BATCH_CALLS) {
    const some = pieces.slice(from, from + BATCH_CALLS);
    const pool = kernelPool(WASM_BINARY);
    pool.release();
    const calls = some.map(({ rows }) => {
      const { address, stride } = padRows(pool, codes, rows);
      return [address, stride, rows.length, pool.reserve(128), pool.reserve(stride * 8 * 4)];
    });
    pool.run('countOnes', calls);
    for (const [i, { source, rows }] of some.entries()) {
      const ones = pool.int32(calls[i][4], hashCount);
      const at = source * hashCount * 2;
      for (let h = 0; h < hashCount; h++) {
        result[at + 2 * h] += rows.length - ones[h];
        result[at + 2 * h + 1] += ones[h];
      }
    }
  }
  return result;
}

function countWindows(
  { hashCount, windowSize }: WtaHash,
  { rows, bytes, bytesPerRow, bitsPerCode: bits }: PackedCodes,
  labels: Int32Array,
  sourceCount: number,
): Int32Array {
  const counts = new Int32Array(sourceCount * hashCount * windowSize);
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  for (let i = 0; i < rows; i++) {
    const at = labels[i] * hashCount * windowSize;
    for (let h = 0; h < hashCount; h++) {
      const byte = bytes[i * bytesPerRow + Math.floor(h / perByte)];
      counts[at + h * windowSize + ((byte >> ((h % perByte) * bits)) & mask)]++;
    }
  }
  return counts;
}
