import { type CaseView, readKnownSourceTest } from '@ganscout/cases';
import { type RateCurve as MeasuredCurve, oscrCurve, rocCurve } from '@ganscout/metrics';
import { countOf, formatFigure } from '../gather/report-words.js';
import type { RateCurve } from '../report-data.js';
import { knownNumbersByTruth } from './known-by-truth.js';

/**
 * Draws how well the score against the known sources tells unknown ones (ROC), and how well images of known sources are attributed
 * meanwhile (OSCR), over the images that the last training had and whose true source is known.
 *
 * @returns none without truth, without the scores, or if one side has no image.
 */
export function rateCurves(view: CaseView): RateCurve[] {
  const { truth } = view;
  const test = truth === null ? null : readKnownSourceTest(view.state);
  if (truth === null || test === null) return [];
  const numbers = knownNumbersByTruth(view);
  const scored = Array.from(test.rows.keys()).filter((i) => truth[test.rows[i] as number] !== null);
  const source = scored.map((i) => numbers.get(truth[test.rows[i] as number] as string) ?? 0);
  const isOod = source.map((number) => (number === 0 ? 1 : 0));
  const isCorrect = scored.map((i, at) => (source[at] !== 0 && test.nearest[i] === source[at] ? 1 : 0));
  const score = scored.map((i) => test.oodScore[i] as number);
  const unknown = isOod.filter((flag) => flag === 1).length;
  const known = isOod.length - unknown;
  if (unknown === 0 || known === 0) return [];
  const about = aboutImages(view, { known, unknown });
  const roc = rocCurve(isOod, score);
  const oscr = oscrCurve(isOod, isCorrect, score);
  const closedSet = isCorrect.filter((flag) => flag === 1).length / known;
  return [
    {
      title: 'ROC: finding images of unknown sources',
      xAxis: 'share of images of known sources taken for strange',
      yAxis: 'share of images of unknown sources found strange',
      ...pointsOf(roc),
      area: `AUROC ${formatFigure(roc.area)}`,
      note: `Each point is a threshold of the out-of-distribution score. The area is the share of pairs, one image of an unknown source and one of a known, in which the first scores higher: 0.5 is chance, 1 is perfect. ${about}`,
    },
    {
      title: 'OSCR: attributing known sources while rejecting unknown ones',
      xAxis: 'share of images of unknown sources accepted',
      yAxis: 'share of images of known sources accepted and attributed rightly',
      ...pointsOf(oscr),
      area: `OSCR ${formatFigure(oscr.area)}`,
      note: `Each point is a threshold of the out-of-distribution score. If nothing were rejected, ${formatFigure(closedSet)} of the images of known sources would get their source: the curve ends there, and its area cannot be larger. ${about}`,
    },
  ];
}

function pointsOf({ x, y }: MeasuredCurve): Pick<RateCurve, 'x' | 'y'> {
  return { x: Array.from(x), y: Array.from(y) };
}

/** Which images the curves are of. */
function aboutImages(
  { images }: CaseView,
  { known, unknown }: { readonly known: number; readonly unknown: number },
): string {
  const others = images.length - known - unknown;
  const made = `Made from ${countOf(known, 'image')} of known sources and ${countOf(unknown, 'image')} of unknown ones.`;
  return others === 0
    ? made
    : `${made} ${countOf(others, 'image')} left out: the true source is not known, or the image came after the last training.`;
}
