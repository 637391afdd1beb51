import { inverseCholeskyFactor } from '@ganscout/numeric';
import { BLOCK_ROWS, type FeatureBlock, type LandmarkFeatures } from './landmark-features.js';

/** Panels of four rows in one call of the kernel; divides those of a block. */
const CALL_PANELS = 4;
/** Bytes a call needs for itself. */
const SCRATCH = 128;
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
 * Results do not depend on the number of threads. All sums are in float64.
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
  const { width, stride, rows } = features;
  const { normal, clusterSums } = accumulate(features, labels, clusterCount);
  addPenalty(normal, features, regularization);
  const inverse = inverseCholeskyFactor(normal, width);
  const coefficients = solveAll(inverse, clusterSums, width, stride);
  const leveragesOf = leverageKernel(features, inverse);
  const predictions = new Float64Array(rows);
  // Σ_i φ_i / (1 - h_i): its product with a cluster's coefficients is Σ_i f_c(i) / (1 - h_i) over all rows.
  const weightedSum = new Float64Array(stride);
  const outsiders = new Float64Array(clusterCount);
  features.forEachBlock('rows', (block) => {
    const { first, size, values } = block;
    const leverages = leveragesOf(block);
    for (let i = 0; i < size; i++) {
      const row = first + i;
      const label = labels[row];
      const weight = 1 / Math.max(1e-12, 1 - leverages[i]);
      const from = (i >> 2) * 4 * stride + (i & 3);
      let fitted = 0;
      for (let d = 0; d < stride; d++) {
        const value = values[from + 4 * d];
        fitted += value * coefficients[label * stride + d];
        weightedSum[d] += value * weight;
      }
      predictions[row] = (fitted - leverages[i]) * weight;
      outsiders[label] -= fitted * weight;
    }
  });
  for (let c = 0; c < clusterCount; c++) {
    for (let d = 0; d < width; d++) outsiders[c] += weightedSum[d] * coefficients[c * stride + d];
  }
  return subtractThresholds(predictions, labels, outsiders);
}

/** Σ φ_i φ_iᵀ over all rows (lower triangle), and Σ φ_i over the rows of each cluster. */
function accumulate(
  features: LandmarkFeatures,
  labels: Int32Array,
  clusterCount: number,
): { normal: Float64Array; clusterSums: Float64Array } {
  const { pool, width, stride } = features;
  const clusterSums = new Float64Array(clusterCount * width);
  const panels = stride / 4;
  const sums = pool.reserve(stride * stride * 8);
  const scratch = pool.reserve(panels * SCRATCH);
  const products = pool.float64(sums, stride * stride).fill(0);
  features.forEachBlock('columns', (block) => {
    // The last panel has most products: it goes first.
    const calls = Array.from({ length: panels }, (_, i) => {
      const which = panels - 1 - i;
      return [block.address, BLOCK_ROWS, which, sums, stride, scratch + which * SCRATCH];
    });
    pool.run('addColumnProducts', calls);
    addClusterSums(block, labels, width, clusterSums);
  });
  const normal = new Float64Array(width * width);
  for (let r = 0; r < width; r++) {
    normal.set(products.subarray(r * stride, r * stride + r + 1), r * width);
  }
  return { normal, clusterSums };
}

function addClusterSums(
  { first, size, values }: FeatureBlock,
  labels: Int32Array,
  width: number,
  sums: Float64Array,
): void {
  for (let i = 0; i < size; i++) {
    const to = labels[first + i] * width;
    for (let d = 0; d < width; d++) sums[to + d] += values[((d >> 2) * BLOCK_ROWS + i) * 4 + (d & 3)];
  }
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

/** A⁻¹ times each row of `sums`, from L⁻¹; rows of `stride`, zero beyond the width. */
function solveAll(inverse: Float64Array, sums: Float64Array, width: number, stride: number): Float64Array {
  const count = sums.length / width;
  const solved = new Float64Array(count * stride);
  const half = new Float64Array(width);
  for (let s = 0; s < count; s++) {
    for (let r = 0; r < width; r++) {
      let sum = 0;
      for (let c = 0; c <= r; c++) sum += inverse[r * width + c] * sums[s * width + c];
      half[r] = sum;
    }
    for (let r = 0; r < width; r++) {
      for (let c = 0; c <= r; c++) solved[s * stride + c] += inverse[r * width + c] * half[r];
    }
  }
  return solved;
}

/** Returns what computes h_i = |L⁻¹ φ_i|² of each row of a block in layout 'rows'; the result is overwritten. */
function leverageKernel(
  { pool, width, stride }: LandmarkFeatures,
  inverse: Float64Array,
): (block: FeatureBlock) => Float64Array {
  const panels = BLOCK_ROWS / 4;
  const matrix = pool.reserve(stride * stride * 8);
  const out = pool.reserve(BLOCK_ROWS * 8);
  const scratch = pool.reserve(panels * SCRATCH);
  const values = pool.float64(matrix, stride * stride).fill(0);
  for (let r = 0; r < width; r++) {
    values.set(inverse.subarray(r * width, r * width + r + 1), r * stride);
  }
  return ({ address }) => {
    const calls: number[][] = [];
    for (let p = 0; p < panels; p += CALL_PANELS) {
      const some = address + p * stride * 32;
      calls.push([matrix, stride, some, CALL_PANELS, out + p * 32, scratch + p * SCRATCH]);
    }
    pool.run('leverages', calls);
    return pool.float64(out, BLOCK_ROWS);
  };
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
