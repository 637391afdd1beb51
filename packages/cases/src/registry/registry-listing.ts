import type { ImageId } from '@ganscout/data-model';
import { readCaseInputs } from '../case-records.js';
import { type CaseState, isOpened, readCase } from '../case-state.js';
import { type HistoryLine, lastEvents, tellHistory } from '../reading/history.js';
import { listInputs, pathsById } from '../reading/why-find.js';
import type { CaseSource } from './registry.js';
import { type CaseCounts, countCase, sizesOf } from './registry-counts.js';
import { findSource } from './registry-lookup.js';

/** A source with what a list tells of it. */
export interface ListedSource extends CaseSource {
  /** Images of the discovery set and of dumps that have it. */
  readonly images: number;
  /** The last thing that happened to it; null for a run that was never opened as a case. */
  readonly last: { readonly entry: number; readonly text: string } | null;
}

/** The sources of a case. */
export interface SourceListing {
  readonly counts: CaseCounts;
  readonly sources: readonly ListedSource[];
}

/** All of one source. */
export interface SourceDetails {
  readonly source: ListedSource;
  /** Images that show best what is in it. */
  readonly representatives: readonly { readonly id: ImageId; readonly path: string }[];
  readonly history: readonly HistoryLine[];
}

/** Lists all sources that a case ever had. @throws {InputError} if there is no case. */
export function listSources(directory: string): SourceListing {
  const state = readCase(directory);
  return { counts: countCase(state), sources: listedSources(state) };
}

/** Shows one source. @param text its id or name. @throws {InputError} if there is no such case or source. */
export function showSource(directory: string, text: string): SourceDetails {
  const state = readCase(directory);
  const { number, id, representatives } = findSource(state.registry, text);
  const paths = pathsById(listInputs(readCaseInputs(state)).map(({ record }) => record));
  return {
    source: listedSources(state)[number - 1] as ListedSource,
    representatives: representatives.map((image) => ({ id: image, path: paths.get(image) ?? '' })),
    history: tellHistory(state.entries, id),
  };
}

/**
 * Tells the history of a case, or of one of its sources.
 *
 * @param text id or name of the source; null for all.
 * @throws {InputError} if there is no such case or source.
 */
export function readHistory(
  directory: string,
  text: string | null,
): { readonly isOpened: boolean; readonly lines: readonly HistoryLine[] } {
  const state = readCase(directory);
  const source = text === null ? null : findSource(state.registry, text).id;
  return { isOpened: isOpened(state), lines: tellHistory(state.entries, source) };
}

function listedSources({ registry, labels, entries }: CaseState): ListedSource[] {
  const sizes = sizesOf(labels, registry.sources.length);
  const last = lastEvents(entries);
  return registry.sources.map((source) => {
    return { ...source, images: sizes[source.number] as number, last: last.get(source.id) ?? null };
  });
}
