import type { CaseView, ViewedSource } from '@ganscout/cases';
import type { ReportData } from '../report-data.js';
import { type ScoredCase, tellScores } from './headline-scores.js';
import { nameSource } from './order-sources.js';
import { countOf, formatCount, formatFigure, listOf, percent } from './report-words.js';
import type { ViewScores } from './score-view.js';
import { LOW_TRUST } from './source-words.js';

/** What the headline is made from. */
export interface HeadlineFacts extends ScoredCase {
  readonly counts: ReportData['counts'];
  readonly scores: ViewScores | null;
}

/** The result in words, a sentence each, that can be quoted. */
export function tellHeadline(facts: HeadlineFacts): string[] {
  return [
    ...tellMoment(facts.view),
    tellKnown(facts.counts),
    tellDiscovered(facts),
    tellRest(facts.counts),
    ...tellUnusable(facts.view),
    ...tellTrust(facts),
    ...tellConfounders(facts),
    ...(facts.scores === null ? [] : tellScores(facts.scores, facts)),
  ];
}

function tellMoment({ state: { entries } }: CaseView): string[] {
  const last = entries.at(-1);
  return last === undefined || entries.length === 1
    ? []
    : [`This is the case as of entry ${last.number}, of ${last.time}.`];
}

function tellKnown({ images, known, knownSources }: ReportData['counts']): string {
  if (images === 0) return 'No image was studied.';
  const studied = `${countOf(images, 'image was', 'images were')} studied`;
  if (knownSources === 0) return `${studied}; no source was known beforehand.`;
  const of = knownSources === 1 ? 'the one known source' : `the ${formatCount(knownSources)} known sources`;
  if (known === 0) return `${studied}; none is of ${of}.`;
  return `${studied}; ${formatCount(known)} (${percent(known / images)}) ${known === 1 ? 'is' : 'are'} of ${of}.`;
}

function tellDiscovered({ counts, sources }: HeadlineFacts): string {
  const { discoveredSources, discovered, images } = counts;
  if (discoveredSources === 0) return 'No new source was discovered.';
  const found = `${countOf(discoveredSources, 'new source was', 'new sources were')} discovered`;
  const share = `${countOf(discovered, 'image')}${images === 0 ? '' : ` (${percent(discovered / images)})`}`;
  if (discoveredSources === 1) return `${found}, with ${share}.`;
  const sizes = sources.filter(({ kind }) => kind === 'discovered').map(({ size }) => size);
  const [largest, smallest] = [Math.max(...sizes), Math.min(...sizes)];
  const range =
    largest === smallest
      ? `${formatCount(largest)} in each`
      : `from ${formatCount(smallest)} to ${formatCount(largest)} in each`;
  return `${found}, with ${share} in all, ${range}.`;
}

function tellRest({ unassigned, images }: ReportData['counts']): string {
  if (unassigned === 0)
    return images === 0 ? 'No image is left without a source.' : 'Every image has a source.';
  const [is, they] = unassigned === 1 ? ['is', 'it is'] : ['are', 'they are'];
  const what = `${countOf(unassigned, 'image')} (${percent(unassigned / images)})`;
  return `${what} ${is} left without a source: no source accepts ${unassigned === 1 ? 'it' : 'them'}, and ${they} not enough alike to be a source.`;
}

function tellUnusable({ unusable }: CaseView): string[] {
  if (unusable.length === 0) return [];
  const small = unusable.filter(({ status }) => status === 'too_small').length;
  const broken = unusable.length - small;
  const failed = `${countOf(unusable.length, 'input')} could not be used`;
  if (small === 0) return [`${failed}: ${broken === 1 ? 'it' : 'they'} could not be read.`];
  if (broken === 0) return [`${failed}: ${small === 1 ? 'it is' : 'they are'} too small.`];
  const areSmall = `${formatCount(small)} ${small === 1 ? 'is' : 'are'} too small`;
  return [`${failed}: ${formatCount(broken)} could not be read, ${areSmall}.`];
}

function tellTrust({ sources, scores }: HeadlineFacts): string[] {
  const discovered = sources.filter(({ kind }) => kind === 'discovered');
  if (discovered.length === 0) return [];
  const judged = discovered.filter(({ row }) => typeof row?.trust === 'number');
  const low = judged.filter(({ row }) => (row?.trust ?? 0) < LOW_TRUST);
  const later = discovered.length - judged.length;
  return [
    ...(judged.length > 0 ? [tellLow(judged.length, low)] : []),
    ...(later > 0
      ? [
          `${countOf(later, 'new source has', 'new sources have')} no trust figure, as ${later === 1 ? 'it' : 'they'} came after the run.`,
        ]
      : []),
    ...(scores === null
      ? [
          'How right this is could not be measured, as the true sources are not known; trust is made from the images alone and is no probability.',
        ]
      : []),
  ];
}

function tellLow(judged: number, low: readonly ViewedSource[]): string {
  const scale = `(trust, from 0 to 1, is ${LOW_TRUST} or more)`;
  if (low.length === 0) {
    if (judged === 1) return `By the images alone the new source can be trusted ${scale}.`;
    return `By the images alone ${judged === 2 ? 'both' : `all ${formatCount(judged)}`} new sources can be trusted ${scale}.`;
  }
  const names = listOf(
    low.map(
      (source) =>
        `${nameSource(source)}, trust ${formatFigure(source.row?.trust ?? 0)}, ${countOf(source.size, 'image')}`,
    ),
  );
  if (judged === 1) return `By the images alone the new source cannot be relied on: ${names}.`;
  if (low.length === judged) {
    return `By the images alone none of the ${formatCount(judged)} new sources can be relied on: ${names}.`;
  }
  const good = judged - low.length;
  return `By the images alone ${formatCount(good)} of the ${formatCount(judged)} new sources can be trusted ${scale}; look first at ${names}.`;
}

function tellConfounders({ sources }: HeadlineFacts): string[] {
  const found = sources.filter(({ row }) => row !== null && row.confounder !== '');
  if (found.length === 0) return [];
  const names = listOf(found.map((source) => `${nameSource(source)}, ${source.row?.confounder}`));
  const may =
    found.length === 1
      ? 'it may be a group of files and no generator'
      : 'they may be groups of files and no generators';
  return [`A property of the files explains ${countOf(found.length, 'source')} as well: ${names}; ${may}.`];
}
