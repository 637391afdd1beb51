import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageId, readNpy } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { holdsRun } from '@ganscout/pipeline';
import { type AuditEntry, readAuditLog } from '@ganscout/storage';
import { bodyOf, type EntryBody } from './case-entry.js';
import { entryFolder } from './case-files.js';
import { draftOpening } from './open-case.js';
import type { StandingConstraint } from './operations/constraint.js';
import { standingConstraints } from './operations/undo-standing.js';
import { applyEvents, emptyRegistry, type Registry } from './registry/registry.js';

/** All that is known of a case after its last entry. N images, in the order in which they came. */
export interface CaseState {
  readonly directory: string;
  /** None for a run that was never opened as a case. */
  readonly entries: readonly AuditEntry[];
  readonly registry: Registry;
  /** N: the run's discovery set, then what was added. */
  readonly ids: readonly ImageId[];
  /** N, number of each image's source; 0 for one that waits in the buffer. */
  readonly labels: Int32Array;
  readonly constraints: readonly StandingConstraint[];
  /** 1 is the run itself; each retraining makes the next. */
  readonly generation: number;
  /** Entry that the generation came with. */
  readonly generationEntry: number;
  /** Source number of each label of the generation's own test. */
  readonly generationSources: readonly number[];
  /** Entry with the test that holds now; null for that of the generation. */
  readonly testEntry: number | null;
  /** Entry with the buffer that holds now; null for that of the generation. */
  readonly bufferEntry: number | null;
}

/** The state of a case before its first entry. */
export function emptyState(directory: string): CaseState {
  return {
    directory,
    entries: [],
    registry: emptyRegistry(),
    ids: [],
    labels: new Int32Array(0),
    constraints: [],
    generation: 1,
    generationEntry: 1,
    generationSources: [],
    testEntry: null,
    bufferEntry: null,
  };
}

/**
 * Reads the state of a case; of a run that was never opened as one, the state that opening it gives.
 *
 * What is read was whole before the log named it and never changes, so a reader needs no lock.
 *
 * @throws {InputError} if the directory holds no run. @throws {AuditDamageError} if the log is damaged.
 *
 * Cost: O(N), of which most is reading the ids.
 */
export function readCase(directory: string): CaseState {
  return readOpenedCase(directory) ?? virtuallyOpened(directory);
}

/** As {@link readCase}; null for a run that was never opened as a case. */
export function readOpenedCase(directory: string): CaseState | null {
  checkHoldsRun(directory);
  const { entries } = readAuditLog(directory);
  return entries.length === 0 ? null : foldEntries(emptyState(directory), entries);
}

/** @throws {InputError} if no run was begun in the directory. */
export function checkHoldsRun(directory: string): void {
  if (holdsRun(directory)) return;
  throw new InputError(`${directory} holds no run; name the directory that "ganscout run" wrote`);
}

/** Whether a run was opened as a case. */
export function isOpened({ entries }: CaseState): boolean {
  return entries.length > 0;
}

/** The state after more entries, whose files are in their folders. Cost: O(N + entries). */
export function foldEntries(state: CaseState, entries: readonly AuditEntry[]): CaseState {
  const steps = entries.map((entry): EntryStep => {
    const folder = entryFolder(entry.number);
    return {
      number: entry.number,
      body: bodyOf(entry),
      has: (name) => `${folder}/${name}` in entry.files,
      read: (name) => readFileSync(join(state.directory, folder, name)),
    };
  });
  const all = [...state.entries, ...entries];
  return { ...foldSteps(state, steps), entries: all, constraints: standingConstraints(all) };
}

/** An entry with its files. */
interface EntryStep {
  readonly number: number;
  readonly body: EntryBody;
  readonly has: (name: string) => boolean;
  readonly read: (name: string) => Uint8Array;
}

function virtuallyOpened(directory: string): CaseState {
  const { body, files } = draftOpening(directory);
  const read = (name: string) => {
    const content = files.get(name) as Uint8Array | string;
    return typeof content === 'string' ? Buffer.from(content) : content;
  };
  return foldSteps(emptyState(directory), [{ number: 1, body, has: (name) => files.has(name), read }]);
}

function foldSteps(state: CaseState, steps: readonly EntryStep[]): CaseState {
  const parts = steps
    .filter(({ has }) => has('ids.json'))
    .map(({ read }) => ({
      ids: JSON.parse(new TextDecoder().decode(read('ids.json'))) as ImageId[],
      labels: readNpy(read('labels.npy')).data as Int32Array,
    }));
  const ids = state.ids.concat(...parts.map((part) => part.ids));
  const labels = new Int32Array(ids.length);
  labels.set(state.labels);
  let next = { ...state, ids, labels };
  let rows = state.labels.length;
  let part = 0;
  for (const { number, body, has, read } of steps) {
    if (has('ids.json')) {
      const { labels: own } = parts[part++] as (typeof parts)[number];
      labels.set(own, rows);
      rows += own.length;
    }
    if (has('moved.npy')) move(labels, readNpy(read('moved.npy')).data as Int32Array);
    const isNewGeneration = body.generation !== undefined;
    next = {
      ...next,
      registry: applyEvents(next.registry, body.events, number),
      generation: body.generation ?? next.generation,
      generationEntry: isNewGeneration ? number : next.generationEntry,
      generationSources: body.generationSources ?? next.generationSources,
      testEntry: has('test.json') ? number : isNewGeneration ? null : next.testEntry,
      bufferEntry: has('buffer.npy') ? number : isNewGeneration ? null : next.bufferEntry,
    };
  }
  return next;
}

/** @param labels overwritten. @param moved row, source before and source now of each image that changed its source. */
function move(labels: Int32Array, moved: Int32Array): void {
  for (let at = 0; at < moved.length; at += 3) labels[moved[at] as number] = moved[at + 2] as number;
}
