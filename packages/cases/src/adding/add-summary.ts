import { bodyOf } from '../case-entry.js';
import { readEntryArray } from '../case-files.js';
import type { CaseState } from '../case-state.js';
import { eventsOf, type SourceEvent } from '../registry/source-events.js';

/** What became of the images of an add. */
export interface AddSummary {
  readonly entry: number;
  /** Images that were new. */
  readonly images: number;
  /** Those of them that now have each source, the largest first. */
  readonly bySource: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly images: number;
  }[];
  /** Images that wait: before and after, those of earlier adds among them. */
  readonly waiting: { readonly before: number; readonly after: number };
  readonly events: readonly SourceEvent[];
}

/** Summarizes an entry of kind `added`. Cost: O(its images). */
export function summarizeAdd(state: CaseState, entry: number): AddSummary {
  const added = state.entries[entry - 1] as CaseState['entries'][number];
  const labels = readEntryArray(state.directory, entry, 'labels.npy');
  const counts = new Map<number, number>();
  for (const number of labels) counts.set(number, (counts.get(number) ?? 0) + 1);
  const bySource = [...counts].flatMap(([number, images]) => {
    const source = state.registry.sources[number - 1];
    return source === undefined ? [] : [{ id: source.id, name: source.name, kind: source.kind, images }];
  });
  bySource.sort((a, b) => b.images - a.images || (a.id < b.id ? -1 : 1));
  return {
    entry,
    images: labels.length,
    bySource,
    waiting: bodyOf(added).waiting as AddSummary['waiting'],
    events: eventsOf(added),
  };
}
