import type { FeatureSet } from '@ganscout/data-model';
import { rowProducts } from '@ganscout/kernels';
import { squaredDistanceWithin } from './squared-distance.js';

/** Half the distance from 1 to the next value of float32, and its smallest normal value. */
const UNIT = 2 ** -24;
const SMALLEST = 2 ** -126;

/** Products of rows held at a time, as number of values. */
const HELD = 2 ** 23;

/**
 * Rows, and how far they are from each other: squared distance = weight + weight - 2 · product.
 *
 * A product p in float32 says of rows i and j that their squared distance less row i's weight is at least
 * `lowest[j] - 2 p - slack(i)` and at most `highest[j] - 2 p + slack(i)`.
 */
export interface RowSpace {
  readonly count: number;
  readonly dims: number;
  /** N × D. */
  readonly rows: Float32Array;
  /** N, squared length; 1 by cosine. */
  readonly weights: Float64Array;
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  slack(i: number): number;
  /** In float64. */
  squaredDistance(i: number, j: number): number;
}

/** The rows by Euclidean distance. Cost: memory of 2 · N · D values more. */
export function euclideanSpace({ data, dims, ids }: FeatureSet): RowSpace {
  const values = Float64Array.from(data);
  const weights = Float64Array.from(ids, (_, row) => dot(values, row * dims, values, row * dims, dims));
  const squaredDistance = (i: number, j: number) =>
    squaredDistanceWithin(values, i * dims, j * dims, dims, Number.POSITIVE_INFINITY);
  return rowSpace(data, dims, weights, squaredDistance);
}

/** The rows at unit length by 2 - 2 · cosine, which is 2 for a row of zeros and any other. */
export function cosineSpace({ data, dims, ids }: FeatureSet): RowSpace {
  const rows = unitRows(data, dims);
  const values = Float64Array.from(data);
  divideByLengths(data, values, dims);
  const weights = new Float64Array(ids.length).fill(1);
  const squaredDistance = (i: number, j: number) => 2 - 2 * dot(values, i * dims, values, j * dims, dims);
  return rowSpace(rows, dims, weights, squaredDistance);
}

/**
 * Source of the bound of a product of D terms, 1.01 · D · 2⁻²⁴ · |x| · |y|: N. Higham, "Accuracy and Stability of Numerical
 * Algorithms", 2nd edition, section 3.1. More is added for the rounding of rows,
 * weights and distances.
 */
function rowSpace(
  rows: Float32Array,
  dims: number,
  weights: Float64Array,
  squaredDistance: RowSpace['squaredDistance'],
): RowSpace {
  const error = productError(dims);
  return {
    count: weights.length,
    dims,
    rows,
    weights,
    lowest: weights.map((weight) => weight * (1 - error)),
    highest: weights.map((weight) => weight * (1 + error)),
    slack: (i) => weights[i] * error + dims * SMALLEST,
    squaredDistance,
  };
}

/** How far a product in float32 of two rows may be from the true one, as a share of their lengths' product. */
export function productError(dims: number): number {
  return UNIT * (1.02 * dims + 16);
}

/** The rows divided by their lengths; a row of zeros stays. N × D, a new array. */
export function unitRows(data: Float32Array, dims: number): Float32Array {
  const unit = new Float32Array(data.length);
  divideByLengths(data, unit, dims);
  return unit;
}

/** Writes the rows at unit length to `into`, overwritten; a row of zeros stays. */
function divideByLengths(data: Float32Array, into: Float32Array | Float64Array, dims: number): void {
  for (let row = 0; row < data.length; row += dims) {
    const length = Math.sqrt(dot(data, row, data, row, dims));
    for (let at = row; at < row + dims; at++) into[at] = length === 0 ? 0 : data[at] / length;
  }
}

/** Product, in float64, of the vector that begins at `p` of one array and the one at `q` of another. */
export function dot(
  first: Float32Array | Float64Array,
  p: number,
  second: Float32Array | Float64Array,
  q: number,
  dims: number,
): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += first[p + d] * second[q + d];
  return sum;
}

/**
 * Hands over, for each of the given rows, its products with all rows, in float32.
 *
 * @param visit gets a row and N products, which are overwritten later.
 *
 * Cost: N · D multiplications a given row, on the kernels' threads; memory of 8 million products, or N if that is more.
 */
export function visitProducts(
  { rows, dims, count }: RowSpace,
  given: Int32Array,
  visit: (row: number, products: Float32Array) => void,
): void {
  const block = Math.max(1, Math.min(2048, Math.floor(HELD / Math.max(1, count))));
  for (let from = 0; from < given.length; from += block) {
    const some = given.subarray(from, from + block);
    const vectors = new Float32Array(some.length * dims);
    some.forEach((row, i) => void vectors.set(rows.subarray(row * dims, (row + 1) * dims), i * dims));
    rowProducts(vectors, rows, dims, (first, size, products, stride) => {
      for (let i = 0; i < size; i++)
        visit(some[first + i], products.subarray(i * stride, i * stride + count));
    });
  }
}
