import type { AuditEntry } from '@ganscout/storage';
import { bodyOf } from '../case-entry.js';
import type { CaseState } from '../case-state.js';
import { numbersOf, readMoves } from '../reading/entry-numbers.js';
import {
  applyEvents,
  type CaseSource,
  emptyRegistry,
  type Registry,
  sourceId,
  sourceNumber,
} from '../registry/registry.js';
import {
  changesIdentity,
  eventsOf,
  type SourceEvent,
  type SourceId,
  sourcesOf,
} from '../registry/source-events.js';
import { type Moves, noMoves, type OperationPlan } from './source-operations.js';
import { demandFreeName, OperationError } from './source-operations-checks.js';
import { liftsOf, undoneEntries } from './undo-standing.js';

/** What an undoing looks at. */
export type UndoableState = Pick<CaseState, 'entries' | 'registry' | 'labels'>;

/** Gives the images that an entry moved, k × 3: row, source before, source after. */
export type MovesOf = (entry: AuditEntry) => Int32Array;

/** Reads the images that entries of a case moved from the files of the entries. */
export function movesIn(directory: string): MovesOf {
  return (entry) => readMoves(numbersOf(directory, entry));
}

/** The number of the last entry that can be meant by an undo without a number, or null. */
export function lastUndoable(entries: readonly AuditEntry[]): number | null {
  const undone = undoneEntries(entries);
  return entries.findLast(({ kind, number }) => kind === 'operation' && !undone.has(number))?.number ?? null;
}

/**
 * Takes an operation back, or does an undone one again by taking the undoing back.
 *
 * Sources get the names, states and labels that they had before the entry, images the sources that they had, and what the
 * entry did to constraints is reversed. A source that the entry gave an id keeps it and is merged into what it came from,
 * with all images that it got since.
 *
 * @param entryNumber of an operation, or of an undoing.
 * @throws {OperationError} if there is no such entry, it is no operation, was taken back already, or a later entry that
 *   stands touched the identity of its sources, its images or its constraints; the text names that entry.
 */
export function planUndo(state: UndoableState, entryNumber: number, movesOf: MovesOf): OperationPlan {
  const entry = undoableEntry(state.entries, entryNumber);
  const moved = movesOf(entry);
  demandUntouched(state.entries, entry, moved, movesOf);
  const before = registryBefore(state.entries, entryNumber);
  const ids = [...new Set(eventsOf(entry).flatMap(sourcesOf))];
  const events = inverseEvents(state, before, ids, entry);
  demandFitting(state, events, entry);
  const moves = inverseMoves(state, events, moved);
  const body = bodyOf(entry);
  const isIdentity = events.some((event) => changesIdentity(event) && event.event !== 'renamed');
  return {
    kind: 'undone',
    body: {
      undoes: entryNumber,
      operation: String(body.operation),
      arguments: (body.arguments ?? {}) as Readonly<Record<string, unknown>>,
      events: withCounts(events, moves),
      constraints: [],
      lifts: [],
    },
    moved: moves,
    modelChanges: isIdentity || moves.rows.length > 0,
  };
}

function undoableEntry(entries: readonly AuditEntry[], number: number): AuditEntry {
  const entry = entries[number - 1];
  if (entry === undefined) {
    const range =
      entries.length === 0 ? 'the case has none yet' : `the case has entries 1 to ${entries.length}`;
    throw new OperationError(`there is no entry ${number}; ${range}`);
  }
  if (entry.kind !== 'operation' && entry.kind !== 'undone') {
    throw new OperationError(
      `entry ${number} is no operation of a person (${entry.kind}), so it cannot be undone`,
    );
  }
  const by = undoneEntries(entries).get(number);
  if (by !== undefined) {
    throw new OperationError(`entry ${number} was undone by entry ${by}; to do it again, undo entry ${by}`);
  }
  return entry;
}

/** @throws {OperationError} naming the first later entry that stands and touched the same. */
function demandUntouched(
  entries: readonly AuditEntry[],
  entry: AuditEntry,
  moved: Int32Array,
  movesOf: MovesOf,
): void {
  const undone = undoneEntries(entries);
  const rows = rowsIn(moved);
  const identities = new Set(eventsOf(entry).filter(changesIdentity).flatMap(sourcesOf));
  for (const later of entries.slice(entry.number)) {
    const { undoes = 0 } = bodyOf(later);
    // An undone entry and the one that undid it leave nothing behind, nor do they if both are later.
    if (undone.has(later.number) || (later.kind === 'undone' && undoes > entry.number)) continue;
    const touched =
      eventsOf(later)
        .filter(changesIdentity)
        .flatMap(sourcesOf)
        .find((id) => identities.has(id)) ?? touchedBy(later, entry.number, rows, movesOf);
    if (touched === null) continue;
    const isUndoable = later.kind === 'operation' || later.kind === 'undone';
    throw new OperationError(
      `entry ${entry.number} cannot be undone: entry ${later.number} (${describeKind(later)}) touched ${touched} since; ` +
        (isUndoable ? `undo entry ${later.number} first` : 'it stays'),
    );
  }
}

function touchedBy(
  later: AuditEntry,
  number: number,
  rows: ReadonlySet<number>,
  movesOf: MovesOf,
): string | null {
  if (liftsOf(later).includes(number)) return 'its constraints';
  if (rows.size > 0 && [...rowsIn(movesOf(later))].some((row) => rows.has(row))) return 'its images';
  return null;
}

function describeKind({ kind, body }: AuditEntry): string {
  return kind === 'operation' ? String(bodyOf({ body }).operation) : kind;
}

function rowsIn(moved: Int32Array): ReadonlySet<number> {
  const rows = new Set<number>();
  for (let at = 0; at < moved.length; at += 3) rows.add(moved[at] as number);
  return rows;
}

function registryBefore(entries: readonly AuditEntry[], number: number): Registry {
  return entries
    .slice(0, number - 1)
    .reduce((registry, entry) => applyEvents(registry, eventsOf(entry), entry.number), emptyRegistry());
}

/** @throws {OperationError} if what would come back has no place any more. */
function demandFitting(
  { registry }: UndoableState,
  events: readonly SourceEvent[],
  { number }: AuditEntry,
): void {
  try {
    const after = applyEvents(registry, events, number);
    for (const id of new Set(events.map((event) => sourcesOf(event)[0]))) {
      const source = after.sources.find((other) => other.id === id);
      if (source?.state === 'active') demandFreeName(after, source.name, source);
    }
  } catch (error) {
    throw new OperationError(`entry ${number} cannot be undone: ${(error as Error).message}`);
  }
}

/** Those that bring sources back come first, so that others can be merged into them. */
function inverseEvents(
  { registry }: UndoableState,
  before: Registry,
  ids: readonly SourceId[],
  entry: AuditEntry,
): SourceEvent[] {
  const reason = `undo of entry ${entry.number}`;
  const pairs = ids.map((id) => {
    const number = sourceNumber(id);
    return { now: registry.sources[number - 1] as CaseSource, past: before.sources[number - 1] ?? null };
  });
  return [
    ...pairs.flatMap(({ now, past }) => comebackOf(now, past, reason)),
    ...pairs.flatMap(({ now, past }) => (past === null ? [] : namesBack(now, past))),
    ...eventsOf(entry).toReversed().flatMap(noteBack),
    ...pairs.flatMap(({ now, past }) => departureOf(now, past, reason)),
  ];
}

function comebackOf(now: CaseSource, past: CaseSource | null, reason: string): SourceEvent[] {
  const comesBack = past?.state === 'active' && now.state !== 'active';
  return comesBack ? [{ event: 'restored', source: now.id, reason }] : [];
}

function namesBack(now: CaseSource, past: CaseSource): SourceEvent[] {
  const events: SourceEvent[] = [];
  if (now.name !== past.name)
    events.push({ event: 'renamed', source: now.id, from: now.name, to: past.name });
  if (now.labelled !== past.labelled) events.push({ event: 'labelled', source: now.id, as: past.labelled });
  return events;
}

function noteBack(event: SourceEvent): SourceEvent[] {
  if (event.event === 'noted') return [{ ...event, event: 'unnoted' }];
  return event.event === 'unnoted' ? [{ ...event, event: 'noted' }] : [];
}

function departureOf(now: CaseSource, past: CaseSource | null, reason: string): SourceEvent[] {
  if (now.state !== 'active' || past?.state === 'active') return [];
  const source = now.id;
  const into = past === null ? now.from : past.into;
  if (past?.state === 'retired') return [{ event: 'retired', source, reason }];
  if (into !== null) return [{ event: 'merged', source, into, images: 0, reason }];
  return [{ event: 'dissolved', source, reason }];
}

/** Images go back; all others of a source that is no longer active follow it. */
function inverseMoves(state: UndoableState, events: readonly SourceEvent[], moved: Int32Array): Moves {
  const back = new Map<number, number>();
  for (let at = 0; at < moved.length; at += 3) back.set(moved[at] as number, moved[at + 1] as number);
  const heirs = new Map<number, number>();
  for (const event of events) {
    if (event.event === 'merged') heirs.set(sourceNumber(event.source), sourceNumber(event.into));
    if (event.event === 'dissolved') heirs.set(sourceNumber(event.source), 0);
  }
  state.labels.forEach((label, row) => {
    const heir = heirs.get(label);
    if (heir !== undefined && !back.has(row)) back.set(row, heir);
  });
  if (back.size === 0) return noMoves();
  const rows = Int32Array.from(back.keys()).sort();
  return {
    rows,
    from: rows.map((row) => state.labels[row] as number),
    to: rows.map((row) => back.get(row) as number),
  };
}

/** Merges say how many images they take along. */
function withCounts(events: readonly SourceEvent[], { from, to }: Moves): SourceEvent[] {
  return events.map((event) => {
    if (event.event !== 'merged') return event;
    const isOf = (_: number, i: number) =>
      sourceId(from[i] as number) === event.source && sourceId(to[i] as number) === event.into;
    return { ...event, images: from.filter(isOf).length };
  });
}
