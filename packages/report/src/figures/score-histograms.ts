import { type CaseView, type KnownSourceTest, readKnownSourceTest } from '@ganscout/cases';
import { countOf, percent } from '../gather/report-words.js';
import type { ScoreHistogram } from '../report-data.js';
import { BINS, binEdges, countSeries, type Scored } from './histogram-bins.js';
import { knownByTruth } from './known-by-truth.js';

/** Share of images with one and the same largest score from which that is said. */
const PILE = 0.02;

/**
 * Shows how the scores of images spread, by what became of them and, where there is truth, by what they are: the score against the
 * known sources of the images that the last training had, and the p-value of belonging to any source of all images.
 *
 * Every image counts: those beyond the ends of an axis in the outermost bins, which is said, as is how many have no score.
 */
export function scoreHistograms(view: CaseView): ScoreHistogram[] {
  const test = readKnownSourceTest(view.state);
  return [...(test === null ? [] : strangenessOf(view, test)), ...acceptanceOf(view)].filter(
    ({ series }) => series.length > 0,
  );
}

function strangenessOf(view: CaseView, test: KnownSourceTest): ScoreHistogram[] {
  const { rows, oodScore } = test;
  const rate = optionsOf(view)?.falseRejectRate;
  const threshold = rate === undefined ? null : scoreThreshold(test, rate);
  const later = view.images.length - rows.length;
  const notes = [
    'Further right is stranger to the known sources.',
    ...pileNote(oodScore),
    threshold === null
      ? 'No single score parts what is accepted from what is not.'
      : `Beyond the threshold an image alone is stranger than all but ${percent(rate as number)} of the labelled ones; images like each other decide together, so the verdict on some is another.`,
    ...(later > 0
      ? [
          `${countOf(later, 'image')} that came later ${later === 1 ? 'is' : 'are'} not here: only the training holds images against the known sources alone.`,
        ]
      : []),
  ];
  const axis = 'out-of-distribution score';
  const thresholds =
    threshold === null
      ? []
      : [{ name: `${percent(rate as number)} of labelled images rejected`, value: threshold }];
  const edges = binEdges(oodScore);
  const of = (title: string, scored: Omit<Scored, 'values'>): ScoreHistogram => {
    const own = { ...scored, values: oodScore };
    return {
      ...{ title, axis, edges, thresholds },
      series: countSeries(own, edges),
      note: [...notes, ...restNote(own, edges)].join(' '),
    };
  };
  const known = knownByTruth(view);
  return [
    of('How strange images are to the known sources, by what was found', pick(seriesByLabel(view), rows)),
    ...(known === null
      ? []
      : [
          of(
            'How strange images are to the known sources, by their true source',
            pick(seriesByTruth(known), rows),
          ),
        ]),
  ];
}

function acceptanceOf(view: CaseView): ScoreHistogram[] {
  const values = view.provenance.pValue;
  const options = optionsOf(view);
  // With the published calibration a threshold of distances decides, not the p-value.
  const decides =
    options !== null && (options.scores.includes('mahalanobis') || options.calibration === 'leave-one-out');
  const rate = options?.falseRejectRate as number;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => i / BINS);
  const scored = { ...seriesByLabel(view), values };
  const note = [
    'How common it is among images of known sources to be as strange as this image is to the source nearest to it, known or discovered; 1 is most like a source.',
    ...(decides
      ? [
          `Alone, an image left of the threshold fits no source. Images like each other decide together, and clustering finds sources for those that no known one accepts, so that images left of it can have a source, and images right of it none.`,
        ]
      : []),
    ...restNote(scored, edges),
  ];
  return [
    {
      title: 'How well images fit the source nearest to them',
      axis: 'p-value',
      edges,
      series: countSeries(scored, edges),
      thresholds: decides ? [{ name: `rejected share ${percent(rate)}`, value: rate }] : [],
      note: note.join(' '),
    },
  ];
}

/** Options of the last out-of-distribution test of the run. */
function optionsOf({ config, summary }: CaseView) {
  return config.rounds[summary.rounds.length - 1]?.ood ?? null;
}

function seriesByLabel({ labels, sources }: CaseView): Omit<Scored, 'values'> {
  const names = ['known source', 'discovered source', 'unassigned'];
  const nameOf = (number: number) => {
    if (number === 0) return 'unassigned';
    return sources[number - 1]?.kind === 'known' ? 'known source' : 'discovered source';
  };
  return { names, series: Array.from(labels, nameOf) };
}

function seriesByTruth(known: readonly (boolean | null)[]): Omit<Scored, 'values'> {
  const names = ['truly of a known source', 'truly of an unknown source'];
  return {
    names,
    series: known.map((isKnown) => (isKnown === null ? null : (names[isKnown ? 0 : 1] as string))),
  };
}

function pick({ names, series }: Omit<Scored, 'values'>, rows: Int32Array): Omit<Scored, 'values'> {
  return { names, series: Array.from(rows, (row) => series[row] as string | null) };
}

/** Score between those that the test accepts alone and those that it does not; null if they overlap or are not known. */
function scoreThreshold({ oodScore, pValue }: KnownSourceTest, rate: number): number | null {
  if (pValue === null) return null;
  let accepted = Number.NEGATIVE_INFINITY;
  let rejected = Number.POSITIVE_INFINITY;
  oodScore.forEach((score, i) => {
    if ((pValue[i] as number) > rate) accepted = Math.max(accepted, score);
    else rejected = Math.min(rejected, score);
  });
  const isOne = Number.isFinite(accepted) && Number.isFinite(rejected) && accepted < rejected;
  return isOne ? (accepted + rejected) / 2 : null;
}

/** What is not where one would look for it. */
function restNote({ values, series }: Scored, edges: readonly number[]): string[] {
  const all = Array.from(values);
  const [low, high] = [edges[0] as number, edges.at(-1) as number];
  const beyond = all.filter((value, i) => series[i] !== null && (value < low || value > high)).length;
  const without = all.filter((value, i) => series[i] !== null && Number.isNaN(value)).length;
  const unnamed = series.filter((name) => name === null).length;
  return [
    ...(beyond > 0
      ? [`${countOf(beyond, 'image')} beyond the ends of the axis: counted in the outermost bins.`]
      : []),
    ...(without > 0 ? [`${countOf(without, 'image')} without such a score: left out.`] : []),
    ...(unnamed > 0 ? [`${countOf(unnamed, 'image')} of which the true source is not known: left out.`] : []),
  ];
}

/** Says if many images share the largest score. */
function pileNote(scores: Float32Array): string[] {
  const most = scores.reduce((largest, score) => Math.max(largest, score), Number.NEGATIVE_INFINITY);
  const count = scores.filter((score) => score === most).length;
  return count >= 2 && count >= PILE * scores.length
    ? [
        `${countOf(count, 'image')} share the largest score: all that are stranger than every labelled image have the same.`,
      ]
    : [];
}
