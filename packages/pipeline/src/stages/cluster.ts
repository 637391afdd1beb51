import { type FeatureSet, rowsWhere, selectRows, UNASSIGNED, unassignedRows } from '@ganscout/data-model';
import { type KMeansEngine, type KMeansResult, kmeans } from '@ganscout/kmeans';
import type { ClusteringOptions } from '../config/schema.js';
import { birthsOf, changeLabels, type LabelState, REASON } from '../label-state.js';

/** The state with new clusters, and what k-means did; `result` is null if there was nothing to cluster. */
export interface ClusterStage {
  readonly state: LabelState;
  readonly result: KMeansResult | null;
}

/**
 * Clusters the unassigned images by k-means, or all that no known source accepted, anew.
 *
 * The new clusters get the labels after the present ones. One made anew counts as found in the round in which
 * most of its images were, counted by the clusters they were in.
 *
 * @param discovery features of the whole discovery set.
 * @param mlKMeans what `loadMlKMeans` returns, or null if the options do not ask for it.
 */
export function clusterStage(
  discovery: FeatureSet,
  state: LabelState,
  options: ClusteringOptions,
  round: number,
  seed: number,
  mlKMeans: KMeansEngine | null = null,
): ClusterStage {
  const rows = rowsToCluster(state, options);
  if (rows.length === 0) return { state, result: null };
  // A fixed number of clusters may exceed what is left to cluster.
  const { clusterCount } = options;
  const fitting =
    clusterCount === 'auto' ? options : { ...options, clusterCount: Math.min(clusterCount, rows.length) };
  const result = kmeans(selectRows(discovery, rows), fitting, seed, mlKMeans);
  const { assignment } = state;
  const labels = assignment.labels.slice();
  rows.forEach((row, i) => {
    labels[row] = assignment.clusterCount + (result.labels[i] as number);
  });
  const before = birthsOf(state, round);
  const inherited = inheritBirths(state, rows, result, round);
  const birthOf = (label: number) => inherited[label - assignment.clusterCount] ?? before(label);
  return { state: changeLabels(state, labels, round, () => REASON.clustered, birthOf), result };
}

function rowsToCluster({ assignment }: LabelState, { images }: ClusteringOptions): Int32Array {
  if (images === 'unassigned') return unassignedRows(assignment);
  const { labels, knownCount } = assignment;
  return rowsWhere(labels, (label) => label === UNASSIGNED || label >= knownCount);
}

/** Round of birth of each new cluster: that of most of its images' former clusters, the earlier at a tie. */
function inheritBirths(
  { assignment: { labels, knownCount }, births }: LabelState,
  rows: Int32Array,
  { labels: clusters, clusterCount }: KMeansResult,
  round: number,
): Int32Array {
  const counts = Array.from({ length: clusterCount }, () => new Int32Array(round + 1));
  rows.forEach((row, i) => {
    const label = labels[row] as number;
    const birth = label === UNASSIGNED ? round : (births[label - knownCount] as number);
    (counts[clusters[i] as number] as Int32Array)[birth]! += 1;
  });
  return Int32Array.from(counts, (byRound) => byRound.indexOf(Math.max(...byRound)));
}
