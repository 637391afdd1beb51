import type { AuditEntry } from '@ganscout/storage';
import { bodyOf } from '../case-entry.js';
import type { StandingConstraint } from './constraint.js';

/** The entries that were taken back and have not been done again, each with the entry that took it back. */
export function undoneEntries(
  entries: readonly Pick<AuditEntry, 'number' | 'kind' | 'body'>[],
): ReadonlyMap<number, number> {
  const undone = new Map<number, number>();
  for (const entry of entries.toReversed()) {
    const { undoes } = bodyOf(entry);
    if (entry.kind === 'undone' && undoes !== undefined && !undone.has(entry.number)) {
      undone.set(undoes, entry.number);
    }
  }
  return undone;
}

/** The entries whose constraints an entry takes back in favor of its own. */
export function liftsOf(entry: Pick<AuditEntry, 'body'>): readonly number[] {
  return bodyOf(entry).lifts ?? [];
}

/**
 * The constraints that stand after all entries, each with the entry that made it.
 *
 * Those of an entry stand unless it was taken back, or an entry that was not taken back lifted them.
 */
export function standingConstraints(
  entries: readonly Pick<AuditEntry, 'number' | 'kind' | 'body'>[],
): StandingConstraint[] {
  const undone = undoneEntries(entries);
  const valid = entries.filter(({ number }) => !undone.has(number));
  const lifted = new Set(valid.flatMap(liftsOf));
  return valid
    .filter(({ number }) => !lifted.has(number))
    .flatMap((entry) => {
      const { constraints = [] } = bodyOf(entry);
      return constraints.map((constraint) => ({ ...constraint, operation: entry.number }));
    });
}
