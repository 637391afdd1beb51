import type { CaseState } from '@ganscout/cases';
import { type DiscoveryRates, evaluateDiscovery } from '@ganscout/metrics';

/** What is said of a case as a whole. */
export type CaseFigures = Pick<
  DiscoveryRates,
  | 'wholeAveragePurity'
  | 'wholeNmi'
  | 'wholeAri'
  | 'accuracyKnown'
  | 'knownRejectedRate'
  | 'unknownAcceptedRate'
> & {
  /** Discovered sources over unknown ones. */
  readonly clustersPerUnknownSource: number | null;
  readonly images: number;
  /** Images without a source. */
  readonly waiting: number;
};

/** Number of the case's source of each known name. */
export function knownNumbers({ registry }: Pick<CaseState, 'registry'>): Map<string, number> {
  const known = registry.sources.filter(({ kind }) => kind === 'known');
  return new Map(known.map(({ name, number }) => [name, number]));
}

/**
 * Scores all images of a case; those without a source are one more cluster.
 *
 * @param truth of each image, as a position in `names`. @param names of the true sources; a source is known if the case has a
 * known source of its name.
 */
export function figuresOfCase(
  state: Pick<CaseState, 'registry' | 'labels'>,
  truth: Int32Array,
  names: readonly string[],
): CaseFigures {
  const known = knownNumbers(state);
  const numbers = [...new Set(state.labels)].filter((number) => number !== 0).sort((a, b) => a - b);
  const discovered = numbers.filter((number) => ![...known.values()].includes(number));
  const labelOf = new Map([0, ...known.values(), ...discovered].map((number, i) => [number, i - 1]));
  const figures = evaluateDiscovery(
    { sources: names, labels: truth, isKnown: Uint8Array.from(names, (name) => (known.has(name) ? 1 : 0)) },
    {
      labels: state.labels.map((number) => labelOf.get(number) as number),
      knownCount: known.size,
      clusterCount: known.size + discovered.length,
    },
    { knownSourceOfLabel: Int32Array.from(known.keys(), (name) => names.indexOf(name)) },
  );
  return {
    wholeAveragePurity: figures.wholeAveragePurity,
    wholeNmi: figures.wholeNmi,
    wholeAri: figures.wholeAri,
    accuracyKnown: figures.accuracyKnown,
    knownRejectedRate: figures.knownRejectedRate,
    unknownAcceptedRate: figures.unknownAcceptedRate,
    clustersPerUnknownSource: figures.clustersPerUnknownSource,
    images: truth.length,
    waiting: state.labels.filter((number) => number === 0).length,
  };
}
