import type { ClusterSummary } from './cluster-summary.js';
import type { MergeOptions } from './options.js';

/**
 * Whether the link between clusters a and b is short enough to join them.
 *
 * 'known': the mean squared distance between the rows of a and of b, |c_a - c_b|² + s_a + s_b, is at most
 * `limitFactor` times `knownLimit`, which {@link limitFromKnown} takes from labelled images.
 *
 * 'spread': the squared distance of the centroids is at most `limitFactor` times the spread inside the two,
 * V = (n_a s_a + n_b s_b) / (n_a + n_b - 2), the pooled estimate of the expected squared distance of a row to
 * the mean of its cluster. Joining raises the mean squared distance to the centroid, Ward's cost, by
 * n_a n_b / (n_a + n_b)² times the squared distance, so with a factor of 1 by at most a quarter. Two single rows
 * have no spread; they take that of all clusters.
 *
 * @param squaredDistance between the centroids of a and b.
 * @param knownLimit largest mean squared distance between rows of one source; needed by 'known' only.
 *
 * Source: J. H. Ward, "Hierarchical grouping to optimize an objective function", JASA 58, 1963 (the cost).
 */
export function linkAllowed(
  clusters: ClusterSummary,
  a: number,
  b: number,
  squaredDistance: number,
  options: Pick<MergeOptions, 'limit' | 'limitFactor'>,
  knownLimit: number,
): boolean {
  if (options.limit === 'none') return true;
  if (options.limit === 'known') {
    return squaredDistance + clusters.spreads[a] + clusters.spreads[b] <= options.limitFactor * knownLimit;
  }
  const spread = sharesRows(clusters, a, b) ? pooledSpread(clusters, [a, b]) : pooledSpread(clusters);
  return squaredDistance <= options.limitFactor * spread;
}

function sharesRows({ sizes }: ClusterSummary, a: number, b: number): boolean {
  return sizes[a] + sizes[b] > 2;
}

/** Sum of squares inside the clusters over its degrees of freedom; 0 if there are none. */
function pooledSpread({ sizes, spreads }: ClusterSummary, which: Iterable<number> = sizes.keys()): number {
  let sum = 0;
  let freedom = 0;
  for (const c of which) {
    sum += sizes[c] * spreads[c];
    freedom += sizes[c] - 1;
  }
  return freedom === 0 ? 0 : sum / freedom;
}
