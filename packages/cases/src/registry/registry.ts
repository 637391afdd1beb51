import type { ImageId } from '@ganscout/data-model';
import type { SourceEvent, SourceId, SourceKind } from './source-events.js';

/** A source of a case with all that people and rounds made of it. */
export interface CaseSource {
  readonly id: SourceId;
  readonly number: number;
  readonly name: string;
  /** `known` if it has labelled images or a person labelled it. */
  readonly kind: SourceKind;
  readonly state: 'active' | 'merged' | 'dissolved' | 'retired';
  /** The source it was merged into. */
  readonly into: SourceId | null;
  /** The source it was split from. */
  readonly from: SourceId | null;
  readonly notes: readonly string[];
  /** Entry that gave it its id. */
  readonly bornEntry: number;
  /** Round in which it was found; 0 for a known source. */
  readonly bornRound: number;
  /** The known source that it is, as a person said; null if nobody did. */
  readonly labelled: string | null;
  /** Images that show best what is in it. */
  readonly representatives: readonly ImageId[];
}

/** All sources that a case ever had. */
export interface Registry {
  /** By number: the one with number n is at n - 1. */
  readonly sources: readonly CaseSource[];
  readonly nextNumber: number;
  /** The largest number of a name `discovered-NN` that any source ever had. */
  readonly discoveredCount: number;
}

const DIGITS = 4;
const DISCOVERED = /^discovered-(\d{1,9})$/;
const ID = /^S(\d{4,9})$/;

/** The id of the source with a number, `S0007` of 7. */
export function sourceId(number: number): SourceId {
  return `S${String(number).padStart(DIGITS, '0')}`;
}

/** The number of the source with an id. @throws {RangeError} if it is no id. */
export function sourceNumber(id: SourceId): number {
  const number = Number(ID.exec(id)?.[1] ?? 0);
  if (number > 0 && sourceId(number) === id) return number;
  throw new RangeError(
    `the id of a source must be S and its number from S0001 on, got ${JSON.stringify(id)}`,
  );
}

/** Whether a word looks like the id of a source, so that it cannot be a name. */
export function isSourceId(text: string): boolean {
  return /^s\d+$/i.test(text);
}

/** Whether a source is still one: active or retired, so neither merged nor dissolved. */
export function isLiving({ state }: Pick<CaseSource, 'state'>): boolean {
  return state === 'active' || state === 'retired';
}

/** Whether the source with a number is retired. */
export function isRetired({ sources }: Pick<Registry, 'sources'>, number: number): boolean {
  return sources[number - 1]?.state === 'retired';
}

/** The number of the source that a source's images are of now, through all merges. */
export function heirOf({ sources }: Pick<Registry, 'sources'>, number: number): number {
  let at = number;
  for (
    let source = sources[at - 1];
    source?.state === 'merged' && source.into !== null;
    source = sources[at - 1]
  ) {
    at = sourceNumber(source.into);
  }
  return at;
}

/** The registry before the first entry. */
export function emptyRegistry(): Registry {
  return { sources: [], nextNumber: 1, discoveredCount: 0 };
}

/** The name that the next discovered source gets: `discovered-NN`, with a number that no source ever had. */
export function nextDiscoveredName({ discoveredCount }: Registry): string {
  return `discovered-${String(discoveredCount + 1).padStart(2, '0')}`;
}

/**
 * Returns the registry after the events of an entry, in their order.
 *
 * @param registry not modified.
 * @throws {RangeError} if an event does not fit what is there: it names a source that is not, gives an id that is not
 *   the next, or asks of a source what its state does not allow.
 */
export function applyEvents(
  registry: Registry,
  events: readonly SourceEvent[],
  entryNumber: number,
): Registry {
  const draft = { sources: [...registry.sources], discoveredCount: registry.discoveredCount };
  for (const event of events) {
    try {
      applyEvent(draft, event, entryNumber);
    } catch (error) {
      throw new RangeError(`entry ${entryNumber}, event "${event.event}": ${(error as Error).message}`);
    }
  }
  return { ...draft, nextNumber: draft.sources.length + 1 };
}

interface Draft {
  readonly sources: CaseSource[];
  discoveredCount: number;
}

function applyEvent(draft: Draft, event: SourceEvent, entryNumber: number): void {
  const { sources } = draft;
  switch (event.event) {
    case 'refused':
      return;
    case 'born':
      sources.push(bornSource(sources, event, entryNumber));
      countName(draft, event.name);
      return;
    case 'grew':
      demandState(sourceIn(sources, event.source), ['active']);
      return;
    case 'split':
      demandState(sourceIn(sources, event.source), ['active']);
      // Those that leave it may be born after it in the same entry.
      event.into.forEach(sourceNumber);
      return;
    case 'renamed':
      change(sources, event.source, ({ name }) => {
        if (name !== event.from)
          throw new RangeError(`the name of ${event.source} is "${name}", not "${event.from}"`);
        return { name: event.to };
      });
      countName(draft, event.to);
      return;
    default:
      change(sources, event.source, (source) => changeBy(event, source, sources));
  }
}

type ChangingEvent = Exclude<
  SourceEvent,
  { readonly event: 'refused' | 'born' | 'grew' | 'split' | 'renamed' }
>;

function changeBy(
  event: ChangingEvent,
  source: CaseSource,
  sources: readonly CaseSource[],
): Partial<CaseSource> {
  switch (event.event) {
    case 'merged':
      demandState(source, ['active']);
      demandState(sourceIn(sources, event.into), ['active']);
      if (event.into === source.id) throw new RangeError(`${source.id} cannot be merged into itself`);
      return { state: 'merged', into: event.into };
    case 'noted':
      return { notes: [...source.notes, event.note] };
    case 'unnoted':
      return { notes: withoutLast(source, event.note) };
    case 'labelled':
      if (source.kind === 'known' && source.labelled === null) {
        throw new RangeError(`${source.id} is known by its labelled images`);
      }
      return { labelled: event.as, kind: event.as === null ? 'discovered' : 'known' };
    case 'dissolved':
      demandState(source, ['active', 'retired']);
      return { state: 'dissolved' };
    case 'retired':
      demandState(source, ['active']);
      return { state: 'retired' };
    case 'restored':
      demandState(source, ['retired', 'merged', 'dissolved']);
      return { state: 'active', into: null };
    case 'represented':
      return { representatives: event.representatives };
  }
}

function bornSource(
  sources: readonly CaseSource[],
  { source, name, kind, round, from, representatives }: Extract<SourceEvent, { event: 'born' }>,
  bornEntry: number,
): CaseSource {
  const number = sources.length + 1;
  if (source !== sourceId(number))
    throw new RangeError(`the next source is ${sourceId(number)}, got ${source}`);
  if (from !== undefined) sourceIn(sources, from);
  return {
    id: source,
    number,
    name,
    kind,
    state: 'active',
    into: null,
    from: from ?? null,
    notes: [],
    bornEntry,
    bornRound: round,
    labelled: null,
    representatives,
  };
}

function change(
  sources: CaseSource[],
  id: SourceId,
  changesOf: (source: CaseSource) => Partial<CaseSource>,
): void {
  const source = sourceIn(sources, id);
  sources[source.number - 1] = { ...source, ...changesOf(source) };
}

function sourceIn(sources: readonly CaseSource[], id: SourceId): CaseSource {
  const source = sources[sourceNumber(id) - 1];
  if (source === undefined)
    throw new RangeError(`there is no source ${id}, the last is ${sourceId(sources.length)}`);
  return source;
}

function demandState({ id, state }: CaseSource, allowed: readonly CaseSource['state'][]): void {
  if (!allowed.includes(state)) throw new RangeError(`${id} must be ${allowed.join(' or ')}, it is ${state}`);
}

function withoutLast({ id, notes }: CaseSource, note: string): readonly string[] {
  const at = notes.lastIndexOf(note);
  if (at === -1) throw new RangeError(`${id} has no note "${note}"`);
  return notes.toSpliced(at, 1);
}

function countName(draft: Draft, name: string): void {
  draft.discoveredCount = Math.max(draft.discoveredCount, Number(DISCOVERED.exec(name)?.[1] ?? 0));
}
