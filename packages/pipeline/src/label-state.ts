import {
  type Assignment,
  compactLabels,
  createAssignment,
  decodeNpy,
  encodeNpy,
  UNASSIGNED,
} from '@ganscout/data-model';
import type { StageOutput, StageWriter } from './stage-store.js';

/** Why an image has the label it has; the position is the code that is stored. */
export const REASONS = [
  'no source accepted it',
  'accepted by a known source',
  'accepted by a discovered source',
  'clustered with images that no source accepted',
  'released: refinement took it out of its cluster',
  'released: its cluster was dissolved',
  'accepted by a known source: its fragment of like images belongs to known sources',
  'no source accepted it: its fragment of like images belongs to none',
  'a person linked it to images of its source',
  'a person parted it, or images like it, from those of its former source',
] as const;

export const REASON = {
  rejected: 0,
  acceptedByKnown: 1,
  acceptedByDiscovered: 2,
  clustered: 3,
  releasedAlone: 4,
  releasedWithCluster: 5,
  acceptedByFragment: 6,
  rejectedByFragment: 7,
  linkedByPerson: 8,
  partedByPerson: 9,
} as const;

/** Labels of the discovery set with their history, as they pass from stage to stage. */
export interface LabelState {
  readonly assignment: Assignment;
  /** N, round in which the image got its label or was last left without one. */
  readonly since: Int32Array;
  /** N, index into {@link REASONS}. */
  readonly reasons: Uint8Array;
  /** Round in which each discovered cluster was first found, clusterCount - knownCount values. */
  readonly births: Int32Array;
}

/** The state before the first round: nothing is assigned. */
export function initialState(rows: number, knownCount: number): LabelState {
  return {
    assignment: createAssignment(new Int32Array(rows).fill(UNASSIGNED), knownCount, knownCount),
    since: new Int32Array(rows),
    reasons: new Uint8Array(rows),
    births: new Int32Array(0),
  };
}

/**
 * Returns the state after labels changed.
 *
 * @param labels N, each -1, a known label, or any integer from knownCount on; gaps are closed in order.
 * @param reasonOf code for a row whose label changed; asked only for those.
 * @param birthOf round of birth of a label in `labels`.
 */
export function changeLabels(
  state: LabelState,
  labels: Int32Array,
  round: number,
  reasonOf: (row: number) => number,
  birthOf: (label: number) => number,
): LabelState {
  const { knownCount } = state.assignment;
  const since = state.since.slice();
  const reasons = state.reasons.slice();
  for (let row = 0; row < labels.length; row++) {
    const before = state.assignment.labels[row] as number;
    const now = labels[row] as number;
    // A discovered label may have been renumbered by a merge; the image kept its source then.
    const isSame = before === now || (before >= knownCount && now >= knownCount);
    if (isSame && now !== UNASSIGNED) continue;
    if (isSame && state.since[row] !== 0) continue;
    since[row] = round;
    reasons[row] = reasonOf(row);
  }
  const found = [...new Set(labels)].filter((label) => label >= knownCount).sort((a, b) => a - b);
  return {
    assignment: compactLabels(labels, knownCount),
    since,
    reasons,
    births: Int32Array.from(found, birthOf),
  };
}

/** Round of birth of each discovered label of a state, as {@link changeLabels} asks for it. */
export function birthsOf(state: LabelState, round: number): (label: number) => number {
  return (label) => state.births[label - state.assignment.knownCount] ?? round;
}

/** Whether the same images are in discovered clusters, grouped alike (numbers of clusters may differ). */
export function isSameDiscovery(a: Assignment, b: Assignment): boolean {
  const forward = new Map<number, number>();
  const backward = new Map<number, number>();
  for (let row = 0; row < a.labels.length; row++) {
    const left = discoveredLabel(a, row);
    const right = discoveredLabel(b, row);
    if ((forward.get(left) ?? right) !== right || (backward.get(right) ?? left) !== left) return false;
    forward.set(left, right);
    backward.set(right, left);
  }
  return true;
}

/**
 * Share of the images that moved. Two clusters are the same if each shares most of its images with the other; an image
 * stayed if it was and is in the same cluster, or was and is in none.
 */
export function changedShare(before: Assignment, after: Assignment): number {
  const rows = before.labels.length;
  const cells = new Map<number, { left: number; right: number; count: number }>();
  for (let row = 0; row < rows; row++) {
    const left = discoveredLabel(before, row);
    const right = discoveredLabel(after, row);
    if ((left === UNASSIGNED) !== (right === UNASSIGNED)) continue;
    const key = (left + 1) * (after.clusterCount + 1) + right + 1;
    const cell = cells.get(key) ?? { left, right, count: 0 };
    cell.count += 1;
    cells.set(key, cell);
  }
  const best = { left: new Map<number, number>(), right: new Map<number, number>() };
  for (const { left, right, count } of cells.values()) {
    best.left.set(left, Math.max(count, best.left.get(left) ?? 0));
    best.right.set(right, Math.max(count, best.right.get(right) ?? 0));
  }
  let stayed = 0;
  for (const { left, right, count } of cells.values()) {
    if (best.left.get(left) === count && best.right.get(right) === count) stayed += count;
  }
  return rows === 0 ? 0 : 1 - stayed / rows;
}

function discoveredLabel({ labels, knownCount }: Assignment, row: number): number {
  const label = labels[row] as number;
  return label < knownCount ? UNASSIGNED : label;
}

/** Writes a state as the files `labels.npy`, `since.npy`, `reasons.npy`, `births.npy` and `labels.json`. */
export function writeState(writer: StageWriter, state: LabelState): void {
  const { labels, knownCount, clusterCount } = state.assignment;
  writer.write('labels.npy', encodeNpy({ shape: [labels.length], data: labels }));
  writer.write('since.npy', encodeNpy({ shape: [labels.length], data: state.since }));
  writer.write('reasons.npy', encodeNpy({ shape: [labels.length], data: state.reasons }));
  writer.write('births.npy', encodeNpy({ shape: [state.births.length], data: state.births }));
  writer.write('labels.json', `${JSON.stringify({ knownCount, clusterCount })}\n`);
}

/** Reads what {@link writeState} wrote. */
export function readState(output: StageOutput): LabelState {
  const { knownCount, clusterCount } = JSON.parse(new TextDecoder().decode(output.read('labels.json')));
  const int32 = (name: string) => decodeNpy(output.read(name)).data as Int32Array;
  return {
    assignment: createAssignment(int32('labels.npy'), knownCount, clusterCount),
    since: int32('since.npy'),
    reasons: decodeNpy(output.read('reasons.npy')).data as Uint8Array,
    births: int32('births.npy'),
  };
}
