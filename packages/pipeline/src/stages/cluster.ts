import { type FeatureSet, selectRows, UNASSIGNED, unassignedRows } from '@ganscout/data-model';
import { type KMeansOptions, type KMeansResult, kmeans } from '@ganscout/kmeans';
import { birthsOf, changeLabels, type LabelState, REASON } from '../label-state.js';

/** The state with new clusters, and what k-means did; `result` is null if no image was unassigned. */
export interface ClusterStage {
  readonly state: LabelState;
  readonly result: KMeansResult | null;
}

/**
 * Clusters the unassigned images by k-means; the new clusters get the labels after the present ones.
 *
 * @param discovery features of the whole discovery set.
 */
export function clusterStage(
  discovery: FeatureSet,
  state: LabelState,
  options: KMeansOptions,
  round: number,
  seed: number,
): ClusterStage {
  const rows = unassignedRows(state.assignment);
  if (rows.length === 0) return { state, result: null };
  // A fixed number of clusters may exceed what is left to cluster.
  const { clusterCount } = options;
  const fitting =
    clusterCount === 'auto' ? options : { ...options, clusterCount: Math.min(clusterCount, rows.length) };
  const result = kmeans(selectRows(discovery, rows), fitting, seed);
  const labels = state.assignment.labels.slice();
  for (let i = 0; i < rows.length; i++) {
    const label = result.labels[i] as number;
    labels[rows[i] as number] = label === UNASSIGNED ? UNASSIGNED : state.assignment.clusterCount + label;
  }
  return {
    state: changeLabels(state, labels, round, () => REASON.clustered, birthsOf(state, round)),
    result,
  };
}
