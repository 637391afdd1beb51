import type { FeatureSet } from '@ganscout/data-model';
import { tableClusters, wardClusters } from './chain-clusters.js';
import { checkFeatures, checkInteger } from './checks.js';
import { cutMerges, type Merge, mergeByChain } from './merges.js';
import { spanningTree } from './spanning-tree.js';

const LINKAGES = ['ward', 'average', 'complete', 'single'] as const;

/** Rows whose pairs' distances still fit in memory, 4.3 GB of them. */
const LARGEST_TABLE_ROWS = 32768;

/** How far two clusters are from each other: by the growth of the sum of squares, or by their rows' mean, largest or smallest distance. */
export type Linkage = 'ward' | 'average' | 'complete' | 'single';

/** Options of {@link agglomerate}. */
export interface AgglomerativeOptions {
  readonly linkage: Linkage;
  /** Number of clusters that are left, in [1, N]. */
  readonly clusterCount: number;
}

/**
 * Joins the two nearest clusters, by Euclidean distance, until `clusterCount` are left.
 *
 * Of clusters equally near the one with the lower first row is joined, as far as the chain allows; where distances tie, other
 * implementations may join others.
 *
 * @param features N × D, finite; not modified.
 * @returns N, each in [0, clusterCount), numbered by first row; empty if there is no row.
 * @throws {RangeError} if clusterCount is not an integer in [1, N] (N ≥ 1), the linkage is unknown, 'average' or 'complete'
 *   gets more than 32,768 rows, or a feature is not finite.
 *
 * Cost: O(N² · D) time. 'ward' and 'single' take O(N · D) memory; 'average' and 'complete' the distances of all pairs,
 * 4 · N² bytes: 1.6 GB for 20,000 rows.
 * Source: nearest-neighbor chain: F. Murtagh, P. Contreras, "Algorithms for hierarchical clustering: an overview", WIREs Data
 * Mining 2(1), 2012; single linkage by R. C. Prim's minimum spanning tree, Bell System Technical Journal 36(6), 1957.
 */
export function agglomerate(features: FeatureSet, options: AgglomerativeOptions): Int32Array {
  const { linkage, clusterCount } = options;
  if (!LINKAGES.includes(linkage)) {
    throw new RangeError(`agglomerate: linkage must be one of ${LINKAGES.join(', ')}, got ${linkage}`);
  }
  checkFeatures('agglomerate', features);
  const rows = features.ids.length;
  if (rows === 0) return new Int32Array(0);
  checkInteger('agglomerate: clusterCount', clusterCount, 1, rows);
  return cutMerges(
    linkage === 'single' ? singleMerges(features) : chainMerges(features, linkage),
    clusterCount,
  );
}

function singleMerges(features: FeatureSet): Merge[] {
  const { from, to, weights } = spanningTree(features, new Float64Array(features.ids.length));
  return Array.from(weights, (height, i) => ({ a: from[i], b: to[i], height }));
}

function chainMerges(features: FeatureSet, linkage: 'ward' | 'average' | 'complete'): Merge[] {
  const rows = features.ids.length;
  if (linkage !== 'ward' && rows > LARGEST_TABLE_ROWS) {
    throw new RangeError(
      `agglomerate: linkage ${linkage} keeps the distances of all pairs, so there must be at most ${LARGEST_TABLE_ROWS} rows, got ${rows}`,
    );
  }
  const clusters = linkage === 'ward' ? wardClusters(features) : tableClusters(features, linkage);
  return mergeByChain(rows, clusters);
}
