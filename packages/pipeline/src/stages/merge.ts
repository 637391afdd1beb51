import { type FeatureSet, rowsWhere, selectRows } from '@ganscout/data-model';
import {
  type ClusterSummary,
  type GraphSearch,
  limitFromKnown,
  type MergeOptions,
  type MergeResult,
  mergeClusters,
  summarizeClusters,
} from '@ganscout/nn-merge';
import { birthsOf, changeLabels, type LabelState, REASON } from '../label-state.js';
import type { SpaceRows } from '../spaces.js';

/** What is known of the labelled images. */
export interface KnownLabels {
  readonly labels: Int32Array;
  /** Images of one group show the same content. */
  readonly groups: Int32Array;
}

/**
 * Merges discovered clusters: first those born in this round among themselves, then all of them.
 *
 * A merge that repeats up to a limit needs no such order, and takes all at once.
 *
 * @param search what `loadHnswSearch` returns, or null if the options do not ask for it.
 */
export function mergeStage(
  { known, discovery }: SpaceRows,
  { labels, groups }: KnownLabels,
  state: LabelState,
  options: MergeOptions,
  round: number,
  search: GraphSearch | null,
): LabelState {
  const limit = limitFromKnown(known, labels, groups, state.assignment.knownCount, options.limitWeight);
  return mergeUpTo(limit, discovery, state, options, round, search);
}

/** Merges as {@link mergeStage}. @param limit what `limitFromKnown` takes from the labelled images. */
export function mergeUpTo(
  limit: number,
  discovery: FeatureSet,
  state: LabelState,
  options: MergeOptions,
  round: number,
  search: GraphSearch | null,
): LabelState {
  const isAny = () => true;
  const merge = (from: LabelState, takesPart: (birth: number) => boolean) =>
    mergeWhere(discovery, from, takesPart, round, (summary) =>
      mergeClusters(summary, options, limit, search),
    );
  if (options.repeat) return merge(state, isAny);
  const isNew = (birth: number) => birth === round;
  const merged = merge(state, isNew);
  return state.births.every(isNew) ? merged : merge(merged, isAny);
}

function mergeWhere(
  discovery: FeatureSet,
  state: LabelState,
  takesPart: (birth: number) => boolean,
  round: number,
  merge: (clusters: ClusterSummary) => MergeResult,
): LabelState {
  const { labels, knownCount } = state.assignment;
  const taking = [...state.births.keys()].filter((cluster) => takesPart(state.births[cluster] as number));
  if (taking.length < 2) return state;
  const place = new Map(taking.map((cluster, i) => [knownCount + cluster, i]));
  const rows = rowsWhere(labels, (label) => place.has(label));
  const local = rows.map((row) => place.get(labels[row] as number) as number);
  const summary = summarizeClusters(selectRows(discovery, rows), local, taking.length);
  const { newLabels } = merge(summary);
  return relabelClusters(state, taking, newLabels, round);
}

/** Gives every merged group the label of its first cluster and its earliest birth. */
function relabelClusters(
  state: LabelState,
  taking: readonly number[],
  newLabels: Int32Array,
  round: number,
): LabelState {
  const { labels, knownCount } = state.assignment;
  const leaders = new Map<number, number>();
  const target = new Map<number, number>();
  const births = new Map<number, number>();
  taking.forEach((cluster, i) => {
    const group = newLabels[i] as number;
    const leader = leaders.get(group) ?? knownCount + cluster;
    leaders.set(group, leader);
    target.set(knownCount + cluster, leader);
    births.set(leader, Math.min(births.get(leader) ?? round, state.births[cluster] as number));
  });
  const bornBefore = birthsOf(state, round);
  return changeLabels(
    state,
    labels.map((label) => target.get(label) ?? label),
    round,
    () => REASON.clustered,
    (label) => births.get(label) ?? bornBefore(label),
  );
}
