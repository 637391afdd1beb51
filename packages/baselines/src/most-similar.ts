import { rowProducts } from '@ganscout/kernels';
import { dot, productError } from './row-space.js';

/** The vector most similar to each row. */
export interface MostSimilar {
  /** N, each in [0, k). */
  readonly labels: Int32Array;
  /** N, product of the row and that vector. */
  readonly cosines: Float64Array;
}

/**
 * Finds the vector with the largest product for each row, exactly; ties go to the lower vector.
 *
 * Products in float32 leave few vectors in question; only these are multiplied in float64.
 *
 * @param rows N × D, of unit length or zero; not modified. @param vectors k × D, the same, k ≥ 1; not modified.
 *
 * Cost: N · k · D products in float32; O(N) memory and a batch of products.
 */
export function mostSimilar(rows: Float32Array, vectors: Float32Array, dims: number): MostSimilar {
  const count = vectors.length / dims;
  const labels = new Int32Array(rows.length / dims);
  const cosines = new Float64Array(labels.length).fill(Number.NEGATIVE_INFINITY);
  const slack = 2 * productError(dims);
  rowProducts(rows, vectors, dims, (first, size, products, stride) => {
    for (let i = 0; i < size; i++) {
      const row = first + i;
      const found = products.subarray(i * stride, i * stride + count);
      const least = largestOf(found) - slack;
      for (let c = 0; c < count; c++) {
        if (found[c] < least) continue;
        const cosine = dot(rows, row * dims, vectors, c * dims, dims);
        if (cosine <= cosines[row]) continue;
        cosines[row] = cosine;
        labels[row] = c;
      }
    }
  });
  return { labels, cosines };
}

function largestOf(values: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}
