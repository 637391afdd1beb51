import type { FeatureSet } from '@ganscout/data-model';
import { checkFeatures, checkInteger } from './checks.js';
import { numberByFirstRow } from './components.js';
import { condenseTree, selectClusters } from './condensed-tree.js';
import { joinByLevel, rowsUnder } from './level-tree.js';
import { neighborDistances } from './neighbors.js';
import { euclideanSpace } from './row-space.js';
import { spanningTree } from './spanning-tree.js';

/** Options of {@link hdbscan}. */
export interface HdbscanOptions {
  /** Fewest rows of a cluster, at least 2. */
  readonly minimumClusterSize: number;
  /** Rows, itself included, whose distance is a row's core distance; at least 1. Larger calls more rows noise. */
  readonly minimumPoints: number;
}

/**
 * Finds the clusters that last longest over all densities, and leaves the other rows as noise (HDBSCAN).
 *
 * Rows joined below each mutual reachability distance form a tree; branches of fewer than `minimumClusterSize` rows are noise
 * that falls off. Of nested clusters those are selected whose excess of mass is largest, ties to the larger cluster; the whole
 * set is never one. A selected cluster has all rows it had when it split off.
 *
 * @param features N × D, finite; not modified.
 * @returns N, labels from 0 numbered by first row; -1 for noise. All noise where N is less than either option, or nothing splits.
 * @throws {RangeError} if an option is out of range, or a feature is not finite.
 *
 * Cost: N² · D / 2 in float64 at most, and N² · D products in float32; O(N · D) memory.
 * Source: R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-based clustering based on hierarchical density estimates",
 * PAKDD 2013, algorithms 1 and 2 and section 4. Edges of equal weight are removed at once, as there; common implementations
 * remove them one by one.
 */
export function hdbscan(features: FeatureSet, options: HdbscanOptions): Int32Array {
  const { minimumClusterSize, minimumPoints } = options;
  checkInteger('hdbscan: minimumClusterSize', minimumClusterSize, 2, Number.MAX_SAFE_INTEGER);
  checkInteger('hdbscan: minimumPoints', minimumPoints, 1, Number.MAX_SAFE_INTEGER);
  checkFeatures('hdbscan', features);
  const count = features.ids.length;
  const labels = new Int32Array(count).fill(-1);
  if (count < Math.max(minimumClusterSize, minimumPoints)) return labels;
  const squaredCores = neighborDistances(euclideanSpace(features), minimumPoints - 1);
  const tree = joinByLevel(spanningTree(features, squaredCores));
  const clusters = condenseTree(tree, minimumClusterSize);
  for (const number of selectClusters(clusters)) {
    for (const row of rowsUnder(tree, clusters[number].node)) labels[row] = number;
  }
  return numberByFirstRow(labels);
}
