/**
 * Solves A x = b for a symmetric positive definite matrix.
 *
 * A kernel: arguments are not checked.
 *
 * @param matrix n × n, row-major; its lower triangle is overwritten with the Cholesky factor.
 * @param vector n, overwritten with x.
 * @throws {RangeError} if the matrix is not positive definite.
 *
 * Cost: n³ / 6 multiplications. Source: G. Golub, C. Van Loan, "Matrix Computations", 4th edition, section 4.2.
 */
export function solvePositiveDefinite(matrix: Float64Array, vector: Float64Array): void {
  const n = vector.length;
  factorize(matrix, n);
  for (let i = 0; i < n; i++) {
    let sum = vector[i];
    for (let k = 0; k < i; k++) sum -= matrix[i * n + k] * vector[k];
    vector[i] = sum / matrix[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = vector[i];
    for (let k = i + 1; k < n; k++) sum -= matrix[k * n + i] * vector[k];
    vector[i] = sum / matrix[i * n + i];
  }
}

/**
 * Inverse of the lower Cholesky factor of a symmetric positive definite matrix.
 *
 * @param matrix n × n, row-major; only its lower triangle is read. Not modified.
 * @returns L⁻¹ with A = L Lᵀ, n × n, lower triangular; A⁻¹ = L⁻ᵀ L⁻¹.
 * @throws {RangeError} if the matrix is not positive definite.
 *
 * Cost: n³ / 3 multiplications. Source: as {@link solvePositiveDefinite}.
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
