import { type CaseView, knownNumbers } from '@ganscout/cases';

/** The true source of most images of a source, as it stands. */
export interface Majority {
  readonly source: string;
  /** Share of its images, of those whose true source is known, that have it. */
  readonly share: number;
  /** Whether labelled images of that true source were given. */
  readonly isKnown: boolean;
}

/**
 * Finds the true source of most images of each source; ties go to the name that sorts first.
 *
 * @returns by source number; sources without an image whose true source is known are left out, all if there is no truth.
 */
export function findMajorities({
  labels,
  truth,
  state,
}: Pick<CaseView, 'labels' | 'truth' | 'state'>): Map<number, Majority> {
  const counts = new Map<number, Map<string, number>>();
  labels.forEach((number, row) => {
    const name = truth?.[row] ?? null;
    if (number === 0 || name === null) return;
    const own = counts.get(number) ?? new Map<string, number>();
    counts.set(number, own.set(name, (own.get(name) ?? 0) + 1));
  });
  const known = knownNumbers(state);
  return new Map(
    [...counts].map(([number, own]) => {
      const total = [...own.values()].reduce((sum, count) => sum + count, 0);
      const [[source, count]] = [...own].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)) as [
        [string, number],
      ];
      return [number, { source, share: count / total, isKnown: known.has(source) }];
    }),
  );
}
