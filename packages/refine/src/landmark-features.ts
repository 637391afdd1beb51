import { type MatrixRows, rowProducts } from './matrix-product.js';
import type { RbfRows } from './rbf-kernel.js';

/** Rows handled at a time. */
export const BLOCK_ROWS = 128;

/**
 * Features of a row: its kernel values with m landmarks, then a constant 1. Computed block by block, so that
 * memory does not grow with the number of rows.
 */
export interface LandmarkFeatures {
  readonly rows: number;
  /** m + 1. */
  readonly width: number;
  /** m × m kernel matrix of the landmarks. */
  readonly landmarkKernel: Float64Array;
  /** Calls `visit` for each block; `features` (rows × width) is overwritten afterwards. */
  forEachBlock(visit: (first: number, features: MatrixRows) => void): void;
}

/**
 * Prepares kernel features on the given landmark rows.
 *
 * Squared distances are norms minus twice the dot product, in float64: of features far from 0 against their
 * distances few digits would remain, so rows are taken relative to the first landmark.
 *
 * Cost of a visit of all blocks: O(N · m · D).
 * Source: C. Williams, M. Seeger, "Using the Nyström method to speed up kernel machines", NIPS 13, 2001.
 */
export function landmarkFeatures(rows: RbfRows, landmarks: Int32Array): LandmarkFeatures {
  const { data, dims } = rows;
  const count = data.length / dims;
  const m = landmarks.length;
  const width = m + 1;
  const origin = data.subarray(landmarks[0] * dims, (landmarks[0] + 1) * dims);
  const points = new Float64Array(m * dims);
  for (let l = 0; l < m; l++) copyRelative(data, landmarks[l], origin, points, l);
  const pointRows = { data: points, start: 0, stride: dims, rows: m };
  const landmarkKernel = new Float64Array(m * m);
  fillKernel(pointRows, pointRows, rows, { data: landmarkKernel, start: 0, stride: m, rows: m });
  return {
    rows: count,
    width,
    landmarkKernel,
    forEachBlock(visit) {
      const block = new Float64Array(BLOCK_ROWS * dims);
      const features = new Float64Array(BLOCK_ROWS * width);
      for (let first = 0; first < count; first += BLOCK_ROWS) {
        const size = Math.min(BLOCK_ROWS, count - first);
        for (let i = 0; i < size; i++) copyRelative(data, first + i, origin, block, i);
        const result = { data: features, start: 0, stride: width, rows: size };
        fillKernel({ data: block, start: 0, stride: dims, rows: size }, pointRows, rows, result);
        for (let i = 0; i < size; i++) features[i * width + m] = 1;
        visit(first, result);
      }
    },
  };
}

function copyRelative(
  data: Float32Array,
  row: number,
  origin: Float32Array,
  out: Float64Array,
  at: number,
): void {
  const dims = origin.length;
  for (let d = 0; d < dims; d++) out[at * dims + d] = data[row * dims + d] - origin[d];
}

/** Writes exp(-gamma · squared distance) of each row of `a` and each of `b`. */
function fillKernel(a: MatrixRows, b: MatrixRows, { dims, gamma }: RbfRows, out: MatrixRows): void {
  rowProducts(a, b, dims, out);
  const normsA = squaredNorms(a, dims);
  const normsB = squaredNorms(b, dims);
  for (let i = 0; i < a.rows; i++) {
    const at = out.start + i * out.stride;
    for (let j = 0; j < b.rows; j++) {
      const squared = Math.max(0, normsA[i] + normsB[j] - 2 * out.data[at + j]);
      out.data[at + j] = Math.exp(-gamma * squared);
    }
  }
}

function squaredNorms({ data, start, stride, rows }: MatrixRows, dims: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = start + i * stride;
    for (let d = 0; d < dims; d++) norms[i] += data[p + d] * data[p + d];
  }
  return norms;
}
