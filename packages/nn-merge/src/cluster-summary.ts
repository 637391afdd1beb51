import type { FeatureSet } from '@ganscout/data-model';
import { meanByLabel, squaredDistance } from '@ganscout/numeric';

/** All that merging needs to know of k clusters. */
export interface ClusterSummary {
  /** k × D, row-major. */
  readonly centroids: Float32Array;
  readonly dims: number;
  /** k, number of rows. */
  readonly sizes: Int32Array;
  /** k, mean squared Euclidean distance of the rows to their centroid. */
  readonly spreads: Float64Array;
}

/**
 * Measures centroid, size and spread of each cluster.
 *
 * @param features N × D, finite; not modified.
 * @param labels N, each -1 (left out) or in [0, clusterCount); not modified.
 * @returns zeros for a label that does not occur.
 * @throws {TypeError} if there is not one label for each row.
 * @throws {RangeError} if a label is out of range, or a centroid is not finite because a feature is not.
 *
 * Cost: O(N · D).
 */
export function summarizeClusters(
  features: FeatureSet,
  labels: Int32Array,
  clusterCount: number,
): ClusterSummary {
  const { data, dims, ids } = features;
  if (labels.length !== ids.length) {
    throw new TypeError(
      `summarizeClusters: labels must hold one value for each of ${ids.length} rows, got ${labels.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label < -1 || label >= clusterCount);
  if (wrong !== -1) {
    throw new RangeError(
      `summarizeClusters: labels must be in [-1, ${clusterCount}), got ${labels[wrong]} in row ${wrong}`,
    );
  }
  const centroids = meanByLabel(data, labels, dims, clusterCount);
  const sizes = new Int32Array(clusterCount);
  const spreads = new Float64Array(clusterCount);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === -1) continue;
    sizes[label]++;
    spreads[label] += squaredDistance(data, i, centroids, label, dims);
  }
  for (let c = 0; c < clusterCount; c++) {
    if (!Number.isFinite(spreads[c])) {
      throw new RangeError(`summarizeClusters: every feature must be finite, found another in cluster ${c}`);
    }
    spreads[c] /= Math.max(1, sizes[c]);
  }
  return { centroids, dims, sizes, spreads };
}

/**
 * Joins clusters, knowing only their summaries.
 *
 * Sum of squares of a joined cluster: those of its parts, plus each part's size times the squared distance of
 * its centroid to the new one. A cluster that joins no other stays as it is, to the bit.
 *
 * @param newLabels k, each in [0, clusterCount), all of which occur; not modified.
 */
export function joinClusters(
  clusters: ClusterSummary,
  newLabels: Int32Array,
  clusterCount: number,
): ClusterSummary {
  const { centroids, dims, sizes, spreads } = clusters;
  const joinedSizes = new Int32Array(clusterCount);
  const parts = new Int32Array(clusterCount);
  const sums = new Float64Array(clusterCount * dims);
  for (let c = 0; c < newLabels.length; c++) {
    joinedSizes[newLabels[c]] += sizes[c];
    parts[newLabels[c]]++;
    const to = newLabels[c] * dims;
    for (let d = 0; d < dims; d++) sums[to + d] += sizes[c] * centroids[c * dims + d];
  }
  const joined = new Float32Array(clusterCount * dims);
  for (let c = 0; c < clusterCount; c++) {
    for (let d = 0; d < dims; d++) joined[c * dims + d] = sums[c * dims + d] / joinedSizes[c];
  }
  const joinedSpreads = new Float64Array(clusterCount);
  for (let c = 0; c < newLabels.length; c++) {
    const moved = squaredDistance(centroids, c, joined, newLabels[c], dims);
    joinedSpreads[newLabels[c]] += sizes[c] * (spreads[c] + moved);
  }
  for (let c = 0; c < clusterCount; c++) joinedSpreads[c] /= joinedSizes[c];
  for (let c = 0; c < newLabels.length; c++) {
    if (parts[newLabels[c]] > 1) continue;
    joined.set(centroids.subarray(c * dims, (c + 1) * dims), newLabels[c] * dims);
    joinedSpreads[newLabels[c]] = spreads[c];
  }
  return { centroids: joined, dims, sizes: joinedSizes, spreads: joinedSpreads };
}
