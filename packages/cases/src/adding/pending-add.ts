import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ganscout/storage';
import { bodyOf } from '../case-entry.js';
import { CASE_FILES } from '../case-files.js';
import type { CaseState } from '../case-state.js';

/** When a case is trained again: when it has drifted, in any case, or never. */
export const RETRAIN_CHOICES = ['auto', 'always', 'never'] as const;
export type RetrainChoice = (typeof RETRAIN_CHOICES)[number];

/** Images that must wait before discovery is made on them, where nobody says otherwise. */
export const DEFAULT_DISCOVER_FROM = 10;

/** What is to be added, and how. */
export interface AddRequest {
  /** Absolute paths; none where only a retraining is asked for. */
  readonly locations: readonly string[];
  readonly retrain: RetrainChoice;
  /** Images that must wait before discovery is made on them. */
  readonly discoverFrom: number;
}

/** An add that was begun. */
export interface PendingAdd extends AddRequest {
  /** Number of the entry that its images were to become. */
  readonly entry: number;
}

/** An add that was interrupted stands in the way of another. */
export class PendingAddError extends Error {
  /** @param isIn whether its images are in the case, so that only a retraining is left of it. */
  constructor(directory: string, { locations }: PendingAdd, isIn: boolean) {
    const what = locations.length === 0 ? 'a retraining' : `an add of ${locations.join(', ')}`;
    super(
      `${directory} holds ${what} that was interrupted; finish it with "ganscout add ${directory} --resume", ` +
        `or drop it with --discard: ${isIn ? 'its images are in the case, and only a retraining is left' : 'nothing of it is in the case'}`,
    );
    this.name = 'PendingAddError';
  }
}

/** The add that has not come to its end; null if there is none. */
export function readPending(directory: string): PendingAdd | null {
  const path = join(directory, CASE_FILES.pending);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** Whether the images of an add are in the case, so that at most a retraining is left of it. */
export function isTakenIn({ entries }: CaseState, { entry, locations }: PendingAdd): boolean {
  const isIts = ({ number, kind, body }: CaseState['entries'][number]) =>
    number >= entry &&
    kind === 'added' &&
    JSON.stringify(bodyOf({ body }).locations) === JSON.stringify(locations);
  return locations.length === 0 || entries.some(isIts);
}

/** Whether the retraining of an add was done. */
export function isRetrained({ entries }: CaseState, { entry }: PendingAdd): boolean {
  return entries.some(({ number, kind }) => number >= entry && kind === 'retrained');
}

/** Whether two adds ask for the same. */
export function isSameRequest(a: AddRequest, b: AddRequest): boolean {
  const plain = ({ locations, retrain, discoverFrom }: AddRequest) =>
    JSON.stringify([locations, retrain, discoverFrom]);
  return plain(a) === plain(b);
}

/** Writes down what is begun, so that it can be gone on with. */
export function rememberPending(directory: string, pending: PendingAdd): void {
  writeDurably(join(directory, CASE_FILES.pending), `${JSON.stringify(pending, null, 2)}\n`);
}

/** Removes the note of an add, which came to its end or is dropped. */
export function forgetPending(directory: string): void {
  rmSync(join(directory, CASE_FILES.pending), { force: true });
}
