/**
 * Inverse of the lower Cholesky factor of a symmetric positive definite matrix.
 *
 * @param matrix n × n, row-major; only its lower triangle is read. Not modified.
 * @returns L⁻¹ with A = L Lᵀ, n × n, lower triangular; A⁻¹ = L⁻ᵀ L⁻¹.
 * @throws {RangeError} if the matrix is not positive definite.
 *
 * Cost: n³ / 3 multiplications. Source: G. Golub, C. Van Loan, "Matrix Computations", 4th edition, section 4.2.
 */
export function inverseCholeskyFactor(matrix: Float64Array, n: number): Float64Array {
  const factor = matrix.slice();
  factorize(factor, n);
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

/** Overwrites the lower triangle with the Cholesky factor. */
function factorize(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      if (i !== j) matrix[i * n + j] = sum / matrix[j * n + j];
      else if (sum > 0) matrix[i * n + i] = Math.sqrt(sum);
      else {
        throw new RangeError(
          `the matrix to factorize must be positive definite, pivot ${i} is ${sum}; it must be positive`,
        );
      }
    }
  }
}
