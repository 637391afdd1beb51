/** Columns of a matrix product that onnxruntime gives to a thread at the least. */
const COLUMN_BLOCK = 16;
/** A thread with at most 64 columns, four blocks, adds in longer runs than one with more, which changes the rounding. */
const FEWEST_BLOCKS = 5;

/**
 * Threads, at most so many, on which products of matrices of `rows` rows and more give the same bits as on one.
 *
 * onnxruntime splits a product with more columns than rows by columns, any other by rows, and a split by rows changes
 * nothing. So a width in question is larger than `rows`, and the shares of its columns must not become too narrow.
 *
 * @param threads at least 1. @param rows fewest rows of a product, such as the size of a batch.
 * @returns at least 1 and at most `threads`: 3 for 256 rows.
 *
 * Source: partition and strides of onnxruntime's sgemm (MLAS); a test compares the bits.
 */
export function reproducibleThreads(threads: number, rows: number): number {
  const fewestBlocks = Math.floor(rows / COLUMN_BLOCK) + 1;
  return Math.max(1, Math.min(threads, Math.floor(fewestBlocks / FEWEST_BLOCKS)));
}
