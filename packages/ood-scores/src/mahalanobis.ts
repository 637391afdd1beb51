import { describeSpace, type FeatureSet, isSameSpace } from '@ganscout/data-model';
import { inverseCholeskyFactor, meanByLabel } from '@ganscout/numeric';
import { covarianceWithin } from './covariance-kernel.js';
import { whitenedDistances } from './distances-kernel.js';

/** Mean of each source, and what makes their shared covariance the identity. */
export interface MahalanobisDetector {
  readonly space: FeatureSet['space'];
  readonly dims: number;
  readonly sourceCount: number;
  /** S, number of labelled images. */
  readonly sizes: Int32Array;
  /** S × D, means multiplied by the whitener. */
  readonly means: Float32Array;
  /** D × D, lower triangular: the inverse of the Cholesky factor of the shared covariance. */
  readonly whitener: Float64Array;
}

/**
 * Fits one mean a source and one covariance shared by all of them.
 *
 * The covariance W of the images about the mean of their source (N - S degrees of freedom) is shrunk to
 * (1 - s) W + s · tr(W) / D · I.
 *
 * @param known N × D, finite; not modified.
 * @param labels N, each in [0, sourceCount).
 * @param shrinkage in (0, 1].
 * @throws {TypeError} if there is not one label for each image. @throws {RangeError} if a label is out of range.
 *
 * Cost: O(N · D² + D³). Source: K. Lee et al., "A simple unified framework for detecting out-of-distribution samples
 * and adversarial attacks", NeurIPS 2018, section 2.1. Departs from the source: shrinkage.
 */
export function fitMahalanobis(
  known: FeatureSet,
  labels: Int32Array,
  sourceCount: number,
  shrinkage: number,
): MahalanobisDetector {
  const { data, dims, ids, space } = known;
  if (labels.length !== ids.length) {
    throw new TypeError(
      `fitMahalanobis: labels must hold one value for each of ${ids.length} images, got ${labels.length}`,
    );
  }
  const sizes = new Int32Array(sourceCount);
  for (const [row, label] of labels.entries()) {
    if (label < 0 || label >= sourceCount) {
      throw new RangeError(
        `fitMahalanobis: labels must be in [0, ${sourceCount}), got ${label} in row ${row}`,
      );
    }
    sizes[label]++;
  }
  const centroids = meanByLabel(data, labels, dims, sourceCount);
  const freedom = Math.max(1, labels.length - sizes.filter((size) => size > 0).length);
  const covariance = covarianceWithin({ data, labels, means: centroids, dims }, freedom);
  const whitener = inverseCholeskyFactor(shrink(covariance, dims, shrinkage), dims);
  return { space, dims, sourceCount, sizes, means: transform(centroids, whitener, dims), whitener };
}

/**
 * Squared Mahalanobis distance of each image to each source, N × S; Infinity for a source without images.
 *
 * @throws {TypeError} if the features are not in the detector's space.
 *
 * Cost: O(N · D · (D + S)).
 */
export function mahalanobisDistances(detector: MahalanobisDetector, features: FeatureSet): Float32Array {
  const { dims, sourceCount, sizes, means, whitener, space } = detector;
  if (features.dims !== dims || !isSameSpace(features.space, space)) {
    throw new TypeError(
      `mahalanobisDistances: features must be in the detector's space, ${describeSpace(space)} with ${dims} dims, got ${describeSpace(features.space)} with ${features.dims}`,
    );
  }
  const distances = whitenedDistances(features.data, { whitener, means, dims });
  for (let s = 0; s < sourceCount; s++) {
    if (sizes[s] > 0) continue;
    for (let at = s; at < distances.length; at += sourceCount) distances[at] = Number.POSITIVE_INFINITY;
  }
  return distances;
}

function shrink(covariance: Float64Array, dims: number, shrinkage: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < dims; i++) trace += covariance[i * dims + i];
  const shrunk = covariance.map((value) => (1 - shrinkage) * value);
  // Without any spread inside the sources plain distances are left.
  const floor = trace > 0 ? (shrinkage * trace) / dims : 1;
  for (let i = 0; i < dims; i++) shrunk[i * dims + i] += floor;
  return shrunk;
}

/** Multiplies rows by a lower triangular matrix. */
function transform(rows: Float32Array, whitener: Float64Array, dims: number): Float32Array {
  const result = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += dims) {
    for (let i = 0; i < dims; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += whitener[i * dims + j] * rows[start + j];
      result[start + i] = sum;
    }
  }
  return result;
}
