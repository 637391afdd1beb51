import type { FeatureSet } from '@ganscout/data-model';
import { meanByLabel } from '@ganscout/numeric';
import { checkFeatures } from './checks.js';
import { componentLabels, createComponents } from './components.js';
import { nearestOthers } from './neighbors.js';
import { cosineSpace, euclideanSpace, type RowSpace } from './row-space.js';

/** Options of {@link finch}. */
export interface FinchOptions {
  /** What the nearest row is nearest by. */
  readonly metric: 'euclidean' | 'cosine';
}

/** One level of the hierarchy. */
export interface FinchPartition {
  /** N, each in [0, clusterCount), numbered by first row. */
  readonly labels: Int32Array;
  readonly clusterCount: number;
}

/**
 * Joins every row with its nearest other row, then every cluster's mean with its nearest other mean, and so on (FINCH).
 *
 * Two rows are linked if one is the other's first neighbor, or both have the same; clusters are the connected components.
 * Ends before the partition into a single cluster, which is returned only if it is the first. Ties go to the lower row. By
 * cosine a row or mean of zeros has similarity 0 to all.
 *
 * @param features N × D, finite; not modified.
 * @returns the partitions, finest first; one without clusters if there is no row.
 * @throws {RangeError} if a feature is not finite, or the metric is neither of the two.
 *
 * Cost: N² · D products in float32, and a quarter of that or less for each further partition; O(N · D) memory.
 * Source: M. S. Sarfraz, V. Sharma, R. Stiefelhagen, "Efficient parameter-free clustering using first neighbor relations",
 * CVPR 2019, equation 1 and algorithm 1.
 */
export function finch(
  features: FeatureSet,
  options: FinchOptions,
): { readonly partitions: readonly FinchPartition[] } {
  if (options.metric !== 'euclidean' && options.metric !== 'cosine') {
    throw new RangeError(`finch: metric must be euclidean or cosine, got ${options.metric}`);
  }
  checkFeatures('finch', features);
  const rows = features.ids.length;
  const spaceOf = options.metric === 'cosine' ? cosineSpace : euclideanSpace;
  const partitions = [linkFirstNeighbors(spaceOf(features))];
  for (;;) {
    const { labels, clusterCount } = partitions[partitions.length - 1];
    if (clusterCount < 2) break;
    const data = meanByLabel(features.data, labels, features.dims, clusterCount);
    const ids = Array.from({ length: clusterCount }, (_, cluster) => `${cluster}`);
    const joined = linkFirstNeighbors(spaceOf({ ...features, ids, data }));
    if (joined.clusterCount < 2) break;
    const coarser = Int32Array.from({ length: rows }, (_, row) => joined.labels[labels[row]]);
    partitions.push({ labels: coarser, clusterCount: joined.clusterCount });
  }
  return { partitions };
}

/** Rows that have the same first neighbor are both linked with it, so the links from each row to its own join them too. */
function linkFirstNeighbors(space: RowSpace): FinchPartition {
  const components = createComponents(space.count);
  nearestOthers(space).forEach((neighbor, row) => {
    if (neighbor !== -1) components.join(row, neighbor);
  });
  const labels = componentLabels(space.count, components);
  return { labels, clusterCount: labels.reduce((most, label) => Math.max(most, label + 1), 0) };
}
