import { concatenateRows, rowsWhere, selectRows } from '@ganscout/data-model';
import { byDigest } from './by-digest.js';
import type { StageOptions } from './config/schema.js';
import { fitExemplarTest } from './established.js';
import {
  chooseExemplars,
  EXEMPLARS_PER_SOURCE,
  type Exemplars,
  nextGroup,
  selectExemplars,
} from './exemplars.js';
import { joinSpaces, mapSpaces, type SpaceFeatures } from './space-features.js';
import { applySourceTest, type Reference, type SourceScores } from './stages/source-test.js';

/** How an earlier source fares without and with the candidates. */
export interface CheckedSource {
  readonly label: number;
  /** Its exemplars that were held back. */
  readonly heldBack: number;
  /** Of those, how many are attributed to it without and with the candidates. */
  readonly before: number;
  readonly after: number;
  /** Mean lead of the source over the next one, over the images counted in `before`; null without any, or without a next one. */
  readonly marginBefore: number | null;
  readonly marginAfter: number | null;
}

/** Whether candidates may become sources. */
export interface UpdateCheck {
  readonly accepted: boolean;
  /** One sentence, with the figures that decided. */
  readonly reason: string;
  readonly sources: readonly CheckedSource[];
}

/** The sources before the update. */
export interface EarlierSources {
  readonly exemplars: Exemplars;
  /** S. */
  readonly sourceCount: number;
  /** How strange labelled images look, as their present test has it; left out, it is found out from the exemplars, which costs more than the rest. */
  readonly reference?: Reference | null;
}

/** Images of one or several candidates for a new source. */
export interface Candidates {
  readonly features: SpaceFeatures;
  /** Each in [0, C). */
  readonly labels: Int32Array;
}

/** Of how many exemplars one is held back. */
const HELD_BACK = 3;
/** Share of the images attributed to it that an earlier source may lose; one image it may lose in any case. */
const LOSS = 0.05;
/** A mean margin below this share of what it was has fallen. */
const KEPT_MARGIN = 0.5;
/** Deviations from the mean to where one normal value in twenty lies below. */
const ONE_IN_TWENTY = 1.645;

/** Says of candidates whether they may become sources beside those that the check was opened for. */
export type CheckCandidates = (candidates: Candidates) => UpdateCheck;

/**
 * Opens a check that says whether the attribution of all earlier sources stays as good with new ones, without asking for any label.
 *
 * A third of the exemplars of each source is held back, chosen by the digests of their ids; tests without and with the
 * candidates are fitted on the others. The update fails if a source loses more than 5 % of the held-back images that were
 * attributed to it, and more than one, or if its mean margin falls by more than half, to so little against its deviation that
 * one normal margin in twenty would be negative: of a source with few images held back the count says little.
 *
 * @param before earlier sources. @param seed of the run; the results do not depend on the number of threads.
 * @returns throws {RangeError} if a label is out of range.
 *
 * Cost: one test of the exemplars alone, and one more for each time that candidates are checked.
 */
export function openUpdateCheck(
  before: EarlierSources,
  options: StageOptions,
  seed: number,
): CheckCandidates {
  const { exemplars, sourceCount, reference: given = null } = before;
  const { fitted, heldBack } = split(exemplars);
  const rows = joinSpaces(heldBack.features, options.ood.space);
  const without = fitExemplarTest(fitted, sourceCount, given, options, seed);
  // The labelled images are the same with the candidates, and so is what they score.
  const reference = without.fused?.reference ?? null;
  const scoresBefore = applySourceTest(without, rows);
  return (candidates) => {
    const count = candidates.labels.reduce((largest, label) => Math.max(largest, label + 1), 0);
    const joined = withCandidates(fitted, candidates, sourceCount);
    const withThem = fitExemplarTest(joined, sourceCount + count, reference, options, seed);
    const scores = { before: scoresBefore, after: applySourceTest(withThem, rows) };
    return judge(Array.from({ length: sourceCount }, (_, label) => compare(label, heldBack.labels, scores)));
  };
}

function judge(sources: readonly ComparedSource[]): UpdateCheck {
  const reasons = sources.flatMap((source) => whyWorse(source) ?? []);
  const checked = sources.filter(({ before: images }) => images > 0).length;
  return {
    accepted: reasons.length === 0,
    reason: reasons[0] ?? `the attribution of ${checked} earlier sources stays as it was`,
    sources: sources.map(({ deviation: _, ...source }) => source),
  };
}

/** Holds back a third of the exemplars of each source, by the digests of their ids. */
function split(exemplars: Exemplars): { readonly fitted: Exemplars; readonly heldBack: Exemplars } {
  const { ids, labels } = exemplars;
  const sources = new Set(labels);
  const heldBack = new Set(
    [...sources].flatMap((source) => {
      const own = [...rowsWhere(labels, (label) => label === source)];
      return byDigest(ids, own).slice(0, Math.floor(own.length / HELD_BACK));
    }),
  );
  const rows = [...labels.keys()];
  return {
    fitted: selectExemplars(
      exemplars,
      rows.filter((row) => !heldBack.has(row)),
    ),
    heldBack: selectExemplars(
      exemplars,
      rows.filter((row) => heldBack.has(row)),
    ),
  };
}

/** The exemplars with those of the candidates, whose labels follow. */
function withCandidates(
  exemplars: Exemplars,
  { features, labels }: Candidates,
  sourceCount: number,
): Exemplars {
  const ids = [...features.values()][0]?.ids ?? [];
  const chosen = chooseExemplars(ids, labels, EXEMPLARS_PER_SOURCE);
  const firstFree = nextGroup(exemplars.groups);
  return {
    ids: [...exemplars.ids, ...Array.from(chosen, (row) => ids[row] as string)],
    labels: Int32Array.from([
      ...exemplars.labels,
      ...chosen.map((row) => sourceCount + (labels[row] as number)),
    ]),
    groups: Int32Array.from([...exemplars.groups, ...chosen.map((row) => firstFree + row)]),
    labelled: Uint8Array.from([...exemplars.labelled, ...new Uint8Array(chosen.length)]),
    features: mapSpaces(exemplars.features, (set, name) =>
      concatenateRows(set, selectRows(joinSpaces(features, [name]), chosen)),
    ),
  };
}

interface ComparedSource extends CheckedSource {
  /** Standard deviation of the margins whose mean is `marginAfter`. */
  readonly deviation: number;
}

function compare(
  label: number,
  labels: Int32Array,
  { before, after }: { readonly before: SourceScores; readonly after: SourceScores },
): ComparedSource {
  const rows = [...labels.keys()].filter((row) => labels[row] === label);
  const own = rows.filter((row) => before.source[row] === label);
  const margins = (scores: SourceScores) =>
    own.map((row) => (scores.nearest[row] === label ? 1 : -1) * (scores.margin[row] as number));
  const marginsAfter = margins(after);
  const marginAfter = finiteMean(marginsAfter);
  const squares = marginsAfter.map((margin) => (margin - (marginAfter ?? margin)) ** 2);
  return {
    label,
    heldBack: rows.length,
    before: own.length,
    after: rows.filter((row) => after.source[row] === label).length,
    marginBefore: finiteMean(margins(before)),
    marginAfter,
    deviation: Math.sqrt(finiteMean(squares) ?? 0),
  };
}

/** Null of no values, or if one is infinite, as the lead of a single source is. */
function finiteMean(values: readonly number[]): number | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) ? mean : null;
}

/** Why a source fares worse than it may, or null. */
function whyWorse(source: ComparedSource): string | null {
  const { label, before, after, marginBefore, marginAfter, deviation } = source;
  if (before - after > Math.max(1, LOSS * before)) {
    return `source ${label} would keep ${after} of the ${before} held-back images attributed to it`;
  }
  if (marginBefore === null || marginAfter === null) return null;
  const hasFallen = marginAfter < KEPT_MARGIN * marginBefore && marginAfter < ONE_IN_TWENTY * deviation;
  if (!hasFallen) return null;
  return `the mean margin of source ${label} would fall from ${marginBefore.toFixed(3)} to ${marginAfter.toFixed(3)}`;
}
