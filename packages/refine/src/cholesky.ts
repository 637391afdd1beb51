/**
 * Inverse of the lower Cholesky factor of a symmetric positive definite matrix.
 *
 * @param matrix n × n, row-major; only its lower triangle is read. Not modified.
 * @returns L⁻¹ with A = L Lᵀ, n × n, lower triangular; A⁻¹ = L⁻ᵀ L⁻¹.
 * @throws {RangeError} if a pivot is not positive: the matrix is not positive definite.
 *
 * Cost: O(n³ / 3). Source: G. Golub, C. Van Loan, "Matrix Computations", 4th ed..
 */
export function inverseCholeskyFactor(matrix: Float64Array, n: number): Float64Array {
  const factor = choleskyFactor(matrix, n);
  // Column c of the inverse is kept as a row meanwhile, so that sums run along memory.
  const columns = new Float64Array(n * n);
  for (let c = 0; c < n; c++) {
    columns[c * n + c] = 1 / factor[c * n + c];
    for (let r = c + 1; r < n; r++) {
      let sum = 0;
      for (let t = c; t < r; t++) sum += factor[r * n + t] * columns[c * n + t];
      columns[c * n + r] = -sum / factor[r * n + r];
    }
  }
  const inverse = new Float64Array(n * n);
  for (let r = 0; r < n; r++) for (let c = 0; c <= r; c++) inverse[r * n + c] = columns[c * n + r];
  return inverse;
}

function choleskyFactor(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      let sum = matrix[r * n + c];
      for (let t = 0; t < c; t++) sum -= factor[r * n + t] * factor[c * n + t];
      if (c < r) factor[r * n + c] = sum / factor[c * n + c];
      else if (sum > 0) factor[r * n + r] = Math.sqrt(sum);
      else {
        throw new RangeError(`inverseCholeskyFactor: every pivot must be positive, got ${sum} in row ${r}`);
      }
    }
  }
  return factor;
}
