import type { AuditEntry } from '@ganscout/storage';
import type { Constraint } from './operations/constraint.js';
import type { SourceEvent } from './registry/source-events.js';

/** What became of a case; each kind of entry of its log is one. */
export type EntryKind = 'opened' | 'added' | 'retrained' | 'operation' | 'undone';

/** What an entry says, besides numbers in its files. */
export interface EntryBody {
  /** What became of sources, in order. */
  readonly events: readonly SourceEvent[];
  readonly constraints?: readonly Constraint[];
  /** Number of the entry that is taken back. */
  readonly undoes?: number;
  /** Numbers of entries whose constraints fall. */
  readonly lifts?: readonly number[];
  /** Which generation takes images into spaces from here on; only where it changes. */
  readonly generation?: number;
  /** Source number of each label of that generation's own test. */
  readonly generationSources?: readonly number[];
  /** Images that the generation was made from; only where it changes. */
  readonly trainedOn?: { readonly known: number; readonly discovery: number; readonly unassigned: number };
  /** What was added, as absolute paths. */
  readonly locations?: readonly string[];
  /** Folder of the descriptions of the images added, inside the case. */
  readonly described?: string | null;
  readonly [detail: string]: unknown;
}

/** An entry that is still to be written. */
export interface EntryDraft {
  readonly kind: EntryKind;
  readonly body: EntryBody;
  /** Files of its own, by name. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** Files of the case that are there already and that it vouches for, relative to the case directory. */
  readonly vouched: readonly string[];
}

/** The body of an entry of a case's log. */
export function bodyOf(entry: Pick<AuditEntry, 'body'>): EntryBody {
  return entry.body as EntryBody;
}
