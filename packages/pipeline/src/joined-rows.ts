import type { RowSource } from '@ganscout/extractor';

/** Rows of several sources, in an order of their own. */
export interface RowChoice {
  readonly sources: readonly RowSource[];
  /** N, for each row the source that has it. */
  readonly sourceOf: Int32Array;
  /** N, and where it is there. */
  readonly rowOf: Int32Array;
  readonly dims: number;
}

/**
 * Joins rows of several sources to one source, which reads each row where it is.
 *
 * Rows that follow each other in their source are read together.
 *
 * @throws {TypeError} if a source has rows of another length.
 *
 * Cost: 8 bytes a row; reading costs what the sources do, and a copy where more than one run of rows is read.
 */
export function joinRows({ sources, sourceOf, rowOf, dims }: RowChoice): RowSource {
  const other = sources.find((source) => source.rows > 0 && source.dims !== dims);
  if (other !== undefined)
    throw new TypeError(`joinRows: rows must have ${dims} values in every source, got ${other.dims}`);
  /** End of the run of rows that follow each other in one source. */
  const runEnd = (from: number, to: number): number => {
    let end = from + 1;
    while (end < to && sourceOf[end] === sourceOf[from] && rowOf[end] === (rowOf[end - 1] as number) + 1)
      end++;
    return end;
  };
  const readRun = (from: number, end: number): Float32Array => {
    const first = rowOf[from] as number;
    return (sources[sourceOf[from] as number] as RowSource).read(first, first + end - from);
  };
  const read = (from: number, to: number): Float32Array => {
    if (from < to && runEnd(from, to) === to) return readRun(from, to);
    const result = new Float32Array((to - from) * dims);
    for (let at = from; at < to; ) {
      const end = runEnd(at, to);
      result.set(readRun(at, end), (at - from) * dims);
      at = end;
    }
    return result;
  };
  return { rows: rowOf.length, dims, read };
}
