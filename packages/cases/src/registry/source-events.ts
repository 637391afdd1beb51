import type { ImageId } from '@ganscout/data-model';

/** Names a source for ever, as `S0007`; given once, never to another source. */
export type SourceId = string;

export type SourceKind = 'known' | 'discovered';

/**
 * What happened to a source. The events of the entries of a case, in their order, give its registry.
 *
 * `images` is a count. A split leaves the source itself as it is; what leaves it is born with `from`.
 */
export type SourceEvent =
  | {
      readonly event: 'born';
      /** The next number that is free, as an id. */
      readonly source: SourceId;
      readonly name: string;
      readonly kind: SourceKind;
      readonly round: number;
      readonly images: number;
      /** The source it was split from. */
      readonly from?: SourceId;
      readonly reason: string;
      readonly representatives: readonly ImageId[];
    }
  | {
      readonly event: 'grew';
      readonly source: SourceId;
      readonly images: number;
      readonly reason: string;
    }
  | {
      readonly event: 'merged';
      readonly source: SourceId;
      readonly into: SourceId;
      readonly images: number;
      readonly reason: string;
    }
  | {
      readonly event: 'split';
      readonly source: SourceId;
      readonly into: readonly SourceId[];
      readonly images: number;
      readonly reason: string;
    }
  | { readonly event: 'renamed'; readonly source: SourceId; readonly from: string; readonly to: string }
  | { readonly event: 'noted'; readonly source: SourceId; readonly note: string }
  /** The last note that says this is taken back. */
  | { readonly event: 'unnoted'; readonly source: SourceId; readonly note: string }
  /** A person says which known source it is; null takes that back. */
  | { readonly event: 'labelled'; readonly source: SourceId; readonly as: string | null }
  | { readonly event: 'dissolved'; readonly source: SourceId; readonly reason: string }
  | { readonly event: 'retired'; readonly source: SourceId; readonly reason: string }
  /** Active again, whether it was retired, merged or dissolved. */
  | { readonly event: 'restored'; readonly source: SourceId; readonly reason: string }
  /** A candidate that the check turned down: no source is born. */
  | { readonly event: 'refused'; readonly images: number; readonly reason: string }
  | {
      readonly event: 'represented';
      readonly source: SourceId;
      readonly representatives: readonly ImageId[];
    };

/** Events that change which source an image's label means; the others only tell of it. */
const IDENTITY_EVENTS: ReadonlySet<SourceEvent['event']> = new Set([
  'born',
  'merged',
  'split',
  'renamed',
  'labelled',
  'dissolved',
  'retired',
  'restored',
]);

/** Whether an event changes a source's name, state or lineage, so more than its size, notes or representatives. */
export function changesIdentity({ event }: SourceEvent): boolean {
  return IDENTITY_EVENTS.has(event);
}

/** The sources that an event tells of, the one it happened to first. */
export function sourcesOf(event: SourceEvent): SourceId[] {
  switch (event.event) {
    case 'refused':
      return [];
    case 'born':
      return event.from === undefined ? [event.source] : [event.source, event.from];
    case 'merged':
      return [event.source, event.into];
    case 'split':
      return [event.source, ...event.into];
    default:
      return [event.source];
  }
}

/** The events that the body of an entry holds; none if it holds no such list. */
export function eventsOf({ body }: { readonly body: unknown }): readonly SourceEvent[] {
  const events = (body as { readonly events?: unknown } | null)?.events;
  return Array.isArray(events) ? (events as SourceEvent[]) : [];
}
