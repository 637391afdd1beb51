import { type CaseView, knownNumbers } from '@ganscout/cases';
import { createAssignment, UNASSIGNED } from '@ganscout/data-model';
import { createStudyTruth, type Figures, scoreAssignment, scoreWithIntervals } from '@ganscout/pipeline';
import { orderSources, placesOf } from './order-sources.js';

/** How well a case as it stands agrees with the ground truth. */
export interface ViewScores {
  readonly figures: Figures;
  /** Bootstrap intervals, 95 %. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  /** Unknown true sources that are not the largest of any discovered source. */
  readonly missed: readonly string[];
  /** Images whose true source is known. */
  readonly matched: number;
}

/** Figures that tell whether the case is still as its run left it, by the same ground truth. */
const TELLING = [
  'imageCount',
  'discoveredImageCount',
  'clusterCount',
  'discoveredAveragePurity',
  'wholeNmi',
  'wholeAri',
  'accuracyKnown',
];

/**
 * Scores a case as it stands now. Where nothing changed since its run, by the same ground truth, the figures are those of the run,
 * with those of its test; else those of the test are left out, as images that came later were tested otherwise.
 *
 * @returns null if no image has a true source.
 *
 * Cost: O(N log N), and where something changed 200 times that for the intervals.
 */
export function scoreView(view: CaseView): ViewScores | null {
  const { truth, summary } = view;
  if (truth === null) return null;
  const ordered = orderSources(view);
  const known = ordered.filter(({ kind }) => kind === 'known');
  const places = placesOf(view, ordered);
  const numberOf = knownNumbers(view.state);
  const keys = new Map<string, string>(known.map(({ name, number }) => [name, keyOf(number)]));
  for (const [name, number] of numberOf) keys.set(name, keyOf(number));
  const study = createStudyTruth(
    known.map(({ number }) => keyOf(number)),
    truth.map((source) => (source === null ? null : (keys.get(source) ?? source))),
    view.images.map(({ group }) => group),
  );
  if (study === null) return null;
  const labels = view.labels.map((number) => (number === 0 ? UNASSIGNED : (places[number] as number)));
  const assignment = createAssignment(labels, known.length, ordered.length);
  const matched = truth.filter((source) => source !== null).length;
  const now = scoreAssignment(study, assignment);
  if (summary.final !== null && TELLING.every((name) => isSame(now[name], summary.final?.figures[name]))) {
    const { figures, intervals } = summary.final;
    return { figures, intervals, missed: missedOf(summary.final), matched };
  }
  return { ...scoreWithIntervals(study, assignment, {}, summary.seed), matched };
}

/** A name that no true source has. */
function keyOf(number: number): string {
  return `\u0000${number}`;
}

function isSame(a: number | null | undefined, b: number | null | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return (a ?? null) === (b ?? null);
  return Math.abs(a - b) < 1e-9;
}

function missedOf(final: object): readonly string[] {
  return 'missed' in final && Array.isArray(final.missed) ? final.missed : [];
}
