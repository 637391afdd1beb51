import type { AuditEntry } from '@ganscout/storage';
import { bodyOf, type EntryBody } from '../case-entry.js';
import { undoneEntries } from '../operations/undo-standing.js';
import { applyEvents, emptyRegistry, type Registry } from '../registry/registry.js';
import { eventsOf, type SourceEvent, type SourceId, sourcesOf } from '../registry/source-events.js';

/** An entry of a case in words. */
export interface HistoryLine {
  readonly entry: number;
  /** As the clock stood; the order of entries is that of their numbers. */
  readonly time: string;
  readonly kind: string;
  /** What the entry is. */
  readonly what: string;
  /** What became of sources by it, one line each. */
  readonly details: readonly string[];
  /** The entry that took it back, or null. */
  readonly undoneBy: number | null;
}

/** Sources that an entry's headline names. */
const MOST_NAMED = 6;

/**
 * Tells what happened to a case, or to one of its sources, in the order in which it happened.
 *
 * Sources have the names that they had then.
 *
 * @param source of which alone is told: entries that touched it, and of those what concerns it. Null for all.
 */
export function tellHistory(entries: readonly AuditEntry[], source: SourceId | null = null): HistoryLine[] {
  const undone = undoneEntries(entries);
  let registry = emptyRegistry();
  const lines: HistoryLine[] = [];
  for (const entry of entries) {
    const told = tellEvents(entry, registry);
    registry = told.registry;
    const concerning = told.events.filter(
      ({ event }) => source === null || sourcesOf(event).includes(source),
    );
    if (source !== null && concerning.length === 0) continue;
    lines.push({
      entry: entry.number,
      time: entry.time,
      kind: entry.kind,
      what: describeEntry(entry, registry),
      details: concerning.map(({ text }) => text),
      undoneBy: undone.get(entry.number) ?? null,
    });
  }
  return lines;
}

/** The last thing that happened to each source, with its entry. */
export function lastEvents(
  entries: readonly AuditEntry[],
): ReadonlyMap<SourceId, { readonly entry: number; readonly text: string }> {
  const last = new Map<SourceId, { entry: number; text: string }>();
  let registry = emptyRegistry();
  for (const entry of entries) {
    const told = tellEvents(entry, registry);
    registry = told.registry;
    for (const { event, text } of told.events) {
      if (event.event === 'represented') continue;
      for (const id of sourcesOf(event)) last.set(id, { entry: entry.number, text });
    }
  }
  return last;
}

/** What happened to each source, one sentence an event; new representatives are not told. */
export function tellLineages(entries: readonly AuditEntry[]): ReadonlyMap<SourceId, readonly string[]> {
  const undone = undoneEntries(entries);
  const lineages = new Map<SourceId, string[]>();
  let registry = emptyRegistry();
  for (const entry of entries) {
    const told = tellEvents(entry, registry);
    registry = told.registry;
    const by = undone.get(entry.number);
    const ending = by === undefined ? '.' : ` (undone by entry ${by}).`;
    for (const { event, text } of told.events) {
      if (event.event === 'represented') continue;
      for (const id of sourcesOf(event)) {
        const lineage = lineages.get(id) ?? [];
        lineage.push(`Entry ${entry.number}: ${text}${ending}`);
        lineages.set(id, lineage);
      }
    }
  }
  return lineages;
}

/** What became of sources by an entry, one by one. @param before the registry before it. @returns the registry after it too. */
export function tellEvents(
  entry: Pick<AuditEntry, 'number' | 'body'>,
  before: Registry,
): {
  readonly events: readonly { readonly event: SourceEvent; readonly text: string }[];
  readonly registry: Registry;
} {
  let registry = before;
  const events = eventsOf(entry).map((event) => {
    registry = applyEvents(registry, [event], entry.number);
    return { event, text: describeEvent(event, registry) };
  });
  return { events, registry };
}

/** What an entry is, in one line. @param registry after it. */
export function describeEntry({ kind, body }: Pick<AuditEntry, 'kind' | 'body'>, registry: Registry): string {
  const events = eventsOf({ body });
  const told = bodyOf({ body });
  switch (kind) {
    case 'opened':
      return `opened as a case of ${countOf(events.length, 'source')}`;
    case 'added':
      return describeAdd(told, events);
    case 'retrained':
      return describeRetraining(told);
    case 'operation':
      return describeOperation(told, registry);
    case 'undone':
      return `undid entry ${told.undoes} (${String(told.operation)})`;
    default:
      return kind;
  }
}

function describeRetraining(body: EntryBody): string {
  const apart = (body.keptApart ?? []) as readonly { readonly sources: readonly SourceId[] }[];
  const pairs = apart.map(({ sources }) => sources.join(' and ')).join(', ');
  const kept = apart.length === 0 ? '' : `; kept apart, as they differ: ${pairs}`;
  return `trained again: generation ${body.generation}${reasonsOf(body)}${kept}`;
}

function describeAdd(body: EntryBody, events: readonly SourceEvent[]): string {
  const { ok, total } = (body.inputs ?? {}) as { readonly ok?: number; readonly total?: number };
  const of = (name: SourceEvent['event']) => events.filter(({ event }) => event === name).length;
  const waiting = body.waiting as { readonly after?: number } | undefined;
  return [
    ok === undefined ? 'images added' : `${countOf(ok, 'image')} added (of ${countOf(total ?? ok, 'input')})`,
    ...(of('born') > 0 ? [`${countOf(of('born'), 'source')} discovered`] : []),
    ...(of('refused') > 0 ? [`${countOf(of('refused'), 'candidate')} refused`] : []),
    ...(waiting?.after === undefined ? [] : [`${waiting.after} waiting`]),
  ].join(', ');
}

function reasonsOf({ reasons }: Readonly<Record<string, unknown>>): string {
  return Array.isArray(reasons) && reasons.length > 0 ? `, because ${reasons.join('; ')}` : '';
}

function describeOperation(body: Readonly<Record<string, unknown>>, registry: Registry): string {
  const given = (body.arguments ?? {}) as Readonly<Record<string, unknown>>;
  const named = (id: unknown) => nameOf(registry, String(id));
  switch (body.operation) {
    case 'merge':
      return `merge of ${listOf((given.sources as SourceId[]).map(named))} into ${named(given.into)}`;
    case 'split':
      return `split of ${countOf(given.images as number, 'image')} from ${named(given.source)}`;
    case 'label':
      return `label of ${named(given.source)}: ${JSON.stringify(given.name)}`;
    default:
      return `${body.operation} of ${named(given.source)}`;
  }
}

/** What became of a source, in one line. @param registry after the event. */
export function describeEvent(event: SourceEvent, registry: Registry): string {
  const named = (id: SourceId) => nameOf(registry, id);
  const why = 'reason' in event && event.reason !== '' ? `: ${event.reason}` : '';
  switch (event.event) {
    case 'born': {
      const origin = event.from === undefined ? '' : ` from ${named(event.from)}`;
      return `${event.source} (${event.name}) was born${origin} with ${countOf(event.images, 'image')}${why}`;
    }
    case 'grew':
      return `${named(event.source)} grew by ${countOf(event.images, 'image')}${why}`;
    case 'merged':
      return `${named(event.source)} was merged into ${named(event.into)} with ${countOf(event.images, 'image')}${why}`;
    case 'split':
      return `${countOf(event.images, 'image')} left ${named(event.source)} for ${listOf(event.into.map(named))}${why}`;
    case 'renamed':
      return `${event.source} was renamed from ${JSON.stringify(event.from)} to ${JSON.stringify(event.to)}`;
    case 'noted':
      return `note on ${named(event.source)}: ${event.note}`;
    case 'unnoted':
      return `note on ${named(event.source)} taken back: ${event.note}`;
    case 'labelled':
      return event.as === null
        ? `the label of ${named(event.source)} was taken back`
        : `${named(event.source)} was labelled ${JSON.stringify(event.as)}`;
    case 'refused':
      return `a candidate of ${countOf(event.images, 'image')} was refused${why}`;
    case 'represented':
      return `${named(event.source)} has new representatives`;
    default:
      return `${named(event.source)} was ${event.event}${why}`;
  }
}

/** `S0007 (discovered-03)`; the id alone where there is no such source yet. */
export function nameOf({ sources }: Registry, id: SourceId): string {
  const source = sources[Number(id.slice(1)) - 1];
  return source === undefined ? id : `${id} (${source.name})`;
}

function listOf(names: readonly string[]): string {
  const left = names.length - MOST_NAMED;
  return left > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${left} more` : names.join(', ');
}

/** `1 image`, `2 images`. */
export function countOf(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}
