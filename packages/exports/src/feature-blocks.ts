import type { FeatureSet } from '@ganscout/data-model';

/** Rows that are read at once. */
const BLOCK_ROWS = 4096;

/**
 * Reads features block by block, so that they are never in memory as a whole; at least one block, also of no rows.
 *
 * @param read as `CaseView` has it. @param rows in the order wanted.
 */
export async function* readBlocks(
  read: (rows: Int32Array) => Promise<FeatureSet>,
  rows: Int32Array,
): AsyncIterable<FeatureSet> {
  let start = 0;
  do {
    yield await read(rows.subarray(start, start + BLOCK_ROWS));
    start += BLOCK_ROWS;
  } while (start < rows.length);
}

/** 0 … count - 1 */
export function allRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}
