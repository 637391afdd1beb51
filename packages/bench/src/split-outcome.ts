import { findSource } from '@ganscout/comparison';
import { evaluateDiscovery, type GroundTruth } from '@ganscout/metrics';
import type { MemoryDiscovery } from '@ganscout/pipeline';
import type { FigureValues } from './aims.js';

/** What a split's discovery set was given, with the truth; arrays have one value a row. */
export interface SplitOutcome {
  readonly truth: GroundTruth;
  /** Index into `truth.sources` of each known label. */
  readonly knownSourceOfLabel: Int32Array;
  readonly labels: Int32Array;
  readonly knownCount: number;
  readonly clusterCount: number;
  readonly oodScore: Float32Array;
  /** Known label that the row would have if none were rejected. */
  readonly nearestKnown: Int32Array;
  /** Rows of one group show the same content. */
  readonly groups: readonly string[];
  /** Indices into `truth.sources`. */
  readonly rareSources: readonly number[];
}

/** What is said of a discovered cluster without the truth; null where not defined. */
export type TrustFigures = Omit<MemoryDiscovery['trust'][number], 'nearest'>;

/** One discovered cluster: what can be said of it without the truth, and what with it. */
export interface ClusterOutcome extends TrustFigures {
  readonly size: number;
  readonly majority: string;
  readonly purity: number;
}

/** @param groups of the discovery set's rows. @param rareSources their names. */
export function outcomeOf(
  { truth, assignment, attribution }: MemoryDiscovery,
  groups: readonly string[],
  rareSources: readonly string[],
): SplitOutcome {
  if (truth === null) throw new RangeError('outcomeOf: the discovery set must have true sources, got none');
  const { labels, knownCount, clusterCount } = assignment;
  return {
    truth: truth.truth,
    knownSourceOfLabel: truth.knownSourceOfLabel,
    labels,
    knownCount,
    clusterCount,
    oodScore: attribution.oodScore,
    nearestKnown: attribution.nearestKnown,
    groups,
    rareSources: rareSources.map((name) => truth.truth.sources.indexOf(name)),
  };
}

/** Figures over all rows. */
export function figuresOf(outcome: SplitOutcome): FigureValues {
  return figuresOfRows(outcome, Int32Array.from(outcome.labels.keys()));
}

/** Figures over the given rows, some repeated or left out. */
export function figuresOfRows(outcome: SplitOutcome, rows: Int32Array): FigureValues {
  const pick = (values: Int32Array) => rows.map((row) => values[row] as number);
  const labels = pick(outcome.labels);
  const attributed = pick(outcome.nearestKnown);
  const truth = { ...outcome.truth, labels: pick(outcome.truth.labels) };
  const { knownCount, clusterCount, knownSourceOfLabel } = outcome;
  const oodScore = Float32Array.from(rows, (row) => outcome.oodScore[row] as number);
  const assignment = { labels, knownCount, clusterCount };
  const rates = evaluateDiscovery(truth, assignment, { knownSourceOfLabel, oodScore, attributed });
  const isRight = (label: number, row: number) =>
    label >= 0 && label < knownCount && knownSourceOfLabel[label] === truth.labels[row];
  const isOfKnown = (row: number) => truth.isKnown[truth.labels[row] as number] === 1;
  const isAccepted = (row: number) => (labels[row] as number) >= 0 && (labels[row] as number) < knownCount;
  return {
    accuracyClosedSet: share(attributed, (_, row) => isOfKnown(row), isRight),
    accuracyAccepted: share(labels, (_, row) => isOfKnown(row) && isAccepted(row), isRight),
    accuracyKnown: rates.accuracyKnown,
    knownRejectedRate: rates.knownRejectedRate,
    unknownAcceptedRate: rates.unknownAcceptedRate,
    unknownAcceptedAtKnownRejected5: rates.unknownAcceptedAtKnownRejected5,
    auroc: rates.auroc,
    oscr: rates.oscr,
    discoveredAveragePurity: rates.discoveredAveragePurity,
    unknownNmi: rates.unknownNmi,
    accuracyUnknown: rates.accuracyUnknown,
    clustersPerUnknownSource: rates.clustersPerUnknownSource,
    rareFound: rareFound({ ...outcome, labels, truth }),
  };
}

/** Share of the rare sources that a discovered cluster stands for; null if no rare source has a row. */
function rareFound(outcome: Omit<SplitOutcome, 'groups'>): number | null {
  const { truth, rareSources } = outcome;
  const findings = rareSources.flatMap(
    (source) => findSource(outcome, (row) => truth.labels[row] === source) ?? [],
  );
  return findings.length === 0 ? null : findings.filter(({ isFound }) => isFound).length / findings.length;
}

/** The discovered clusters, in the order of their labels. */
export function clustersOf(
  { truth, labels, knownCount, clusterCount }: SplitOutcome,
  trust: MemoryDiscovery['trust'],
): ClusterOutcome[] {
  return Array.from({ length: clusterCount - knownCount }, (_, i) => {
    const label = knownCount + i;
    const sources = truth.labels.filter((_, row) => labels[row] === label);
    const counts = countLabels(sources, truth.sources.length);
    const most = Math.max(...counts);
    const { nearest: __, ...figures } = trust[label] as (typeof trust)[number];
    return {
      size: sources.length,
      majority: truth.sources[counts.indexOf(most)] as string,
      purity: most / sources.length,
      ...figures,
    };
  });
}

function countLabels(labels: Int32Array, count: number): Int32Array {
  const counts = new Int32Array(count);
  for (const label of labels) if (label >= 0) counts[label]! += 1;
  return counts;
}

function share(
  values: Int32Array,
  belongs: (value: number, row: number) => boolean,
  isRight: (value: number, row: number) => boolean,
): number | null {
  let total = 0;
  let right = 0;
  values.forEach((value, row) => {
    if (!belongs(value, row)) return;
    total += 1;
    if (isRight(value, row)) right += 1;
  });
  return total === 0 ? null : right / total;
}
