import { readCaseInputs } from '../case-records.js';
import type { CaseState } from '../case-state.js';
import { tellHistory } from '../reading/history.js';
import { createImageFinder, listInputs } from '../reading/why-find.js';
import {
  type OperationPlan,
  planLabel,
  planNote,
  planRename,
  planRestore,
  planRetire,
} from './source-operations.js';
import { OperationError } from './source-operations-checks.js';
import { planDissolve, planMerge, planSplit } from './source-operations-members.js';
import { lastUndoable, movesIn, planUndo } from './undo.js';
import { writeOperation } from './write-operation.js';

/** What a person asks for; sources by id or name. */
export type SourceRequest =
  | { readonly operation: 'rename'; readonly source: string; readonly name: string }
  | { readonly operation: 'note'; readonly source: string; readonly note: string }
  | { readonly operation: 'merge'; readonly sources: readonly string[]; readonly reason?: string }
  | {
      readonly operation: 'split';
      readonly source: string;
      /** Paths, files, ids or beginnings of ids. */
      readonly images: readonly string[];
      /** Of the new source. */
      readonly name?: string;
      readonly reason?: string;
    }
  | {
      readonly operation: 'retire' | 'restore' | 'dissolve';
      readonly source: string;
      readonly reason?: string;
    }
  | { readonly operation: 'label'; readonly source: string; readonly name: string; readonly reason?: string }
  /** Of an entry, or of the last operation that stands. */
  | { readonly operation: 'undo'; readonly entry: number | null };

/** What surrounds a change of sources. */
export interface SourceContext {
  /** What relative paths of images are relative to. */
  readonly workingDirectory: string;
  readonly now: () => Date;
}

/** What a change of sources did. */
export interface SourceChange {
  readonly state: CaseState;
  readonly entry: number;
  readonly plan: OperationPlan;
  /** What became of sources, one line each. */
  readonly lines: readonly string[];
}

/**
 * Changes sources of a case as a person asks, and writes that as one entry of its log. A run becomes a case by it.
 *
 * @throws {InputError} if there is no such case, source or image. @throws {OperationError} if the case does not allow it.
 * @throws {FolderLockedError} if another process is writing to the case.
 *
 * Cost: where images change their source, that of fitting the test on the exemplars.
 */
export async function changeSources(
  directory: string,
  request: SourceRequest,
  { workingDirectory, now }: SourceContext,
): Promise<SourceChange> {
  const { state, plan } = await writeOperation(
    directory,
    (present) => planRequest(present, request, workingDirectory),
    { now },
  );
  const lines = tellHistory(state.entries).at(-1)?.details ?? [];
  return { state, entry: state.entries.length, plan, lines };
}

/** The plan of what is asked for. @throws as {@link changeSources}. */
function planRequest(state: CaseState, request: SourceRequest, workingDirectory: string): OperationPlan {
  switch (request.operation) {
    case 'rename':
      return planRename(state, request.source, request.name);
    case 'note':
      return planNote(state, request.source, request.note);
    case 'merge':
      return planMerge(state, request.sources, request);
    case 'split':
      return planSplit(state, request.source, rowsOfImages(state, request.images, workingDirectory), request);
    case 'retire':
      return planRetire(state, request.source, request);
    case 'restore':
      return planRestore(state, request.source, request);
    case 'dissolve':
      return planDissolve(state, request.source, request);
    case 'label':
      return planLabel(state, request.source, request.name, request);
    case 'undo':
      return planUndo(state, request.entry ?? demandUndoable(state), movesIn(state.directory));
  }
}

function demandUndoable({ entries }: CaseState): number {
  const entry = lastUndoable(entries);
  if (entry === null)
    throw new OperationError('no operation of a person stands, so there is nothing to undo');
  return entry;
}

function rowsOfImages(state: CaseState, texts: readonly string[], workingDirectory: string): number[] {
  const find = createImageFinder(state, listInputs(readCaseInputs(state)));
  return texts.map((text) => {
    const { row, id } = find(text, workingDirectory);
    if (row !== null) return row;
    throw new OperationError(`image ${id} is a labelled one of the known set, which stays with its source`);
  });
}
