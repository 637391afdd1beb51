/**
 * The matrix of the DCT-II without normalization: element (k, n) is 2 · cos(π (2 n + 1) k / (2 size)).
 *
 * A column of values times the matrix from the left is their transform, as `scipy.fft.dct(x, type=2, norm=None)` gives.
 *
 * @returns size × size, row-major.
 *
 * Source: N. Ahmed, T. Natarajan, K. R. Rao, "Discrete Cosine Transform", IEEE Trans. Computers C-23(1), 1974.
 */
export function cosineBasis(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, i) => {
    const [k, n] = [Math.floor(i / size), i % size];
    return 2 * Math.cos((Math.PI * (2 * n + 1) * k) / (2 * size));
  });
}
