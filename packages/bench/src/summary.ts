import { groupDrawer, meanOf, summarizeValues, type ValueSummary } from '@ganscout/comparison';
import { spearmanCorrelation } from '@ganscout/metrics';
import { createRandom, quantile } from '@ganscout/numeric';
import { FIGURE_NAMES, FIGURES, type FigureName, type FigureValues } from './aims.js';
import { type ClusterOutcome, figuresOfRows, type SplitOutcome, type TrustFigures } from './split-outcome.js';

/** A figure over the splits. */
export interface FigureSummary extends Omit<ValueSummary, 'count'> {
  /** Splits in which it is defined. */
  readonly splits: number;
  /** Bootstrap interval of the mean, 95 %; null where there is none. */
  readonly interval: readonly [number, number] | null;
}

export type Summary = Readonly<Record<FigureName, FigureSummary | null>>;

const RESAMPLES = 200;
const TAIL = 0.025;

/** Sums the figures of all splits up; a figure that no split has is null. */
export function summarize(
  outcomes: readonly SplitOutcome[],
  values: readonly FigureValues[],
  seed: number,
): Summary {
  const intervals = pooledIntervals(outcomes, seed);
  const entries = FIGURE_NAMES.map((name) => {
    const summary = summarizeValues(values.map((figures) => figures[name]));
    if (summary === null) return [name, null];
    const { count: splits, ...rest } = summary;
    return [name, { ...rest, splits, interval: intervals.get(name) ?? null }];
  });
  return Object.fromEntries(entries);
}

/**
 * Percentile bootstrap intervals of the means over the splits: groups are drawn with replacement from all groups of
 * all splits, the same for every split, since splits share images; then each figure is taken anew in every split.
 *
 * They say how much the means depend on which images there are, not on which sources.
 *
 * Source: A. Davison, D. Hinkley, "Bootstrap methods and their application", 1997, section 3.8.
 */
export function pooledIntervals(
  outcomes: readonly SplitOutcome[],
  seed: number,
): Map<FigureName, readonly [number, number]> {
  const draw = groupDrawer(
    outcomes.map(({ groups }) => groups),
    createRandom(seed, 'bench/bootstrap'),
  );
  const names = FIGURE_NAMES.filter((name) => FIGURES[name].hasInterval);
  const means = new Map(names.map((name): [FigureName, number[]] => [name, []]));
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const figures = draw().map((rows, i) => figuresOfRows(outcomes[i] as SplitOutcome, rows));
    for (const name of names) {
      const present = figures.flatMap((values) => values[name] ?? []);
      if (present.length > 0) means.get(name)?.push(meanOf(present));
    }
  }
  const intervals = new Map<FigureName, readonly [number, number]>();
  for (const [name, values] of means) {
    if (2 * values.length < RESAMPLES) continue;
    intervals.set(name, [quantile(values, TAIL), quantile(values, 1 - TAIL)]);
  }
  return intervals;
}

/** Figures that are to rank clusters, as tables call them. */
export const TRUST_TITLES: Readonly<Record<keyof TrustFigures, string>> = {
  trust: 'trust',
  neighborShare: 'neighbor share',
  persistence: 'persistence',
  rejectedShare: 'rejected share',
  cohesion: 'cohesion',
  stability: 'stability',
  separation: 'separation',
};
export const TRUST_NAMES = Object.keys(TRUST_TITLES) as (keyof TrustFigures)[];

/** Spearman correlation with true purity over discovered clusters; null where it is not defined. */
export interface TrustCorrelations extends TrustFigures {
  readonly clusters: number;
  /** Of them, those whose purity is above 0.9. */
  readonly pure: number;
}

/** How well what is said of clusters without the truth ranks them by purity; clusters of all splits together. */
export function correlateTrust(clusters: readonly ClusterOutcome[]): TrustCorrelations {
  const correlate = (name: keyof TrustFigures) => {
    const present = clusters.filter((cluster) => cluster[name] !== null);
    return spearmanCorrelation(
      present.map((cluster) => cluster[name] as number),
      present.map(({ purity }) => purity),
    );
  };
  const correlations = Object.fromEntries(TRUST_NAMES.map((name) => [name, correlate(name)]));
  return {
    ...(correlations as unknown as TrustFigures),
    clusters: clusters.length,
    pure: clusters.filter(({ purity }) => purity > 0.9).length,
  };
}
