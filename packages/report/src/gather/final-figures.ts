import type { CaseView, ViewedSource } from '@ganscout/cases';
import type { FinalFigure, ReportStage } from '../report-data.js';
import type { ViewScores } from './score-view.js';
import { LOW_TRUST } from './source-words.js';

/** Figures against the ground truth, in the order in which they are shown, with what they mean. */
const MEANINGS: readonly (readonly [key: string, name: string, meaning: string])[] = [
  [
    'discoveredAveragePurity',
    'average purity, new sources',
    'Share of the images in new sources whose true source is that of most images in the same new source.',
  ],
  [
    'discoveredNmi',
    'NMI, new sources',
    'How well new sources and true sources tell each other, over the images in new sources: 1 if each tells the other, 0 if neither does.',
  ],
  [
    'wholeAveragePurity',
    'average purity, all images',
    'The same over all images; those without a source count as one more source.',
  ],
  [
    'wholeNmi',
    'NMI, all images',
    'NMI over all images, over the arithmetic mean of the entropies; those without a source count as one more source.',
  ],
  [
    'wholeAri',
    'ARI, all images',
    'Share of pairs of images that are rightly together or apart, corrected for chance: 1 is perfect, 0 is chance.',
  ],
  ['assignedShare', 'images with a source', 'Share of the images that were given to a known or new source.'],
  [
    'accuracyKnown',
    'accuracy, known sources',
    'Share of the images of known sources that were given to their own.',
  ],
  [
    'accuracyUnknown',
    'accuracy, unknown sources',
    'Share of the images of unknown sources in the new source that matches theirs, one to one.',
  ],
  [
    'knownRejectedRate',
    'known images rejected',
    'Share of the images of known sources that were given to none of the known sources.',
  ],
  [
    'unknownAcceptedRate',
    'unknown images accepted',
    'Share of the images of unknown sources that were taken for a known one.',
  ],
  [
    'clustersPerUnknownSource',
    'new sources per unknown source',
    'Above 1 some unknown sources were found in pieces, below 1 some were mixed or missed.',
  ],
  [
    'sourcesWithoutCluster',
    'unknown sources not found',
    'Unknown true sources to which no new source belongs for the most part.',
  ],
  [
    'auroc',
    'AUROC',
    'Chance that an image of an unknown source looks more foreign than one of a known source.',
  ],
  [
    'fprAtTpr95',
    'known rejected at 95 %',
    'Share of the images of known sources that would be rejected where 95 % of those of unknown sources are.',
  ],
];

/** The figures at the end: against the ground truth, or without it those that need none. */
export function finalFigures(
  view: CaseView,
  discovered: readonly ViewedSource[],
  scores: ViewScores | null,
): FinalFigure[] {
  if (scores === null) return figuresWithoutTruth(view, discovered);
  const { figures, intervals } = scores;
  return MEANINGS.flatMap(([key, name, meaning]) => {
    const value = figures[key];
    if (value === null || value === undefined) return [];
    const [low, high] = intervals[key] ?? [null, null];
    return [{ name, value, low, high, meaning }];
  });
}

function figuresWithoutTruth({ labels }: CaseView, discovered: readonly ViewedSource[]): FinalFigure[] {
  const plain = (name: string, value: number | null, meaning: string): FinalFigure => {
    return { name, value, low: null, high: null, meaning };
  };
  const assigned =
    labels.length === 0 ? null : labels.filter((number) => number !== 0).length / labels.length;
  const trusted = discovered.flatMap(({ row, size }) =>
    row === null || row.trust === null ? [] : [{ trust: row.trust, size }],
  );
  const images = trusted.reduce((sum, { size }) => sum + size, 0);
  const mean = trusted.reduce((sum, { trust, size }) => sum + trust * size, 0) / images;
  const low = trusted.filter(({ trust }) => trust < LOW_TRUST).length;
  return [
    plain('images with a source', assigned, 'Share of the images that were given to a known or new source.'),
    plain(
      'mean trust',
      images === 0 ? null : mean,
      'Trust of the new sources, over their images. It is made from the images alone and is no probability.',
    ),
    plain(
      'new sources of low trust',
      trusted.length === 0 ? null : low,
      `New sources with a trust below ${LOW_TRUST}: to be looked at first.`,
    ),
  ].filter(({ value }) => value !== null);
}

/** How the run went: its stages with their figures, over the whole discovery set. */
export function stagesOf({ summary }: Pick<CaseView, 'summary'>): ReportStage[] {
  const { discovery, knownSources } = summary.counts;
  return summary.rounds.flatMap(({ round, stages }) =>
    stages.map(({ stage, assigned, clusters, figures }) => ({
      round,
      stage,
      assigned: discovery === 0 ? 0 : assigned / discovery,
      sources: knownSources + clusters,
      purity: figures?.wholeAveragePurity ?? null,
      nmi: figures?.wholeNmi ?? null,
      ari: figures?.wholeAri ?? null,
    })),
  );
}
