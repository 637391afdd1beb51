import type { CaseView, ViewedSource } from '@ganscout/cases';

/** A source as a case shows it; what is not given is plain. */
export function viewedSource(number: number, given: Partial<ViewedSource> = {}): ViewedSource {
  const id = `S${String(number).padStart(4, '0')}`;
  return {
    ...{ number, id, name: `source-${number}`, kind: 'discovered', state: 'active', size: 100 },
    ...{ labelled: null, notes: [], lineage: [], row: null, representatives: [] },
    ...given,
  };
}

/** What the run says of a source; figures that are not given are not known. */
export function sourceRow(
  given: Partial<NonNullable<ViewedSource['row']>> = {},
): NonNullable<ViewedSource['row']> {
  return {
    ...{ source: 'source', kind: 'discovered', size: 100, firstRound: 1 },
    ...{ trust: null, neighborShare: null, persistence: null, rejectedShare: null },
    ...{ cohesion: null, stability: null, nearest: '', separation: null },
    ...{ majority: null, purity: null, confounder: '', confounderStrength: null },
    ...given,
  };
}

type Entries = CaseView['state']['entries'];

/** As much of a case as words are made from. */
export function viewedCase(given: Partial<CaseView> = {}, entries: Entries = []): CaseView {
  const state = { entries, registry: { sources: [], nextNumber: 1, discoveredCount: 0 } };
  return { state, images: [], unusable: [], sources: [], ...given } as unknown as CaseView;
}

/** An entry of a case's log. */
export function logEntry(number: number, time: string): Entries[number] {
  return { number, previous: '', time, kind: 'added', body: { events: [] }, files: {}, hash: 'h' };
}
