import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ImageId, rowsByLabel } from '@ganscout/data-model';
import {
  byDigest,
  openRunModel,
  type ResolvedConfig,
  RUN_FILES,
  readInputs,
  readRun,
  tableBeside,
} from '@ganscout/pipeline';
import { digestOfFile } from '@ganscout/storage';
import type { EntryDraft } from './case-entry.js';
import { filesOfGeneration, npyBytes } from './case-files.js';
import { KNOWN_IDS } from './known-images.js';
import { sourceId } from './registry/registry.js';
import type { SourceEvent } from './registry/source-events.js';

/** Images that stand for a source where it is shown. */
export const REPRESENTATIVES = 12;

/** Files of the run that the first entry vouches for, besides its stages. */
const RUN_TABLES = [RUN_FILES.inputs, RUN_FILES.assignments, RUN_FILES.sources, RUN_FILES.summary];

/**
 * What makes a case of a finished run: its sources get their ids, known ones first, then as `sources.csv` lists them.
 *
 * @throws {InputError} if the directory holds no finished run.
 */
export function draftOpening(directory: string): EntryDraft {
  const run = readRun(directory);
  const { known, discovery } = readInputs(readFileSync(join(directory, RUN_FILES.inputs), 'utf8'));
  const ids = discovery.filter(({ status }) => status === 'ok').map(({ id }) => id);
  const numberOf = new Map(run.summary.sources.map(({ source }, i) => [source, i + 1]));
  const sourceOf = new Map(run.assignments().map(({ imageId, source }) => [imageId, source]));
  const labels = Int32Array.from(ids, (id) => numberOf.get(sourceOf.get(id) ?? '') ?? 0);
  const shown = chooseRepresentatives(ids, labels);
  const events = run.summary.sources.map(({ source, kind, size, firstRound }, i): SourceEvent => {
    const representatives = shown.get(i + 1) ?? [];
    const reason = kind === 'known' ? 'labelled images' : `discovered by the run in round ${firstRound}`;
    return {
      event: 'born',
      source: sourceId(i + 1),
      name: source,
      kind,
      round: firstRound,
      images: size,
      reason,
      representatives,
    };
  });
  const { config, sources } = openRunModel(directory);
  const generationSources = sources.map((source) => numberOf.get(source) as number);
  const trainedOn = {
    known: run.summary.counts.known,
    discovery: ids.length,
    unassigned: run.summary.counts.unassigned,
  };
  return {
    kind: 'opened',
    body: {
      events,
      generation: 1,
      generationSources,
      trainedOn,
      inputFiles: digestsOfFeatures(config),
      software: run.summary.software,
    },
    files: new Map<string, Uint8Array | string>([
      ['ids.json', JSON.stringify(ids)],
      [KNOWN_IDS, JSON.stringify(known.filter(({ status }) => status === 'ok').map(({ id }) => id))],
      ['labels.npy', npyBytes(labels)],
    ]),
    vouched: [...RUN_TABLES, ...filesOfGeneration(directory, 1)],
  };
}

/** Digests, by absolute path, of the files with features that were computed elsewhere; none for a run on images. */
function digestsOfFeatures({ data, directoryOf }: ResolvedConfig): Readonly<Record<string, string>> {
  const paths = (['knownFeatures', 'discoveryFeatures'] as const).flatMap((key) => {
    if (data[key] === null) return [];
    const matrix = resolve(directoryOf[key], data[key]);
    return [matrix, tableBeside(matrix)];
  });
  return Object.fromEntries(paths.map((path) => [path, digestOfFile(path) ?? '']));
}

/** Up to 12 images of each source number, those whose ids have the smallest digests; 0 is no source. */
export function chooseRepresentatives(
  ids: readonly ImageId[],
  labels: Int32Array,
): ReadonlyMap<number, readonly ImageId[]> {
  const rows = rowsByLabel(labels);
  rows.delete(0);
  const firstOf = (own: readonly number[]) =>
    byDigest(ids, own)
      .slice(0, REPRESENTATIVES)
      .map((row) => ids[row] as ImageId);
  return new Map([...rows].map(([source, own]) => [source, firstOf(own)]));
}
