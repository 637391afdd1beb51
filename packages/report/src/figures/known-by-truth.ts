import { type CaseView, knownNumbers } from '@ganscout/cases';

/**
 * Whether the true source of each image is a known one: one that labelled images came with, or that has such a name now.
 *
 * @returns N values, null where the true source is not known; null if that is so for all.
 */
export function knownByTruth(view: Pick<CaseView, 'truth' | 'sources' | 'state'>): (boolean | null)[] | null {
  const numbers = knownNumbersByTruth(view);
  return view.truth?.map((source) => (source === null ? null : numbers.has(source))) ?? null;
}

/** Number that each known source has now, by the names that a true source may have. */
export function knownNumbersByTruth({
  sources,
  state,
}: Pick<CaseView, 'sources' | 'state'>): ReadonlyMap<string, number> {
  const living = sources.filter(
    ({ kind, state: now }) => kind === 'known' && (now === 'active' || now === 'retired'),
  );
  return new Map([...living.map(({ name, number }) => [name, number] as const), ...knownNumbers(state)]);
}
