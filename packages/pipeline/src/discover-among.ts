import { type FeatureSet, UNASSIGNED } from '@ganscout/data-model';
import { loadMlKMeans } from '@ganscout/kmeans';
import {
  type ClusterSummary,
  limitFromKnown,
  loadHnswSearch,
  type MergeOptions,
  mergeClusters,
  summarizeClusters,
} from '@ganscout/nn-merge';
import { binomialTail, quantile, squaredDistance } from '@ganscout/numeric';
import type { StageOptions } from './config/schema.js';
import { labelledExemplars } from './established.js';
import type { Exemplars } from './exemplars.js';
import { birthsOf, changeLabels, initialState, type LabelState, REASON } from './label-state.js';
import { joinSpaces, type SpaceFeatures } from './space-features.js';
import { stageSeed } from './stage-runner.js';
import { clusterStage } from './stages/cluster.js';
import { mergeUpTo } from './stages/merge.js';
import { refineStage } from './stages/refine.js';

/** The sources among which new ones are to be found. */
export interface EstablishedSources {
  readonly established: Exemplars;
  /** S. */
  readonly sourceCount: number;
  /** Labels below are of known sources, those from here on of discovered ones. */
  readonly knownCount: number;
  readonly options: StageOptions;
}

/** N images that no established source accepted. */
export interface RejectedRows {
  readonly features: SpaceFeatures;
  /** N, p-value of each of being of an established source. */
  readonly pValue: Float32Array;
  /** S, images that came with them and that each source accepted. */
  readonly accepted: ArrayLike<number>;
}

/** What was found among N images. */
export interface FoundAmong {
  /**
   * N, each
   *
   *   -1            still of no source
   *   [0, S)        of this established discovered source, which merging joins its cluster with
   *   [S, S + C)    of a candidate for a new source; every label in this range occurs
   */
  readonly labels: Int32Array;
  /** C. */
  readonly candidateCount: number;
}

/**
 * Looks for new sources among images that no established source accepted: clusters, merges and refines them as a round does.
 *
 * A cluster that is near enough to an established discovered source to be merged with it goes to it, to the nearest if there
 * are several; but not if its images are stranger than those that a source rejects by mistake, whose p-values lie anywhere
 * below the false reject rate: if their median is below a fifth of it. Nor if they are more than it can have rejected by mistake,
 * beside those that it accepted (three times the rate, at 0.001). Else a source that is there would take in every new one that
 * is like it. Established sources are never joined with each other, and known ones with nothing: merging does neither in
 * a round.
 *
 * @param rejected images in the spaces of the run.
 * @param round and `seed` decide what is drawn.
 *
 * Cost: that of the stages of a round on N images.
 */
export async function discoverAmong(
  { established, sourceCount, knownCount, options }: EstablishedSources,
  { features, pValue, accepted }: RejectedRows,
  round: number,
  seed: number,
): Promise<FoundAmong> {
  const { ood, kmeans, merge, refine } = options;
  const clustering = joinSpaces(features, kmeans.space);
  const count = clustering.ids.length;
  if (count === 0) return { labels: new Int32Array(0), candidateCount: 0 };
  // Every cluster counts as found in the one round that is made here.
  const clusterSeed = stageSeed(seed, 'kmeans', round);
  const mlKMeans = kmeans.engine === 'ml-kmeans' ? await loadMlKMeans() : null;
  const start = initialState(count, knownCount);
  const { state } = clusterStage(clustering, start, kmeans, 1, clusterSeed, mlKMeans);
  const merging = joinSpaces(features, merge.space);
  const labelled = labelledExemplars(established);
  const known = joinSpaces(labelled.features, merge.space);
  const search = merge.search === 'hnsw' ? await loadHnswSearch() : null;
  const limit = limitFromKnown(known, labelled.labels, labelled.groups, knownCount, merge.limitWeight);
  const merged = mergeUpTo(limit, merging, state, merge, 1, search);
  const sources = summarizeDiscovered(established, sourceCount, knownCount, merge);
  const strange = strangeClusters(merged, pValue, STRANGE * ood.falseRejectRate);
  const joins = (cluster: number, source: number, pair: ClusterSummary) =>
    !strange.has(cluster) &&
    !areTooMany(pair.sizes[0] as number, accepted[source] as number, ood.falseRejectRate) &&
    isJoined(pair, merge, limit);
  const joined = ownersOfRows(merging, merged, sources, joins, merge);
  const free = withoutRows(merged, joined);
  const refineSeed = stageSeed(seed, 'refine', round);
  const refined = refineStage(joinSpaces(features, refine.space), free, refine, 1, refineSeed).state;
  const { labels, clusterCount } = refined.assignment;
  return {
    labels: labels.map((label, row) => {
      const own = joined[row] as number;
      if (own !== UNASSIGNED) return own;
      return label === UNASSIGNED ? UNASSIGNED : sourceCount + label - knownCount;
    }),
    candidateCount: clusterCount - knownCount,
  };
}

/** Share of the false reject rate below which the median p-value of a cluster says that it is no established source's. */
const STRANGE = 0.2;

/** How many times the false reject rate a source may reject of its own: it was fitted to few images. */
const LENIENCE = 3;
const SIGNIFICANCE = 0.001;

/** Whether a source that accepted some images cannot have rejected so many by mistake. */
function areTooMany(rejected: number, accepted: number, rate: number): boolean {
  return binomialTail(rejected + accepted, rejected, Math.min(1, LENIENCE * rate)) < SIGNIFICANCE;
}

/** Clusters, from 0, whose images have a median p-value below the limit. */
function strangeClusters(
  { assignment: { labels, knownCount, clusterCount } }: LabelState,
  pValue: Float32Array,
  limit: number,
): ReadonlySet<number> {
  const ofCluster: number[][] = Array.from({ length: clusterCount - knownCount }, () => []);
  labels.forEach((label, row) => {
    if (label >= knownCount) ofCluster[label - knownCount]?.push(pValue[row] as number);
  });
  const isStrange = (values: number[]) => values.length > 0 && quantile(values, 0.5) < limit;
  return new Set([...ofCluster.keys()].filter((cluster) => isStrange(ofCluster[cluster] as number[])));
}

/** Established discovered sources as clusters. */
interface EstablishedClusters {
  readonly summary: ClusterSummary;
  /** Label of each. */
  readonly labels: readonly number[];
}

function summarizeDiscovered(
  { features, labels }: Exemplars,
  sourceCount: number,
  knownCount: number,
  { space }: StageOptions['merge'],
): EstablishedClusters {
  const all = summarizeClusters(joinSpaces(features, space), labels, sourceCount);
  const present = [...all.sizes.keys()].filter(
    (label) => label >= knownCount && (all.sizes[label] as number) > 0,
  );
  return { summary: all, labels: present };
}

/**
 * Label of the established source that each row goes to with its cluster, or -1.
 *
 * @param joins whether a cluster would be joined with a source if there were no others, by the summaries of both.
 */
function ownersOfRows(
  features: FeatureSet,
  { assignment: { labels, knownCount, clusterCount } }: LabelState,
  sources: EstablishedClusters,
  joins: (cluster: number, source: number, pair: ClusterSummary) => boolean,
  { linkage, limit }: MergeOptions,
): Int32Array {
  const local = labels.map((label) => (label < knownCount ? UNASSIGNED : label - knownCount));
  const clusters = summarizeClusters(features, local, clusterCount - knownCount);
  const offset = (spread: number) => (linkage === 'average' ? spread : 0);
  const distance = (cluster: number, source: number) =>
    squaredDistance(clusters.centroids, cluster, sources.summary.centroids, source, clusters.dims) +
    offset(clusters.spreads[cluster] as number) +
    offset(sources.summary.spreads[source] as number);
  const numbers = [...clusters.sizes.keys()];
  const owners = numbers.map((cluster) => {
    const nearest = nearestOf(sources.labels, (source) => distance(cluster, source));
    if (nearest === null) return UNASSIGNED;
    // Without a limit only what is nearest to each other is joined.
    const isMutual = nearestOf(numbers, (other) => distance(other, nearest)) === cluster;
    if (limit === 'none' && !isMutual) return UNASSIGNED;
    return joins(cluster, nearest, pairOf(clusters, cluster, sources.summary, nearest))
      ? nearest
      : UNASSIGNED;
  });
  return local.map((cluster) => (cluster === UNASSIGNED ? UNASSIGNED : (owners[cluster] as number)));
}

/** The candidate of the smallest distance, the first at a tie; null if there is none. */
function nearestOf(candidates: readonly number[], distance: (candidate: number) => number): number | null {
  let best: number | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const value = distance(candidate);
    if (value < smallest) {
      best = candidate;
      smallest = value;
    }
  }
  return best;
}

function pairOf(first: ClusterSummary, a: number, second: ClusterSummary, b: number): ClusterSummary {
  const { dims } = first;
  const centroids = new Float32Array(2 * dims);
  centroids.set(first.centroids.subarray(a * dims, (a + 1) * dims));
  centroids.set(second.centroids.subarray(b * dims, (b + 1) * dims), dims);
  return {
    centroids,
    dims,
    sizes: Int32Array.of(first.sizes[a] as number, second.sizes[b] as number),
    spreads: Float64Array.of(first.spreads[a] as number, second.spreads[b] as number),
  };
}

function isJoined(pair: ClusterSummary, options: StageOptions['merge'], limit: number): boolean {
  const { space: _, ...merge } = options;
  return mergeClusters(pair, { ...merge, repeat: false, search: 'exact' }, limit).clusterCount === 1;
}

/** The state without the clusters that went to established sources. */
function withoutRows(state: LabelState, owners: Int32Array): LabelState {
  const labels = state.assignment.labels.map((label, row) =>
    owners[row] === UNASSIGNED ? label : UNASSIGNED,
  );
  return changeLabels(state, labels, 1, () => REASON.acceptedByDiscovered, birthsOf(state, 1));
}
