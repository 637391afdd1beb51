import type { Assignment } from '@ganscout/data-model';
import { type DiscoveryFigures, evaluateDiscovery, type GroundTruth } from '@ganscout/metrics';
import type { Figures } from './run-summary.js';

/** True sources of the discovery set, in its row order. */
export interface StudyTruth {
  readonly truth: GroundTruth;
  /** Index into `truth.sources` of each known label; every known source is there, with or without images. */
  readonly knownSourceOfLabel: Int32Array;
  /** Group of each row, or undefined if every image stands for itself. */
  readonly groups: Int32Array | undefined;
}

/**
 * Makes the ground truth of a discovery set.
 *
 * A true source is known if it has the name of a known source.
 *
 * @param sources true source of each row, null where it is not known.
 * @param groups group of each row; null stands for a group of its own.
 * @returns null if no row has a true source.
 */
export function createStudyTruth(
  knownSources: readonly string[],
  sources: readonly (string | null)[],
  groups: readonly (string | null)[],
): StudyTruth | null {
  if (sources.every((source) => source === null)) return null;
  const unknown = new Set(sources.filter((source): source is string => source !== null));
  for (const source of knownSources) unknown.delete(source);
  const names = [...knownSources, ...[...unknown].sort()];
  const index = new Map(names.map((name, i) => [name, i]));
  const truth = {
    sources: names,
    labels: Int32Array.from(sources, (source) => (source === null ? -1 : (index.get(source) as number))),
    isKnown: Uint8Array.from(names, (_, i) => (i < knownSources.length ? 1 : 0)),
  };
  const groupNumbers = new Map<string, number>();
  let groupCount = 0;
  const numbered = Int32Array.from(groups, (group) => {
    const number = (group === null ? undefined : groupNumbers.get(group)) ?? groupCount++;
    if (group !== null) groupNumbers.set(group, number);
    return number;
  });
  return {
    truth,
    knownSourceOfLabel: Int32Array.from(knownSources.keys()),
    groups: groupCount < sources.length ? numbered : undefined,
  };
}

/** What is scored beside the labels; each has one value per row. */
export interface ScoredExtras {
  readonly oodScore?: Float32Array | null;
  readonly attributed?: Int32Array | null;
  readonly completedLabels?: Int32Array | null;
}

/** Figures of one assignment, without intervals. */
export function scoreAssignment(
  truth: StudyTruth,
  assignment: Assignment,
  extras: ScoredExtras = {},
): Figures {
  return figuresOf(
    evaluateDiscovery(truth.truth, assignment, { ...extras, knownSourceOfLabel: truth.knownSourceOfLabel }),
  );
}

/** Figures of the last assignment with 95 % bootstrap intervals, over groups of images where there are any. */
export function scoreWithIntervals(
  truth: StudyTruth,
  assignment: Assignment,
  extras: ScoredExtras,
  seed: number,
): { figures: Figures; intervals: Record<string, readonly [number, number]>; missed: readonly string[] } {
  const result = evaluateDiscovery(truth.truth, assignment, {
    ...extras,
    knownSourceOfLabel: truth.knownSourceOfLabel,
    bootstrap: { seed, groups: truth.groups },
  });
  const intervals = Object.entries(result.intervals ?? {}).map(
    ([name, interval]) => [name, [interval.low, interval.high]] as const,
  );
  return {
    figures: figuresOf(result),
    intervals: Object.fromEntries(intervals),
    missed: result.sourcesWithoutClusterNames,
  };
}

/** True source of most images of each label and its share, for labels that have an image with a true source. */
export function majorities(
  { truth }: StudyTruth,
  { labels, clusterCount }: Assignment,
): { readonly source: string; readonly share: number }[] {
  const counts = Array.from({ length: clusterCount }, () => new Float64Array(truth.sources.length));
  labels.forEach((label, row) => {
    const source = truth.labels[row] as number;
    if (label >= 0 && source >= 0) (counts[label] as Float64Array)[source]! += 1;
  });
  return counts.map((bySource) => {
    const total = bySource.reduce((sum, count) => sum + count, 0);
    const best = bySource.indexOf(Math.max(...bySource));
    return {
      source: truth.sources[best] as string,
      share: total === 0 ? Number.NaN : bySource[best]! / total,
    };
  });
}

function figuresOf(figures: DiscoveryFigures): Figures {
  return Object.fromEntries(
    Object.entries(figures).filter(([, value]) => value === null || typeof value === 'number'),
  ) as Figures;
}
