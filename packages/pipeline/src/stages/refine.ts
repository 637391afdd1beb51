import { discoveredRows, type FeatureSet, selectRows, UNASSIGNED } from '@ganscout/data-model';
import { type RefineOptions, type RefineResult, refineClusters } from '@ganscout/refine';
import { birthsOf, changeLabels, type LabelState, REASON } from '../label-state.js';

/** The state after refinement, and what became of each cluster; `result` is null if there was none. */
export interface RefineStage {
  readonly state: LabelState;
  readonly result: RefineResult | null;
}

/**
 * Releases images that do not fit their discovered cluster, and dissolves clusters that do not hold together.
 *
 * @param discovery features of the whole discovery set.
 */
export function refineStage(
  discovery: FeatureSet,
  state: LabelState,
  options: RefineOptions,
  round: number,
  seed: number,
): RefineStage {
  const { labels, knownCount, clusterCount } = state.assignment;
  const rows = discoveredRows(state.assignment);
  if (rows.length === 0) return { state, result: null };
  const local = rows.map((row) => (labels[row] as number) - knownCount);
  const result = refineClusters(selectRows(discovery, rows), local, clusterCount - knownCount, options, seed);
  const refined = labels.slice();
  rows.forEach((row, i) => {
    const label = result.labels[i] as number;
    refined[row] = label === UNASSIGNED ? UNASSIGNED : knownCount + label;
  });
  const reasonOf = (row: number) =>
    result.clusters[(labels[row] as number) - knownCount]?.dissolved
      ? REASON.releasedWithCluster
      : REASON.releasedAlone;
  return { state: changeLabels(state, refined, round, reasonOf, birthsOf(state, round)), result };
}
