import type { CaseView, ViewedSource } from '@ganscout/cases';
import type { Majority } from './majorities.js';
import { nameSource } from './order-sources.js';
import { countOf, formatCount, formatFigure, listOf, percent } from './report-words.js';
import type { ViewScores } from './score-view.js';

/** The case that was scored. */
export interface ScoredCase {
  readonly view: CaseView;
  /** Those that are shown. */
  readonly sources: readonly ViewedSource[];
  /** By source number. */
  readonly majorities: ReadonlyMap<number, Majority>;
}

/** The agreement of a case with the ground truth in words, a sentence each. */
export function tellScores(scores: ViewScores, { view, sources, majorities }: ScoredCase): string[] {
  const { figures, missed, matched } = scores;
  const unknown = figures.trueUnknownSourceCount;
  const old = sources.flatMap((source) => {
    const majority = majorities.get(source.number);
    return source.kind === 'discovered' && majority?.isKnown
      ? [`${nameSource(source)} of ${majority.source}`]
      : [];
  });
  return [
    ...tellAgreement(scores, view),
    ...tellErrors(figures),
    ...(typeof unknown === 'number' && unknown > 0 ? [tellMissed(unknown, missed)] : []),
    ...(old.length > 0 ? [tellOld(old)] : []),
    ...(matched === 0 ? ['No image has a true source to compare with.'] : []),
  ];
}

function tellAgreement({ figures, intervals, matched }: ViewScores, { images }: CaseView): string[] {
  const whose =
    matched === images.length
      ? 'Against the true sources'
      : `Against the true sources, which are known of ${formatCount(matched)} of ${countOf(images.length, 'image')}`;
  const within = (key: string, format: (value: number) => string) => {
    const interval = intervals[key];
    return interval === undefined ? '' : ` (95 % interval ${format(interval[0])} to ${format(interval[1])})`;
  };
  const { discoveredAveragePurity: purity, wholeNmi: nmi, clusterCount } = figures;
  const one = clusterCount === 1;
  const pure =
    typeof purity === 'number'
      ? [
          `${whose}, the new ${one ? 'source is' : 'sources are'} ${percent(purity)} pure${within('discoveredAveragePurity', percent)}.`,
        ]
      : [];
  const lead = pure.length > 0 ? 'Over all images' : `${whose}, over all images,`;
  return typeof nmi === 'number'
    ? [...pure, `${lead} NMI is ${formatFigure(nmi)}${within('wholeNmi', formatFigure)}; 1 is perfect.`]
    : pure;
}

function tellErrors({ knownRejectedRate, unknownAcceptedRate }: ViewScores['figures']): string[] {
  const share = (value: number) => (value === 0 ? 'none' : percent(value));
  const errors = [
    ...(typeof knownRejectedRate === 'number'
      ? [`${share(knownRejectedRate)} of the images of known sources were given to no known source`]
      : []),
    ...(typeof unknownAcceptedRate === 'number'
      ? [`${share(unknownAcceptedRate)} of the images of unknown sources were taken for a known one`]
      : []),
  ];
  const text = errors.join(', and ');
  return errors.length === 0 ? [] : [`${text.charAt(0).toUpperCase()}${text.slice(1)}.`];
}

function tellMissed(unknown: number, missed: readonly string[]): string {
  if (missed.length === 0) {
    return unknown === 1
      ? 'The one unknown source was found.'
      : `${unknown === 2 ? 'Both' : `All ${formatCount(unknown)}`} unknown sources were found.`;
  }
  if (unknown === 1) return `The one unknown source, ${missed[0]}, was not found.`;
  const were = missed.length === 1 ? 'was' : 'were';
  return `Of the ${formatCount(unknown)} unknown sources ${formatCount(missed.length)} ${were} not found: ${listOf(missed)}.`;
}

function tellOld(old: readonly string[]): string {
  const names = listOf(old);
  return old.length === 1
    ? `One new source is not new, but holds images of a known source: ${names}.`
    : `${formatCount(old.length)} new sources are not new, but hold images of known sources: ${names}.`;
}
