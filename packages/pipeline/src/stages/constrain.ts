import { type FeatureSet, UNASSIGNED } from '@ganscout/data-model';
import { meanByLabel, squaredDistance } from '@ganscout/numeric';
import { digestOfLists } from '@ganscout/storage';
import { birthsOf, changeLabels, type LabelState, REASON } from '../label-state.js';
import { uniteSets } from '../unite-sets.js';

/** What people said of images of the discovery set, by their rows. */
export interface RoundConstraints {
  /** Rows of each set are of one source. */
  readonly mustLink: readonly Int32Array[];
  /** Rows of the two sides are of different sources. */
  readonly cannotLink: readonly { readonly left: Int32Array; readonly right: Int32Array }[];
}

/** Digest of constraints, by which it is seen that they are others. */
export function digestOfConstraints({ mustLink, cannotLink }: RoundConstraints): string {
  const sides = cannotLink.flatMap(({ left, right }) => [left, right]);
  return digestOfLists([[mustLink.length], ...mustLink, ...sides]);
}

/**
 * Makes labels obey what people said.
 *
 * First, all rows of a must-link set get the label that most of them have, or a new one if none has any; a cluster of which
 * more than half the rows are in the set comes along as a whole. Sets that share a row are one. Then each source that holds
 * rows of both sides of a cannot-link is parted: the side with fewer rows leaves for a cluster of its own, and with it
 * every row that is nearer to its mean and of which no cannot-link speaks. Rows of a must-link set leave together, on the side that
 * their listed rows are on; where they are on both, the cannot-link holds.
 *
 * Ties: the lower label; the right side leaves; a row at equal distances stays. A cluster parted off was born with the one
 * that it was in.
 *
 * @param discovery features of the whole discovery set, N × D.
 * @returns the state itself if it obeys already.
 * @throws {RangeError} if a row is not in [0, N), or on both sides of a cannot-link.
 *
 * Cost: O(N · D) for each source that is parted, and O(N + listed rows).
 */
export function constrain(
  discovery: FeatureSet,
  state: LabelState,
  constraints: RoundConstraints,
  round: number,
): LabelState {
  checkConstraints(constraints, discovery.ids.length);
  const { assignment, births } = state;
  const { knownCount } = assignment;
  const draft: Draft = {
    labels: assignment.labels.slice(),
    births: [...new Array<number>(knownCount).fill(round), ...births],
    reasons: new Map(),
    round,
    knownCount,
  };
  const groups = uniteSets(constraints.mustLink, discovery.ids.length);
  for (const group of groups.members) if (group.length > 1) link(draft, group);
  const listed = new Uint8Array(discovery.ids.length);
  for (const { left, right } of constraints.cannotLink) for (const side of [left, right]) mark(listed, side);
  for (const { left, right } of constraints.cannotLink) {
    for (const label of sharedLabels(draft.labels, left, right)) {
      part(draft, { label, left, right }, { discovery, listed, groupOf: groups.setOf });
    }
  }
  return applyDraft(state, draft);
}

/** Labels while they are changed. */
interface Draft {
  readonly labels: Int32Array;
  /** Round of birth by label. */
  readonly births: number[];
  /** Code of the reason for each row that was moved. */
  readonly reasons: Map<number, number>;
  readonly round: number;
  readonly knownCount: number;
}

function move(draft: Draft, row: number, label: number, reason: number): void {
  if (draft.labels[row] === label) return;
  draft.labels[row] = label;
  draft.reasons.set(row, reason);
}

/** @returns the label of a cluster that has no row yet. */
function openCluster({ births }: Draft, birth: number): number {
  births.push(birth);
  return births.length - 1;
}

/** Brings the rows of a must-link set together. */
function link(draft: Draft, group: readonly number[]): void {
  const { labels, knownCount, round } = draft;
  const counts = new Map<number, number>();
  for (const row of group) {
    const label = labels[row] as number;
    if (label !== UNASSIGNED) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
  const target = most?.[0] ?? openCluster(draft, round);
  if (counts.size > 1) {
    const sizes = new Map<number, number>();
    for (const label of labels) if (counts.has(label)) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    const joins = (label: number) =>
      label >= knownCount && 2 * (counts.get(label) ?? 0) > (sizes.get(label) ?? 0);
    for (const [row, label] of labels.entries()) {
      if (joins(label)) move(draft, row, target, REASON.linkedByPerson);
    }
  }
  for (const row of group) move(draft, row, target, REASON.linkedByPerson);
}

/** A source that holds rows of both sides. */
interface Conflict {
  readonly label: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** What a source is parted by. */
interface PartingContext {
  readonly discovery: FeatureSet;
  /** N, 1 for a row of any side of a cannot-link. */
  readonly listed: Uint8Array;
  /** N, number of the row's must-link set, or -1. */
  readonly groupOf: Int32Array;
}

const STAYS = 0;
const LEAVES = 1;

/** Parts a source: the side with fewer rows leaves, with what goes along. */
function part(draft: Draft, { label, left, right }: Conflict, context: PartingContext): void {
  const inside = (side: Int32Array) => side.filter((row) => draft.labels[row] === label);
  const [ofLeft, ofRight] = [inside(left), inside(right)];
  const [staying, leaving] = ofLeft.length < ofRight.length ? [ofRight, ofLeft] : [ofLeft, ofRight];
  const sideOf = new Int32Array(draft.labels.length).fill(-1);
  for (const row of staying) sideOf[row] = STAYS;
  for (const row of leaving) sideOf[row] = LEAVES;
  const lead = leadOfLeaving(draft.labels, label, sideOf, context);
  decideGroups(lead, draft.labels, label, sideOf, context);
  const target = openCluster(draft, draft.births[label] as number);
  for (const [row, present] of draft.labels.entries()) {
    if (present !== label) continue;
    const side = sideOf[row] as number;
    const isFree = side === -1 && context.listed[row] === 0;
    if (side === LEAVES || (isFree && (lead[row] as number) > 0))
      move(draft, row, target, REASON.partedByPerson);
  }
}

/** N, how much nearer each row of the source is, in squared distance, to the mean of the side that leaves; 0 for other rows. */
function leadOfLeaving(
  labels: Int32Array,
  label: number,
  sideOf: Int32Array,
  { discovery: { data, dims } }: PartingContext,
): Float64Array {
  const means = meanByLabel(data, sideOf, dims, 2);
  const lead = new Float64Array(labels.length);
  for (const [row, present] of labels.entries()) {
    if (present !== label) continue;
    const distanceTo = (side: number) => squaredDistance(data, row, means, side, dims);
    lead[row] = distanceTo(STAYS) - distanceTo(LEAVES);
  }
  return lead;
}

/** Lets the rows of each must-link set in the source go the same way. @param sideOf completed. */
function decideGroups(
  lead: Float64Array,
  labels: Int32Array,
  label: number,
  sideOf: Int32Array,
  { listed, groupOf }: PartingContext,
): void {
  const groups = new Map<number, { sum: number; sides: Set<number>; rows: number[] }>();
  for (const [row, present] of labels.entries()) {
    const number = groupOf[row] as number;
    if (present !== label || number === -1) continue;
    const group = groups.get(number) ?? { sum: 0, sides: new Set<number>(), rows: [] };
    group.sum += lead[row] as number;
    const side = sideOf[row] as number;
    if (side !== -1) group.sides.add(side);
    // Of what another cannot-link speaks stays, and with it its set.
    else if (listed[row] === 1) group.sides.add(STAYS);
    else group.rows.push(row);
    groups.set(number, group);
  }
  for (const { sum, sides, rows } of groups.values()) {
    if (sides.size === 2) continue;
    const [given] = sides;
    const side = given ?? (sum > 0 ? LEAVES : STAYS);
    for (const row of rows) sideOf[row] = side;
  }
}

/** Labels of the sources that hold rows of both sides, ascending. */
function sharedLabels(labels: Int32Array, left: Int32Array, right: Int32Array): number[] {
  const labelsOf = (rows: Int32Array) => new Set(Array.from(rows, (row) => labels[row] as number));
  const ofRight = labelsOf(right);
  return [...labelsOf(left)]
    .filter((label) => label !== UNASSIGNED && ofRight.has(label))
    .sort((a, b) => a - b);
}

function applyDraft(state: LabelState, { labels, births, reasons, round }: Draft): LabelState {
  if (reasons.size === 0) return state;
  const reasonOf = (row: number) => reasons.get(row) as number;
  const bornBefore = birthsOf(state, round);
  const changed = changeLabels(state, labels, round, reasonOf, (label) => births[label] ?? bornBefore(label));
  const since = changed.since.slice();
  const codes = changed.reasons.slice();
  for (const [row, code] of reasons) {
    // What a person had to say of it in an earlier round has held since then.
    since[row] = state.reasons[row] === code ? (state.since[row] as number) : round;
    codes[row] = code;
  }
  return { ...changed, since, reasons: codes };
}

/** @param marks overwritten at the rows. */
function mark(marks: Uint8Array, rows: Int32Array): void {
  for (const row of rows) marks[row] = 1;
}

function checkConstraints({ mustLink, cannotLink }: RoundConstraints, rows: number): void {
  const sides = cannotLink.flatMap(({ left, right }) => [left, right]);
  for (const list of [...mustLink, ...sides]) {
    for (const row of list) {
      if (row < 0 || row >= rows) throw new RangeError(`constrain: rows must be in [0, ${rows}), got ${row}`);
    }
  }
  for (const { left, right } of cannotLink) {
    const ofLeft = new Set(left);
    const twice = right.find((row) => ofLeft.has(row));
    if (twice !== undefined)
      throw new RangeError(`constrain: row ${twice} must be on one side of a cannot-link, it is on both`);
  }
}
