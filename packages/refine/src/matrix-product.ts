/** Rows of a row-major matrix: element d of row i is `data[start + i * stride + d]`. */
export interface MatrixRows {
  readonly data: Float64Array;
  readonly start: number;
  readonly stride: number;
  readonly rows: number;
}

/**
 * Dot products of each row of `a` with each row of `b`, over their first `depth` elements.
 *
 * Two rows by four at a time, so that a loaded value is used more than once. Each sum runs in index order.
 *
 * @param out overwritten: a.rows × b.rows at its start and stride.
 *
 * Cost: O(a.rows · b.rows · depth).
 */
export function rowProducts(a: MatrixRows, b: MatrixRows, depth: number, out: MatrixRows): void {
  const evenRows = a.rows - (a.rows % 2);
  const fourRows = b.rows - (b.rows % 4);
  for (let i = 0; i < evenRows; i += 2) {
    for (let j = 0; j < fourRows; j += 4) twoByFour(a, i, b, j, depth, out);
    for (let j = fourRows; j < b.rows; j++) {
      out.data[out.start + i * out.stride + j] = dot(a, i, b, j, depth);
      out.data[out.start + (i + 1) * out.stride + j] = dot(a, i + 1, b, j, depth);
    }
  }
  for (let i = evenRows; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) out.data[out.start + i * out.stride + j] = dot(a, i, b, j, depth);
  }
}

/** Dot product of row i of `a` and row j of `b`. */
export function dot(a: MatrixRows, i: number, b: MatrixRows, j: number, depth: number): number {
  const p = a.start + i * a.stride;
  const q = b.start + j * b.stride;
  let sum = 0;
  for (let d = 0; d < depth; d++) sum += a.data[p + d] * b.data[q + d];
  return sum;
}

/** A kernel: eight sums written out, so that they stay in registers. */
function twoByFour(a: MatrixRows, i: number, b: MatrixRows, j: number, depth: number, out: MatrixRows): void {
  const x = a.data;
  const y = b.data;
  const p0 = a.start + i * a.stride;
  const p1 = p0 + a.stride;
  const q0 = b.start + j * b.stride;
  const q1 = q0 + b.stride;
  const q2 = q1 + b.stride;
  const q3 = q2 + b.stride;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let d = 0; d < depth; d++) {
    const u = x[p0 + d];
    const v = x[p1 + d];
    const y0 = y[q0 + d];
    const y1 = y[q1 + d];
    const y2 = y[q2 + d];
    const y3 = y[q3 + d];
    s00 += u * y0;
    s01 += u * y1;
    s02 += u * y2;
    s03 += u * y3;
    s10 += v * y0;
    s11 += v * y1;
    s12 += v * y2;
    s13 += v * y3;
  }
  const at = out.start + i * out.stride + j;
  const below = at + out.stride;
  out.data[at] = s00;
  out.data[at + 1] = s01;
  out.data[at + 2] = s02;
  out.data[at + 3] = s03;
  out.data[below] = s10;
  out.data[below + 1] = s11;
  out.data[below + 2] = s12;
  out.data[below + 3] = s13;
}
