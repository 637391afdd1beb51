import { discoveryScorer, type GroundTruth } from '@ganscout/metrics';
import { FIGURE_NAMES, FIGURES, type FigureName, type FigureValues } from './figures.js';

/** What a method gave the images of a discovery set; arrays have one value an image. */
export interface Outcome {
  /** -1 unassigned, [0, knownCount) known, [knownCount, clusterCount) discovered. */
  readonly labels: Int32Array;
  /** The same after each unassigned image went to the nearest cluster. */
  readonly completed: Int32Array;
  readonly knownCount: number;
  readonly clusterCount: number;
  /** Whether the method names images of known sources at all. */
  readonly namesKnown: boolean;
}

/** The truth that outcomes are scored against. */
export interface ScoringTruth {
  readonly truth: GroundTruth;
  /** Index into `truth.sources` of each known label. */
  readonly knownSourceOfLabel: Int32Array;
  /** Images of one group show the same content. */
  readonly groups: readonly string[];
}

/** Takes the figures of an outcome over some of its images, some repeated or left out. */
export type Scorer = (rows: Int32Array) => FigureValues;

/** Scores an outcome. @throws as `evaluateDiscovery` of @ganscout/metrics. */
export function createScorer(outcome: Outcome, { truth, knownSourceOfLabel }: ScoringTruth): Scorer {
  const { completed, knownCount, clusterCount, namesKnown } = outcome;
  const score = discoveryScorer(truth, outcome, { knownSourceOfLabel, completedLabels: completed });
  const unknownSources = new Set(truth.labels.filter((source) => source >= 0 && truth.isKnown[source] === 0));
  const ratio = unknownSources.size === 0 ? null : (clusterCount - knownCount) / unknownSources.size;
  return (rows) => {
    const rates = { ...score(rows), clustersPerUnknownSource: ratio };
    const figureOf = (name: FigureName) =>
      !namesKnown && FIGURES[name].needsKnown ? null : (rates[name] ?? null);
    return Object.fromEntries(FIGURE_NAMES.map((name) => [name, figureOf(name)])) as FigureValues;
  };
}

/** The figures over all images. */
export function figuresOf(outcome: Outcome, truth: ScoringTruth): FigureValues {
  return createScorer(outcome, truth)(Int32Array.from(outcome.labels.keys()));
}
