import { bitsPerCode, type PackedCodes, packCodes, type WtaHash } from './wta-hash.js';

/** What the sums of counts are read from: one entry for each byte position, byte value and source. */
export interface AgreementTable {
  readonly sourceCount: number;
  readonly bytesPerRow: number;
  /** B × 256 × S: number of (image of the source, code in the byte) that agree with the byte value. */
  readonly agreements: Int32Array;
}

const BLOCK_ROWS = 256;

/**
 * Counts for each source and hash how many images have each code.
 *
 * @param labels N, each in [0, sourceCount).
 * @returns S × H × K; divided by the size of the source these are the shares p_h(v).
 *
 * Cost: O(N · H / 8) for K = 2 after hashing.
 */
export function countCodes(
  hash: WtaHash,
  codes: PackedCodes,
  labels: Int32Array,
  sourceCount: number,
): Int32Array {
  const histogram = byteHistogram(codes, labels, sourceCount);
  const { hashCount, windowSize } = hash;
  const { bytesPerRow, bitsPerCode: bits } = codes;
  const counts = new Int32Array(sourceCount * hashCount * windowSize);
  const perByte = 8 / bits;
  for (let s = 0; s < sourceCount; s++) {
    for (let h = 0; h < hashCount; h++) {
      const at = (s * bytesPerRow + Math.floor(h / perByte)) * 256;
      const shift = (h % perByte) * bits;
      for (let byte = 0; byte < 256; byte++) {
        const count = histogram[at + byte];
        if (count > 0)
          counts[(s * hashCount + h) * windowSize + ((byte >> shift) & ((1 << bits) - 1))] += count;
      }
    }
  }
  return counts;
}

/** S × B × 256: how many images of each source have each value of each byte of their packed codes. */
function byteHistogram(codes: PackedCodes, labels: Int32Array, sourceCount: number): Int32Array {
  const { rows, bytes, bytesPerRow } = codes;
  const histogram = new Int32Array(sourceCount * bytesPerRow * 256);
  for (let i = 0; i < rows; i++) {
    const start = labels[i] * bytesPerRow * 256;
    for (let b = 0; b < bytesPerRow; b++) histogram[start + b * 256 + bytes[i * bytesPerRow + b]]++;
  }
  return histogram;
}

/** Prepares sums of counts for every byte value. Cost: O(S · B · 256 · codes a byte). */
export function agreementTable(hash: WtaHash, counts: Int32Array, sourceCount: number): AgreementTable {
  const { hashCount, windowSize } = hash;
  const bits = bitsPerCode(windowSize);
  const perByte = 8 / bits;
  const bytesPerRow = Math.ceil((hashCount * bits) / 32) * 4;
  const agreements = new Int32Array(bytesPerRow * 256 * sourceCount);
  for (let h = 0; h < hashCount; h++) {
    const b = Math.floor(h / perByte);
    const shift = (h % perByte) * bits;
    for (let byte = 0; byte < 256; byte++) {
      const code = (byte >> shift) & ((1 << bits) - 1);
      if (code >= windowSize) continue;
      for (let s = 0; s < sourceCount; s++) {
        agreements[(b * 256 + byte) * sourceCount + s] += counts[(s * hashCount + h) * windowSize + code];
      }
    }
  }
  return { sourceCount, bytesPerRow, agreements };
}

/** Gets the first row of a block, the number of its rows and their sums, rows × S, overwritten afterwards. */
type VisitAgreements = (firstRow: number, rows: number, sums: Int32Array) => void;

/**
 * Visits blocks of rows with Σ_h n · p_h(code_h(x)) for each row x and source: the number of pairs
 * (image of the source, hash) whose codes agree with x's. An exact integer.
 *
 * Cost: O(N · S · H / 8) for K = 2 after hashing; memory O(S · H · 32) besides the block.
 */
export function forEachAgreementBlock(
  hash: WtaHash,
  table: AgreementTable,
  data: Float32Array,
  visit: VisitAgreements,
): void {
  const rows = data.length / hash.dims;
  const sums = new Int32Array(BLOCK_ROWS * table.sourceCount);
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const codes = packCodes(hash, data, first, Math.min(rows, first + BLOCK_ROWS));
    addAgreements(table, codes, 0, codes.rows, sums);
    visit(first, codes.rows, sums);
  }
}

/** The same for rows hashed before. */
export function forEachPackedBlock(table: AgreementTable, codes: PackedCodes, visit: VisitAgreements): void {
  const sums = new Int32Array(BLOCK_ROWS * table.sourceCount);
  for (let first = 0; first < codes.rows; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, codes.rows - first);
    addAgreements(table, codes, first, rows, sums);
    visit(first, rows, sums);
  }
}

/**
 * Agreements of each row with the images of its own source only.
 *
 * @param labels N, source of each row.
 * Cost: O(N · H / 8) for K = 2.
 */
export function ownAgreements(
  { agreements, bytesPerRow, sourceCount }: AgreementTable,
  codes: PackedCodes,
  labels: Int32Array,
): Int32Array {
  const sums = new Int32Array(codes.rows);
  for (let i = 0; i < codes.rows; i++) {
    const at = i * bytesPerRow;
    for (let b = 0; b < bytesPerRow; b++) {
      sums[i] += agreements[(b * 256 + codes.bytes[at + b]) * sourceCount + labels[i]];
    }
  }
  return sums;
}

/** Byte position outside, rows inside: the part of the table in use then stays in the nearest cache. */
function addAgreements(
  { sourceCount, bytesPerRow, agreements }: AgreementTable,
  { bytes }: PackedCodes,
  first: number,
  rows: number,
  sums: Int32Array,
): void {
  sums.fill(0);
  for (let b = 0; b < bytesPerRow; b++) {
    for (let i = 0; i < rows; i++) {
      const at = (b * 256 + bytes[(first + i) * bytesPerRow + b]) * sourceCount;
      const sum = i * sourceCount;
      for (let s = 0; s < sourceCount; s++) sums[sum + s] += agreements[at + s];
    }
  }
}
