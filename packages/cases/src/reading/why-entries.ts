import type { AuditEntry } from '@ganscout/storage';
import { bodyOf } from '../case-entry.js';
import type { Constraint } from '../operations/constraint.js';
import { undoneEntries } from '../operations/undo-standing.js';
import { CASE_REASON, CASE_REASONS } from '../reasons.js';
import { emptyRegistry, type Registry, sourceId } from '../registry/registry.js';
import { changesIdentity, sourcesOf } from '../registry/source-events.js';
import { countOf, describeEntry, nameOf, tellEvents } from './history.js';

/** Reasons of images that no source accepted when they came, whatever discovery made of them. */
const WAITED: ReadonlySet<number> = new Set([
  CASE_REASON.waits,
  CASE_REASON.rejectedWithLike,
  CASE_REASON.clustered,
  CASE_REASON.clusteredWithSource,
  CASE_REASON.acceptedByNewSource,
]);

/** What the files of an entry say of one image. */
export interface EntryTrace {
  /** If it came with the entry. */
  readonly arrival: {
    /** Number of its source; 0 for the buffer. */
    readonly label: number;
    /** Code of its reason; null for the images of the run. */
    readonly reason: number | null;
    /** Of the test; null for the images of the run. */
    readonly scores: {
      readonly score: number;
      readonly pValue: number;
      readonly margin: number;
      /** Number of the nearest source; 0 if there is none. */
      readonly nearest: number;
    } | null;
  } | null;
  /** If the entry moved it. */
  readonly moved: { readonly from: number; readonly to: number; readonly reason: number | null } | null;
}

/** What an entry did to one image, in words. */
export interface ToldEntry {
  readonly entry: number;
  readonly time: string;
  readonly kind: string;
  readonly what: string;
  readonly lines: readonly string[];
  readonly undoneBy: number | null;
}

/**
 * Tells what became of one image, entry by entry; entries that did nothing to it or its source are left out.
 *
 * @param entries with what the files of each say of the image.
 */
export function tellEntries(
  id: string,
  entries: readonly { readonly entry: AuditEntry; readonly trace: EntryTrace }[],
): ToldEntry[] {
  const undone = undoneEntries(entries.map(({ entry }) => entry));
  const told: ToldEntry[] = [];
  let registry = emptyRegistry();
  let label = -1;
  for (const { entry, trace } of entries) {
    const before = label;
    if (trace.arrival !== null) label = trace.arrival.label;
    if (trace.moved !== null) label = trace.moved.to;
    const happened = tellEvents(entry, registry);
    registry = happened.registry;
    if (label === -1) continue;
    const lines = [
      ...arrivalLines(trace, entry, registry),
      ...candidateLines(before, label, trace, entry),
      ...linesOfEvents(happened.events, [before, label]),
      ...movedLines(trace, registry),
      ...(bodyOf(entry).constraints ?? []).flatMap((constraint) => constraintLine(constraint, id)),
    ];
    if (lines.length === 0) continue;
    const { number, time, kind } = entry;
    const what = describeEntry(entry, registry);
    told.push({ entry: number, time, kind, what, lines, undoneBy: undone.get(number) ?? null });
  }
  return told;
}

/** Changes of identity of the image's source, before or after the entry. */
function linesOfEvents(events: ReturnType<typeof tellEvents>['events'], labels: readonly number[]): string[] {
  const own = new Set(labels.filter((label) => label > 0).map(sourceId));
  return events.flatMap(({ event, text }) => {
    const isOwn = sourcesOf(event).some((id) => own.has(id));
    return isOwn && changesIdentity(event) ? [text] : [];
  });
}

function arrivalLines({ arrival }: EntryTrace, { number, body }: AuditEntry, registry: Registry): string[] {
  if (arrival === null) return [];
  const { label, reason, scores } = arrival;
  const where = label === 0 ? 'it waits in the buffer' : `it is of ${nameOf(registry, sourceId(label))}`;
  const came = number === 1 ? `it was in the run; ${where}` : `it came with this entry; ${where}`;
  const why = reason === null ? '' : `: ${CASE_REASONS[reason]}`;
  if (scores === null) return [`${came}${why}`];
  const { falseRejectRate } = bodyOf({ body });
  const limit = typeof falseRejectRate === 'number' ? falseRejectRate : null;
  return [`${came}${why}`, describeScores(scores, limit, registry)];
}

function describeScores(
  { score, pValue, margin, nearest }: NonNullable<NonNullable<EntryTrace['arrival']>['scores']>,
  limit: number | null,
  registry: Registry,
): string {
  const verdict =
    limit === null ? '' : pValue > limit ? `, above the limit ${limit}` : `, not above the limit ${limit}`;
  const near = nearest === 0 ? 'no source is near' : `nearest source ${nameOf(registry, sourceId(nearest))}`;
  return `score ${figure(score)}, p-value ${figure(pValue)}${verdict}, margin ${figure(margin)}, ${near}`;
}

/** What discovery among the images that waited found, if this was one of them. */
function candidateLines(
  before: number,
  after: number,
  { arrival }: EntryTrace,
  { body }: AuditEntry,
): string[] {
  const waited = before === 0 || WAITED.has(arrival?.reason ?? -1);
  const { candidates } = bodyOf({ body });
  if (!waited || !Array.isArray(candidates) || candidates.length === 0) return [];
  return candidates.map(({ source, images, reason }) => {
    const outcome = source === null ? 'refused' : `accepted as ${source}`;
    const own =
      source !== null && source === (after > 0 ? sourceId(after) : null) ? ', this image among them' : '';
    return `among the images that waited a candidate of ${countOf(images, 'image')} was ${outcome}${own}: ${reason}`;
  });
}

function movedLines({ moved }: EntryTrace, registry: Registry): string[] {
  if (moved === null) return [];
  const place = (label: number) => (label === 0 ? 'the buffer' : nameOf(registry, sourceId(label)));
  const why = moved.reason === null ? '' : `: ${CASE_REASONS[moved.reason]}`;
  return [`it went from ${place(moved.from)} to ${place(moved.to)}${why}`];
}

function constraintLine(constraint: Constraint, id: string): string[] {
  const text = describeConstraint(constraint, id);
  return text === null ? [] : [`from here on: ${text}`];
}

/** What a constraint says of one image; null if it does not speak of it. */
export function describeConstraint(constraint: Constraint, id: string): string | null {
  if (constraint.kind === 'cannot-link') {
    const { left, right } = constraint;
    const others = left.includes(id) ? right : right.includes(id) ? left : null;
    return others === null ? null : `it must be in another source than ${countOf(others.length, 'image')}`;
  }
  if (!constraint.images.includes(id)) return null;
  if (constraint.kind === 'known') return `it is of the known source ${JSON.stringify(constraint.name)}`;
  if (constraint.kind === 'set-aside') return 'it keeps its source and takes no part in discovery';
  return `it must be in one source with ${countOf(constraint.images.length - 1, 'other image')}`;
}

/** Three significant digits. */
function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '-';
}
