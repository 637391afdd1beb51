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
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      if (i !== j) matrix[i * n + j] = sum / matrix[j * n + j];
      else if (sum > 0) matrix[i * n + i] = Math.sqrt(sum);
      else {
        throw new RangeError(
          `solvePositiveDefinite: the matrix must be positive definite, pivot ${i} is ${sum}`,
        );
      }
    }
  }
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
