import { rowProducts } from '@ganscout/kernels';
import { squaredDistance } from '@ganscout/numeric';
import { absoluteError, relativeError, squaredNorm } from './product-bounds.js';

/**
 * Finds the nearest centroid of each row by squared Euclidean distance, exactly; ties go to the lower label.
 *
 * Products in float32 leave few centroids of each row that can be the nearest; only the distances to these are computed in
 * float64. The labels are those of comparing all of them.
 *
 * @param data N × D, row-major, finite; not modified.
 * @param centroids k × D, row-major, finite; not modified.
 * @param except N, a label that is passed over in each row; none if left out.
 * @returns N, each in [0, k), or -1 where no centroid is left.
 * @throws {TypeError} if an array does not have whole rows of D, or `except` is not N long.
 *
 * Cost: O(N · k · D) at the speed of `rowProducts`, on its threads; memory of a batch of rows.
 */
export function nearestCentroidLabels(
  data: Float32Array,
  centroids: Float32Array,
  dims: number,
  except: Int32Array | null = null,
): Int32Array {
  const rows = data.length / dims;
  if (except !== null && except.length !== rows) {
    throw new TypeError(
      `nearestCentroidLabels: except must have ${rows} values, one a row, got ${except.length}`,
    );
  }
  const labels = new Int32Array(rows);
  const count = centroids.length / dims;
  const error = relativeError(dims);
  const norms = Float64Array.from({ length: count }, (_, c) => squaredNorm(centroids, c, dims));
  const highest = norms.map((norm) => norm * (1 + error));
  const lowest = norms.map((norm) => norm * (1 - error));
  rowProducts(data, centroids, dims, (first, batch, products, stride) => {
    for (let i = 0; i < batch; i++) {
      const row = first + i;
      const passed = except === null ? -1 : except[row];
      const slack = 2 * (error * squaredNorm(data, row, dims) + absoluteError(dims));
      const limit = smallestOf(highest, products, i * stride, passed) + slack;
      let best = -1;
      let bestDistance = Number.POSITIVE_INFINITY;
      for (let c = 0; c < count; c++) {
        if (c === passed || lowest[c] - 2 * products[i * stride + c] > limit) continue;
        const distance = squaredDistance(data, row, centroids, c, dims);
        if (distance < bestDistance) {
          best = c;
          bestDistance = distance;
        }
      }
      labels[row] = best;
    }
  });
  return labels;
}

/**
 * Smallest of what the squared distances are at the most, without the row's own part; infinity, so that all are compared
 * exactly, where a product overflows.
 */
function smallestOf(highest: Float64Array, products: Float32Array, start: number, passed: number): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let c = 0; c < highest.length; c++) {
    const value = highest[c] - 2 * products[start + c];
    if (!Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    if (value < smallest && c !== passed) smallest = value;
  }
  return smallest;
}
