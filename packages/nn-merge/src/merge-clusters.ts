import { squaredDistance } from '@ganscout/numeric';
import { type ClusterSummary, joinClusters } from './cluster-summary.js';
import { linkAllowed } from './link-allowed.js';
import {
  type GraphSearch,
  type NearestNeighborGraph,
  nearestNeighborGraph,
  type OffsetPoints,
  updateGraph,
} from './nearest-neighbor-graph.js';
import type { MergeOptions } from './options.js';

/** How old clusters map to new ones. */
export interface MergeResult {
  /** k, new label of each old cluster, in [0, clusterCount); numbered by their lowest old label. */
  readonly newLabels: Int32Array;
  readonly clusterCount: number;
  /** What each iteration over the graph did; the last entry of a repeated merge has no link. */
  readonly iterations: readonly MergeIteration[];
}

/** One iteration: pairs joined directly, and clusters left. */
export interface MergeIteration {
  readonly links: number;
  readonly clusterCount: number;
}

/**
 * Joins clusters along the 1-NN graph of their centroids.
 *
 * Each cluster is linked to its nearest other cluster (by `linkage`, ties to the lower label). With average linkage,
 * mutual links and repetition the result is that of the greedy hierarchy cut at the limit, since average linkage of
 * squared distances is reducible: joining two nearest neighbors brings no third cluster nearer. 'mutual' joins two
 * clusters that link to each other: as each has one outgoing link, these are the strongly connected components.
 * 'chained' joins whatever links connect: the weakly connected components. A link counts only if
 * {@link linkAllowed} allows it. With `repeat` the merged clusters, with their new centroids, sizes and spreads,
 * go through the same again, until an iteration finds no link to join; each iteration before that removes a cluster at
 * least, so there are fewer than k + 1.
 *
 * @param clusters k clusters of one row or more; not modified.
 * @param knownLimit what {@link limitFromKnown} returns; needed by limit 'known' only.
 * @param approximateSearch what {@link loadHnswSearch} returns; needed by search "hnsw" only.
 * @throws {RangeError} if a cluster has no row, a centroid or spread is not finite, or `repeat` has no limit.
 *
 * Cost: k² / 2 products of D, then in each iteration k for each cluster that has joined another or whose nearest has.
 * Source: S. Girish et al., ICCV 2021 (mutual, no limit, once).
 * Departs from the source: limit and repetition.
 */
export function mergeClusters(
  clusters: ClusterSummary,
  options: MergeOptions,
  knownLimit: number = Number.NaN,
  approximateSearch: GraphSearch | null = null,
): MergeResult {
  checkClusters(clusters, options, knownLimit);
  const search = options.search === 'exact' ? nearestNeighborGraph : checkedSearch(approximateSearch);
  let current = clusters;
  let graph = search(graphPoints(current, options));
  let newLabels = Int32Array.from(clusters.sizes.keys());
  const iterations: MergeIteration[] = [];
  for (;;) {
    const pairs = linkedPairs(current, graph, options, knownLimit);
    const { labels, count } = connectedComponents(current.sizes.length, pairs);
    iterations.push({ links: pairs.length, clusterCount: count });
    if (pairs.length === 0) break;
    newLabels = newLabels.map((label) => labels[label]);
    if (!options.repeat) break;
    const joined = joinClusters(current, labels, count);
    const points = graphPoints(joined, options);
    graph = options.search === 'exact' ? graphAfterJoin(graph, labels, points) : search(points);
    current = joined;
  }
  return { newLabels, clusterCount: iterations.at(-1)!.clusterCount, iterations };
}

function checkedSearch(search: GraphSearch | null): GraphSearch {
  if (search !== null) return search;
  throw new RangeError(
    'mergeClusters: search "hnsw" needs an approximateSearch, got none; see loadHnswSearch',
  );
}

function graphPoints({ centroids, dims, spreads }: ClusterSummary, { linkage }: MergeOptions): OffsetPoints {
  return { points: centroids, dims, offsets: linkage === 'average' ? spreads : spreads.map(() => 0) };
}

/** The graph of joined clusters, searched anew only for those that have changed or whose nearest has. */
function graphAfterJoin(
  { nearest, distances }: NearestNeighborGraph,
  newLabels: Int32Array,
  joined: OffsetPoints,
): NearestNeighborGraph {
  const count = joined.offsets.length;
  const parts = new Int32Array(count);
  for (const label of newLabels) parts[label]++;
  const known = { nearest: new Int32Array(count).fill(-1), distances: new Float64Array(count) };
  const stale = new Uint8Array(count);
  for (let c = 0; c < newLabels.length; c++) {
    const label = newLabels[c];
    known.nearest[label] = newLabels[nearest[c]];
    known.distances[label] = distances[c];
    stale[label] = parts[label] > 1 || parts[newLabels[nearest[c]]] > 1 ? 1 : 0;
  }
  return updateGraph(known, joined, stale);
}

/** Pairs that join, each once, the lower label first. */
function linkedPairs(
  clusters: ClusterSummary,
  graph: NearestNeighborGraph,
  options: MergeOptions,
  knownLimit: number,
): [number, number][] {
  const { centroids, dims } = clusters;
  const pairs: [number, number][] = [];
  for (let a = 0; a < graph.nearest.length; a++) {
    const b = graph.nearest[a];
    if (b === -1 || !joins(graph, a, options.connection)) continue;
    const distance = squaredDistance(centroids, a, centroids, b, dims);
    if (linkAllowed(clusters, a, b, distance, options, knownLimit)) pairs.push([a, b]);
  }
  return pairs;
}

/** Whether the link from a is taken: mutual links once, from their lower end; chained ones always. */
function joins({ nearest }: NearestNeighborGraph, a: number, connection: 'mutual' | 'chained'): boolean {
  const b = nearest[a];
  const mutual = nearest[b] === a;
  if (connection === 'mutual') return mutual && a < b;
  return !mutual || a < b;
}

function connectedComponents(
  count: number,
  pairs: readonly (readonly [number, number])[],
): { labels: Int32Array; count: number } {
  const parent = Int32Array.from({ length: count }, (_, c) => c);
  const root = (c: number): number => {
    let at = c;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  for (const [a, b] of pairs) {
    const [low, high] = [root(a), root(b)].sort((x, y) => x - y);
    parent[high] = low;
  }
  const labels = new Int32Array(count);
  let next = 0;
  // A root is the lowest label of its component, so it is numbered before its members ask.
  for (let c = 0; c < count; c++) labels[c] = root(c) === c ? next++ : labels[root(c)];
  return { labels, count: next };
}

function checkClusters(
  { centroids, dims, sizes, spreads }: ClusterSummary,
  options: MergeOptions,
  knownLimit: number,
): void {
  if (centroids.length !== sizes.length * dims || spreads.length !== sizes.length) {
    throw new TypeError(
      `mergeClusters: centroids, sizes and spreads must be of the same ${sizes.length} clusters, got ${centroids.length} values of ${dims} dims and ${spreads.length} spreads`,
    );
  }
  const empty = sizes.findIndex((size) => size < 1);
  if (empty !== -1)
    throw new RangeError(`mergeClusters: every cluster must have a row, cluster ${empty} has none`);
  if (!areFinite(centroids) || !areFinite(spreads)) {
    throw new RangeError('mergeClusters: every centroid and spread must be finite, got NaN or infinity');
  }
  if (options.limit === 'known' && Number.isNaN(knownLimit)) {
    throw new RangeError('mergeClusters: limit "known" needs a knownLimit, got none; see limitFromKnown');
  }
  if (options.repeat && options.limit === 'none') {
    throw new RangeError(
      'mergeClusters: repeat must be false when limit is "none", or all clusters would end up in one; got true',
    );
  }
}

/** As `every(Number.isFinite)`, which takes ten times as long. */
function areFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
