/** Rows that need not be in memory all at once. */
export interface RowSource {
  readonly rows: number;
  readonly dims: number;
  /** Rows [from, to) as (to - from) × D, row-major; not to be written. */
  read(from: number, to: number): Float32Array;
}

/** Rows that are computed when they are asked for. */
export interface ComputedRows extends Omit<RowSource, 'read'> {
  read(from: number, to: number): Float32Array | Promise<Float32Array>;
}

/** Rows that are read at once. */
export const BATCH_ROWS = 2048;
/** Bytes of computed rows that are kept for a second reading. */
const KEPT_BYTES = 2 ** 26;

/** Rows of an array, N × D; a source stays as it is. Of an array that does not have whole rows, `rows` is no integer. */
export function rowsOf(data: Float32Array | RowSource, dims: number): RowSource {
  if (!(data instanceof Float32Array)) return data;
  return { rows: data.length / dims, dims, read: (from, to) => data.subarray(from * dims, to * dims) };
}

/** Rows [from, to) of a source, as a source. */
export function partOfRows({ dims, read }: RowSource, from: number, to: number): RowSource {
  return { rows: to - from, dims, read: (first, last) => read(from + first, from + last) };
}

/** Goes through the rows, 2048 at a time. */
export function* rowBatches({ rows, read }: RowSource): Iterable<Float32Array> {
  for (let from = 0; from < rows; from += BATCH_ROWS) yield read(from, Math.min(from + BATCH_ROWS, rows));
}

/**
 * Copies the given rows, in the given order. Rows that follow each other are read together.
 *
 * @throws {RangeError} if one is not there.
 */
export function pickRows(source: RowSource, rows: ArrayLike<number>): Float32Array {
  const { dims } = source;
  const picked = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; ) {
    const first = rows[i];
    let end = i + 1;
    while (end < rows.length && rows[end] === rows[end - 1] + 1) end++;
    const last = rows[end - 1];
    if (!Number.isInteger(first) || first < 0 || last >= source.rows) {
      const wrong = first >= 0 && first < source.rows && Number.isInteger(first) ? source.rows : first;
      throw new RangeError(`content whitening: rows must be in [0, ${source.rows}), got ${wrong}`);
    }
    picked.set(source.read(first, last + 1), i * dims);
    i = end;
  }
  return picked;
}

/** Keeps the first 64 MB that are read, so that they are computed once; the others are computed again. */
export function rememberRows({ rows, dims, read }: ComputedRows): ComputedRows {
  const kept = new Map<string, Float32Array>();
  let left = KEPT_BYTES;
  return {
    rows,
    dims,
    async read(from, to) {
      const place = `${from} ${to}`;
      const before = kept.get(place);
      if (before !== undefined) return before;
      const made = await read(from, to);
      if (made.byteLength > left) return made;
      kept.set(place, made);
      left -= made.byteLength;
      return made;
    },
  };
}
