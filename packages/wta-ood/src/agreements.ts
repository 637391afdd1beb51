import { type KernelPool, kernelPool } from '@ganscout/kernels';
import { WASM_BINARY } from './wasm-binary.js';
import { type PackedCodes, takeCodes, type WtaHash } from './wta-hash.js';

/** Sources that the kernel sums at once. */
const GROUP = 4;
/** Rows that one call works on. */
const CALL_ROWS = 512;
/** Bytes of a packed code whose tables one call fills. */
const CALL_BYTES = 32;
/** Packed codes, and sums, that are held at once. */
const BATCH_BYTES = 1 << 22;
const BATCH_SUMS = 1 << 21;

/** How many images of each source have each code. */
export interface CodeCounts {
  readonly hash: WtaHash;
  readonly sourceCount: number;
  /** S × H × K. */
  readonly counts: Int32Array;
}

/** Rows whose codes and sums are held at once by what walks many. */
export function batchRows(bytesPerRow: number, sourceCount: number): number {
  return Math.max(64, Math.min(Math.floor(BATCH_BYTES / bytesPerRow), Math.floor(BATCH_SUMS / sourceCount)));
}

/**
 * Adds up, for each row x and source, Σ_h n · p_h(code_h(x)): the number of pairs (image of the source, hash) whose codes
 * agree with x's. An exact integer.
 *
 * @param codes packed with the hash of the counts; `batchRows` of them at most, so that memory stays small.
 * @returns N × S.
 *
 * Cost: N · S · H / 8 additions for K = 2, four in one instruction, and S · H · 32 for tables.
 */
export function agreementsOf(shares: CodeCounts, codes: PackedCodes): Int32Array {
  const { sourceCount } = shares;
  const sums = new Int32Array(codes.rows * sourceCount);
  const group = openGroups(shares, codes, codes.rows);
  group.pool.uint8(group.codes, codes.bytes.length).set(codes.bytes);
  for (let first = 0; first < sourceCount; first += GROUP) {
    const own = sumGroup(group, first, codes.rows);
    const sources = Math.min(GROUP, sourceCount - first);
    for (let i = 0; i < codes.rows; i++) {
      for (let s = 0; s < sources; s++) sums[i * sourceCount + first + s] = own[i * GROUP + s];
    }
  }
  return sums;
}

/**
 * Agreements of each row with the images of its own source only.
 *
 * @param labels N, source of each row.
 *
 * Cost: N · H / 2 additions for K = 2, four in one instruction.
 */
export function ownAgreements(shares: CodeCounts, codes: PackedCodes, labels: Int32Array): Int32Array {
  const sums = new Int32Array(codes.rows);
  const most = Math.min(codes.rows, batchRows(codes.bytesPerRow, GROUP));
  const group = openGroups(shares, codes, most);
  const rowsOf: number[][] = Array.from({ length: Math.ceil(shares.sourceCount / GROUP) }, () => []);
  for (let i = 0; i < codes.rows; i++) rowsOf[Math.floor(labels[i] / GROUP)].push(i);
  for (const [g, rows] of rowsOf.entries()) {
    for (let from = 0; from < rows.length; from += most) {
      const some = rows.slice(from, from + most);
      const taken = takeCodes(codes, some).bytes;
      group.pool.uint8(group.codes, taken.length).set(taken);
      const own = sumGroup(group, g * GROUP, some.length);
      for (const [i, row] of some.entries()) sums[row] = own[i * GROUP + (labels[row] % GROUP)];
    }
  }
  return sums;
}

/** Where the kernels find counts, tables, codes and sums of one group. */
interface GroupMemory {
  readonly pool: KernelPool;
  readonly shares: CodeCounts;
  readonly bytesPerRow: number;
  readonly bits: number;
  readonly counts: number;
  readonly table: number;
  readonly codes: number;
  readonly sums: number;
}

function openGroups(
  shares: CodeCounts,
  { bytesPerRow, bitsPerCode: bits }: PackedCodes,
  rows: number,
): GroupMemory {
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  return {
    pool,
    shares,
    bytesPerRow,
    bits,
    counts: pool.reserve(bytesPerRow * (8 / bits) * (1 << bits) * GROUP * 4),
    table: pool.reserve(bytesPerRow * 256 * GROUP * 4),
    codes: pool.reserve(rows * bytesPerRow),
    sums: pool.reserve(rows * GROUP * 4),
  };
}

/** Sums of sources from `first` on for the rows whose codes are in place, rows × 4: a view, overwritten by the next call. */
function sumGroup({ pool, shares, ...memory }: GroupMemory, first: number, rows: number): Int32Array {
  const { bytesPerRow, bits, counts, table, codes, sums } = memory;
  placeCounts(pool.int32(counts, bytesPerRow * (8 / bits) * (1 << bits) * GROUP), shares, first, 1 << bits);
  const fills: number[][] = [];
  for (let b = 0; b < bytesPerRow; b += CALL_BYTES) {
    fills.push([counts, bits, b, Math.min(bytesPerRow, b + CALL_BYTES), table]);
  }
  pool.run('fillTable', fills);
  const calls: number[][] = [];
  for (let at = 0; at < rows; at += CALL_ROWS) {
    const some = Math.min(CALL_ROWS, rows - at);
    calls.push([table, codes + at * bytesPerRow, bytesPerRow, some, sums + at * GROUP * 4]);
  }
  pool.run('addAgreements', calls);
  return pool.int32(sums, rows * GROUP);
}

/** Lays the counts of a group out: hash, code, source. @param codes that a packed code's bits can tell apart. */
function placeCounts(
  into: Int32Array,
  { hash: { hashCount, windowSize }, sourceCount, counts }: CodeCounts,
  first: number,
  codes: number,
): void {
  into.fill(0);
  for (let s = first; s < Math.min(sourceCount, first + GROUP); s++) {
    for (let h = 0; h < hashCount; h++) {
      const at = (s * hashCount + h) * windowSize;
      for (let code = 0; code < windowSize; code++) {
        into[(h * codes + code) * GROUP + s - first] = counts[at + code];
      }
    }
  }
}
