import { inverseCholeskyFactor } from '@ganscout/numeric';
import { BLOCK_ROWS, type LandmarkFeatures } from './landmark-features.js';
import { dot, type MatrixRows, rowProducts } from './matrix-product.js';

/** Rows of a triangular matrix handled at a time. */
const BAND = 64;
/** Added to the diagonal, as a share of its mean: keeps landmarks in the same place apart numerically. */
const JITTER = 1e-9;

/**
 * One-vs-all regularized least squares for all clusters at once, each row judged without itself.
 *
 * With features φ_i (kernel values on the landmarks and a 1) and the target 1 for the rows of cluster c, 0 for
 * others, the fit is f_c(i) = φ_iᵀ A⁻¹ Σ_{j in c} φ_j with A = Σ_i φ_i φ_iᵀ + λ K over all rows, where K is the
 * landmarks' kernel matrix (the squared norm of the function; the constant is free). A has no labels in it: it is
 * factored once for all clusters. With h_i = φ_iᵀ A⁻¹ φ_i the prediction of a fit without row i is exactly
 * (f_c(i) - h_i y_i) / (1 - h_i), so judging every row by a fit that never saw its label costs nothing.
 *
 * Classes are balanced by the threshold: halfway between the mean prediction of the cluster's rows and that of
 * all others. In least squares with a constant, targets of any two values give the same function up to scale and
 * offset, so this is what coding the targets by class size does, without a fit of its own for each cluster.
 *
 * @param labels N, each in [0, clusterCount); every cluster has a row, and there are two or more.
 * @returns N, prediction for the row's own cluster minus the threshold; positive on the cluster's side.
 *
 * Cost: O(N · m · (D + m)) time, m landmarks; the clusters add O(k · m²) and O(N · m). Memory O(m² + k · m).
 * Source: R. Rifkin, A. Klautau, "In defense of one-vs-all classification", JMLR 5, 2004 (leave-one-out
 * values from one factorization); C. Williams, M. Seeger, NIPS 13, 2001 (landmarks).
 */
export function leaveOneOutDecisions(
  features: LandmarkFeatures,
  labels: Int32Array,
  clusterCount: number,
  regularization: number,
): Float64Array {
  const { width, rows } = features;
  const { normal, clusterSums } = accumulate(features, labels, clusterCount);
  addPenalty(normal, features, regularization);
  const inverse = inverseCholeskyFactor(normal, width);
  const coefficients = solveAll(inverse, clusterSums, width);
  const predictions = new Float64Array(rows);
  // Σ_i φ_i / (1 - h_i): its product with a cluster's coefficients is Σ_i f_c(i) / (1 - h_i) over all rows.
  const weightedSum = new Float64Array(width);
  const outsiders = new Float64Array(clusterCount);
  features.forEachBlock((first, block) => {
    const leverages = rowLeverages(inverse, block, width);
    for (let i = 0; i < block.rows; i++) {
      const row = first + i;
      const label = labels[row];
      const rest = Math.max(1e-12, 1 - leverages[i]);
      const fitted = dot(block, i, coefficients, label, width);
      predictions[row] = (fitted - leverages[i]) / rest;
      outsiders[label] -= fitted / rest;
      for (let d = 0; d < width; d++) weightedSum[d] += block.data[i * width + d] / rest;
    }
  });
  const sums = { data: weightedSum, start: 0, stride: width, rows: 1 };
  for (let c = 0; c < clusterCount; c++) outsiders[c] += dot(sums, 0, coefficients, c, width);
  return subtractThresholds(predictions, labels, outsiders);
}

/** Σ φ_i φ_iᵀ over all rows (lower triangle), and Σ φ_i over the rows of each cluster. */
function accumulate(
  features: LandmarkFeatures,
  labels: Int32Array,
  clusterCount: number,
): { normal: Float64Array; clusterSums: Float64Array } {
  const { width } = features;
  const normal = new Float64Array(width * width);
  const clusterSums = new Float64Array(clusterCount * width);
  const transposed = new Float64Array(width * BLOCK_ROWS);
  const products = new Float64Array(BAND * width);
  features.forEachBlock((first, block) => {
    for (let i = 0; i < block.rows; i++) {
      const at = labels[first + i] * width;
      for (let d = 0; d < width; d++) {
        const value = block.data[i * width + d];
        clusterSums[at + d] += value;
        transposed[d * BLOCK_ROWS + i] = value;
      }
    }
    for (let from = 0; from < width; from += BAND) {
      const size = Math.min(BAND, width - from);
      const band = { data: transposed, start: from * BLOCK_ROWS, stride: BLOCK_ROWS, rows: size };
      const left = { data: transposed, start: 0, stride: BLOCK_ROWS, rows: from + size };
      rowProducts(band, left, block.rows, { data: products, start: 0, stride: width, rows: size });
      for (let r = 0; r < size; r++) {
        for (let c = 0; c < from + size; c++) normal[(from + r) * width + c] += products[r * width + c];
      }
    }
  });
  return { normal, clusterSums };
}

function addPenalty(normal: Float64Array, { width, landmarkKernel }: LandmarkFeatures, weight: number): void {
  const m = width - 1;
  let trace = 0;
  for (let r = 0; r < width; r++) trace += normal[r * width + r];
  for (let r = 0; r < m; r++) {
    for (let c = 0; c <= r; c++) normal[r * width + c] += weight * landmarkKernel[r * m + c];
  }
  for (let r = 0; r < width; r++) normal[r * width + r] += (JITTER * trace) / width;
}

/** A⁻¹ times each row of `sums`, from L⁻¹. */
function solveAll(inverse: Float64Array, sums: Float64Array, width: number): MatrixRows {
  const count = sums.length / width;
  const solved = new Float64Array(sums.length);
  const half = new Float64Array(width);
  for (let s = 0; s < count; s++) {
    for (let r = 0; r < width; r++) {
      let sum = 0;
      for (let c = 0; c <= r; c++) sum += inverse[r * width + c] * sums[s * width + c];
      half[r] = sum;
    }
    for (let r = 0; r < width; r++) {
      for (let c = 0; c <= r; c++) solved[s * width + c] += inverse[r * width + c] * half[r];
    }
  }
  return { data: solved, start: 0, stride: width, rows: count };
}

/** h_i = |L⁻¹ φ_i|² of each row of the block. */
function rowLeverages(inverse: Float64Array, block: MatrixRows, width: number): Float64Array {
  const leverages = new Float64Array(block.rows);
  const products = new Float64Array(block.rows * BAND);
  for (let from = 0; from < width; from += BAND) {
    const size = Math.min(BAND, width - from);
    const band = { data: inverse, start: from * width, stride: width, rows: size };
    // Beyond from + size the band is zero.
    rowProducts(block, band, from + size, { data: products, start: 0, stride: BAND, rows: block.rows });
    for (let i = 0; i < block.rows; i++) {
      for (let r = 0; r < size; r++) leverages[i] += products[i * BAND + r] ** 2;
    }
  }
  return leverages;
}

function subtractThresholds(
  predictions: Float64Array,
  labels: Int32Array,
  outsiderSums: Float64Array,
): Float64Array {
  const memberSums = new Float64Array(outsiderSums.length);
  const sizes = new Float64Array(outsiderSums.length);
  for (let i = 0; i < labels.length; i++) {
    memberSums[labels[i]] += predictions[i];
    sizes[labels[i]]++;
  }
  const thresholds = memberSums.map(
    (sum, c) => (sum / sizes[c] + outsiderSums[c] / (labels.length - sizes[c])) / 2,
  );
  return predictions.map((value, i) => value - thresholds[labels[i]]);
}
