import type { CaseView, ViewedSource } from '@ganscout/cases';

/**
 * The sources that a report shows, those that are not merged into another or dissolved: known ones first by number, then
 * discovered ones, largest first, of equal ones by number. Their places here are those in `ReportData.sources`.
 */
export function orderSources({ sources }: Pick<CaseView, 'sources'>): ViewedSource[] {
  const living = sources.filter(({ state }) => state === 'active' || state === 'retired');
  const known = living.filter(({ kind }) => kind === 'known');
  const discovered = living.filter(({ kind }) => kind === 'discovered');
  known.sort((a, b) => a.number - b.number);
  discovered.sort((a, b) => b.size - a.size || a.number - b.number);
  return [...known, ...discovered];
}

/** Place among the ordered sources of the source of each number, -1 of one that is no more and of 0. */
export function placesOf(
  { sources }: Pick<CaseView, 'sources'>,
  ordered: readonly ViewedSource[],
): Int32Array {
  const places = new Int32Array(1 + sources.reduce((most, { number }) => Math.max(most, number), 0)).fill(-1);
  ordered.forEach(({ number }, place) => {
    places[number] = place;
  });
  return places;
}

/** `S0007 (discovered-03)` */
export function nameSource({ id, name }: Pick<ViewedSource, 'id' | 'name'>): string {
  return `${id} (${name})`;
}
