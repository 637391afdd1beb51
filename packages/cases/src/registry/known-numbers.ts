import type { CaseState } from '../case-state.js';
import { heirOf, sourceNumber } from './registry.js';
import { eventsOf } from './source-events.js';

/**
 * Number of the source that labelled images of a name are of now, by the name that they came with: through all renames and
 * merges. A name whose source was dissolved is not there.
 */
export function knownNumbers({
  entries,
  registry,
}: Pick<CaseState, 'entries' | 'registry'>): ReadonlyMap<string, number> {
  const [opening] = entries;
  const born =
    opening === undefined
      ? registry.sources
      : eventsOf(opening).flatMap((event) =>
          event.event === 'born' ? [{ ...event, number: sourceNumber(event.source) }] : [],
        );
  const known = born.filter(({ kind }) => kind === 'known');
  const heirs = known.map(({ name, number }) => [name, heirOf(registry, number)] as const);
  return new Map(heirs.filter(([, number]) => registry.sources[number - 1]?.state !== 'dissolved'));
}
