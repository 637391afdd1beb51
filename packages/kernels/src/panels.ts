/** Columns side by side in one panel. */
const PANEL = 8;

/** Columns rounded up to whole panels: the stride of what the kernel `products` writes. */
export function panelStride(columns: number): number {
  return Math.ceil(columns / PANEL) * PANEL;
}

/**
 * Lays vectors out as the kernel `products` reads its columns: panels of 8 vectors, dimension by dimension; places
 * without a vector are zero.
 *
 * @param vectors k × D, row-major; not modified.
 * @param into at least panelStride(k) · D, overwritten.
 */
export function packPanels(vectors: Float32Array, dims: number, into: Float32Array): void {
  const count = vectors.length / dims;
  const stride = panelStride(count);
  for (let first = 0; first < stride; first += PANEL) {
    const panel = first * dims;
    for (let j = 0; j < PANEL; j++) {
      const vector = (first + j) * dims;
      if (first + j < count) for (let d = 0; d < dims; d++) into[panel + d * PANEL + j] = vectors[vector + d];
      else for (let d = 0; d < dims; d++) into[panel + d * PANEL + j] = 0;
    }
  }
}
