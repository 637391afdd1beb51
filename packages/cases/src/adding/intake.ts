import { type ImageId, rowsByLabel, rowsWhere } from '@ganscout/data-model';
import {
  attributeRows,
  discoverAmong,
  type Exemplars,
  type SourceTest,
  type SpaceFeatures,
  type StageOptions,
  strangersAmong,
} from '@ganscout/pipeline';
import { CASE_REASON } from '../reasons.js';
import { admitCandidates, type Candidate } from './admit-candidates.js';
import { learnFromArrivals } from './learn-sources.js';
import { selectSpaceRows } from './row-sets.js';

/** What attributes images to S sources, as far as the case has come. */
export interface SourceModel {
  readonly test: SourceTest;
  /** Number of the source of each label, S of them; known sources first. */
  readonly sources: readonly number[];
  readonly knownCount: number;
  /** Labels are positions in `sources`. */
  readonly exemplars: Exemplars;
}

/** M images that come together: those of the buffer, then new ones. */
export interface Arrivals {
  readonly ids: readonly ImageId[];
  readonly features: SpaceFeatures;
}

/** How arrivals are taken in. */
export interface IntakeOptions {
  readonly stages: StageOptions;
  /** Images that must wait before discovery is made on them. */
  readonly discoverFrom: number;
  readonly round: number;
  /** Labels of sources that are given nothing any more. */
  readonly retired: ReadonlySet<number>;
  /** The number that the next source will have. */
  readonly nextNumber: number;
}

/** What became of M arrivals. */
export interface Intake {
  /** M, label of the source each image got, or -1 if it waits. */
  readonly labels: Int32Array;
  /** M, codes of {@link CASE_REASON}. */
  readonly reasons: Uint8Array;
  /** M each, of the test against the sources that were there before. */
  readonly scores: {
    readonly score: Float32Array;
    readonly pValue: Float32Array;
    readonly margin: Float32Array;
  };
  /** M, label of the nearest source. */
  readonly nearest: Int32Array;
  readonly candidates: readonly Candidate[];
  /** The same object if nothing of it changed. */
  readonly model: SourceModel;
}

/** Labels and reasons as they come about; -1 waits. */
interface Placement {
  readonly labels: Int32Array;
  readonly reasons: Uint8Array;
}

/**
 * Takes images in: attributes them, discovers sources among those that no source accepts, and lets a new one in only if
 * attribution to the sources before it does not suffer. Images that a source accepted one by one, but that differ from its own
 * when looked at together, take part in discovery too, and stay with it unless they turn out to be a source of their own.
 *
 * An image that a retired source accepts waits, and takes no part in discovery: the source would only be found again.
 *
 * Cost: O(M · S) and that of discovery among those that wait; what the case holds besides plays no part.
 */
export async function takeIn(
  model: SourceModel,
  arrivals: Arrivals,
  options: IntakeOptions,
  seed: number,
): Promise<Intake> {
  const { stages, retired } = options;
  const { test, exemplars, sources, knownCount } = model;
  const established = { established: exemplars, sourceCount: sources.length, test, options: stages };
  const { source, scores, pooled } = attributeRows(established, arrivals.features, seed);
  const placed: Placement = {
    labels: source.map((label) => (retired.has(label) ? -1 : label)),
    reasons: Uint8Array.from(source, (label, row) =>
      retired.has(label) ? CASE_REASON.acceptedByRetired : reasonOf(label, knownCount, pooled[row] === 1),
    ),
  };
  const tested = { features: arrivals.features, source, pValue: scores.pValue };
  const strangers = strangersAmong(exemplars, tested, stages, seed);
  const waiting = rowsWhere(source, (label, row) => label < 0 || strangers[row] === 1);
  // A stranger joins no source that is there: the one that accepted it keeps it, if it is no new one's.
  const pValue = scores.pValue.map((value, row) => (strangers[row] === 1 ? 0 : value));
  const candidates =
    waiting.length < options.discoverFrom
      ? []
      : await discover(model, { arrivals, waiting, pValue }, placed, options, seed);
  const admitted = admitCandidates(model, arrivals, candidates, options, seed);
  for (const { number, rows } of admitted.candidates) {
    if (number !== null) place(placed, rows, admitted.model.sources.indexOf(number), CASE_REASON.clustered);
  }
  const next = learnFromArrivals(admitted.model, model, arrivals, placed.labels, stages, seed);
  if (next.sources.length > sources.length)
    giveToNewSources(next, sources.length, arrivals, placed, stages, seed);
  return {
    ...placed,
    scores: { score: scores.oodScore, pValue: scores.pValue, margin: scores.margin },
    nearest: scores.nearest,
    candidates: admitted.candidates,
    model: next,
  };
}

/** What becomes of images that wait where no new ones come: they go on waiting. @param count of them. */
export function leaveWaiting(model: SourceModel, count: number): Intake {
  const nothing = () => new Float32Array(count);
  return {
    labels: new Int32Array(count).fill(-1),
    reasons: new Uint8Array(count),
    scores: { score: nothing(), pValue: nothing(), margin: nothing() },
    nearest: new Int32Array(count),
    candidates: [],
    model,
  };
}

/** Discovers among waiting rows: those that join a source get its label, the others form candidates, the largest first. */
async function discover(
  { exemplars, sources, knownCount }: SourceModel,
  { arrivals, waiting, pValue }: { arrivals: Arrivals; waiting: Int32Array; pValue: Float32Array },
  placed: Placement,
  { stages, round, retired }: IntakeOptions,
  seed: number,
): Promise<Int32Array[]> {
  const established = { established: exemplars, sourceCount: sources.length, knownCount, options: stages };
  const rejected = {
    features: selectSpaceRows(arrivals.features, waiting),
    pValue: Float32Array.from(waiting, (row) => pValue[row] as number),
    accepted: countLabels(placed.labels, sources.length),
  };
  const { labels } = await discoverAmong(established, rejected, round, seed);
  const candidates: Int32Array[] = [];
  for (const [label, found] of rowsByLabel(labels)) {
    const rows = Int32Array.from(found, (i) => waiting[i] as number);
    if (label >= sources.length) candidates.push(rows);
    else if (label >= 0 && !retired.has(label)) {
      const free = rows.filter((row) => placed.labels[row] === -1);
      place(placed, free, label, CASE_REASON.clusteredWithSource);
    }
  }
  return candidates.sort((a, b) => b.length - a.length);
}

/** Gives what still waits to sources that were just discovered, where their test accepts it. */
function giveToNewSources(
  { test, exemplars, sources }: SourceModel,
  firstNew: number,
  { features }: Arrivals,
  placed: Placement,
  stages: StageOptions,
  seed: number,
): void {
  const waiting = rowsWhere(placed.labels, (label) => label < 0);
  const options = { ...stages, ood: { ...stages.ood, pooling: 'none' as const } };
  const established = { established: exemplars, sourceCount: sources.length, test, options };
  const { source } = attributeRows(established, selectSpaceRows(features, waiting), seed);
  waiting.forEach((row, i) => {
    const label = source[i] as number;
    if (label >= firstNew) place(placed, [row], label, CASE_REASON.acceptedByNewSource);
  });
}

function place({ labels, reasons }: Placement, rows: Iterable<number>, label: number, reason: number): void {
  for (const row of rows) {
    labels[row] = label;
    reasons[row] = reason;
  }
}

function reasonOf(label: number, knownCount: number, isPooled: boolean): number {
  if (label < 0) return isPooled ? CASE_REASON.rejectedWithLike : CASE_REASON.waits;
  if (isPooled) return CASE_REASON.acceptedWithLike;
  return label < knownCount ? CASE_REASON.acceptedByKnown : CASE_REASON.acceptedByDiscovered;
}

/** Images of each label in [0, count). */
function countLabels(labels: Int32Array, count: number): Int32Array {
  const counts = new Int32Array(count);
  for (const label of labels) if (label >= 0) counts[label]! += 1;
  return counts;
}
