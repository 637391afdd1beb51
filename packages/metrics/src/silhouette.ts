import { type FeatureSet, rowsWhere } from '@ganscout/data-model';
import { createRandom, meanByLabel, squaredDistance } from '@ganscout/numeric';
import { checkLabels } from './cohesion.js';
import { nearestCentroidLabels } from './nearest-centroid-labels.js';
import { sampleRows } from './sample-rows.js';

/** Silhouette of a clustering, from -1 (in the wrong cluster) over 0 (between two) to 1 (well apart). */
export interface Silhouette {
  /** Mean over the images that have a label; null with fewer than two clusters. */
  readonly mean: number | null;
  /** k, mean over the images of each cluster; NaN for a cluster without an image, or with fewer than two clusters. */
  readonly byCluster: Float64Array;
}

/**
 * Simplified silhouette: distances to centroids stand for mean distances to the members.
 *
 * s = (b - a) / max(a, b) with a the distance of an image to its own centroid and b to the nearest other one;
 * 0 for the only image of a cluster, and where a = b = 0. Images with label -1 are left out.
 *
 * @param features N × D. @param labels N, each in [-1, k); empty labels are passed over.
 * @throws {TypeError} if `labels` is not N long. @throws {RangeError} if a label is out of range.
 *
 * Cost: O(N · k · D). Source: E. Hruschka, L. de Castro, R. Campello, "Evolutionary algorithms for clustering
 * gene-expression data", ICDM 2004.
 */
export function simplifiedSilhouette(features: FeatureSet, labels: Int32Array, k: number): Silhouette {
  const sizes = checkLabels('simplifiedSilhouette', features, labels, k);
  const { data, dims } = features;
  const centroids = meanByLabel(data, labels, dims, k);
  // A centroid without an image is none, so only the present ones are compared.
  const present = Int32Array.from(sizes.keys()).filter((label) => sizes[label] > 0);
  const among = new Float32Array(present.length * dims);
  present.forEach(
    (label, i) => void among.set(centroids.subarray(label * dims, (label + 1) * dims), i * dims),
  );
  const places = new Int32Array(k);
  present.forEach((label, i) => {
    places[label] = i;
  });
  const own = labels.map((label) => (label === -1 ? -1 : places[label]));
  const others = nearestCentroidLabels(data, among, dims, own);
  return averageByCluster(labels, sizes, (row) => {
    if (sizes[labels[row]] === 1) return 0;
    const other = squaredDistance(data, row, among, others[row], dims);
    return contrast(Math.sqrt(squaredDistance(data, row, among, own[row], dims)), Math.sqrt(other));
  });
}

/**
 * Silhouette by Rousseeuw's definition, among a random sample of the labelled images if there are more than
 * `sampleSize` (as scikit-learn's `silhouette_score` with `sample_size`), else exact.
 *
 * s = (b - a) / max(a, b) with a the mean distance of an image to the other sampled images of its cluster and b the
 * smallest mean distance to those of another; 0 for the only sampled image of a cluster, and where a = b = 0.
 *
 * @param features N × D. @param labels N, each in [-1, k); images with -1 are left out.
 * @throws {TypeError} if `labels` is not N long. @throws {RangeError} if a label is out of range, or `sampleSize`
 * is not a positive integer.
 *
 * Cost: O(S² · D) for S sampled images. Source: P. Rousseeuw, "Silhouettes", J. Comput. Appl. Math. 20, 1987.
 */
export function sampledSilhouette(
  features: FeatureSet,
  labels: Int32Array,
  k: number,
  { sampleSize = 2000, seed }: { sampleSize?: number; seed: number },
): Silhouette {
  checkLabels('sampledSilhouette', features, labels, k);
  if (!Number.isInteger(sampleSize) || sampleSize < 1) {
    throw new RangeError(`sampledSilhouette: sampleSize must be a positive integer, got ${sampleSize}`);
  }
  const labelled = rowsWhere(labels, (label) => label !== -1);
  const rows = sampleRows(labelled, sampleSize, createRandom(seed, 'metrics/silhouette'));
  const sampled = rows.map((row) => labels[row]);
  const sizes = new Float64Array(k);
  for (const label of sampled) sizes[label]++;
  const sums = new Float64Array(k);
  return averageByCluster(sampled, sizes, (i) => {
    const own = sampled[i];
    if (sizes[own] === 1) return 0;
    sums.fill(0);
    for (let j = 0; j < rows.length; j++) {
      sums[sampled[j]] += Math.sqrt(
        squaredDistance(features.data, rows[i], features.data, rows[j], features.dims),
      );
    }
    let other = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) if (c !== own && sizes[c] > 0) other = Math.min(other, sums[c] / sizes[c]);
    return contrast(sums[own] / (sizes[own] - 1), other);
  });
}

function contrast(own: number, other: number): number {
  const larger = Math.max(own, other);
  return larger === 0 ? 0 : (other - own) / larger;
}

function averageByCluster(
  labels: Int32Array,
  sizes: Float64Array,
  silhouetteOf: (row: number) => number,
): Silhouette {
  if (sizes.filter((size) => size > 0).length < 2) {
    return { mean: null, byCluster: new Float64Array(sizes.length).fill(Number.NaN) };
  }
  const sums = new Float64Array(sizes.length);
  let total = 0;
  let count = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === -1) continue;
    const value = silhouetteOf(row);
    sums[labels[row]] += value;
    total += value;
    count++;
  }
  return { mean: total / count, byCluster: sums.map((sum, c) => sum / sizes[c]) };
}
