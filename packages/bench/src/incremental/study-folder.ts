import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageRecord, InputError, inspectImages, listKnownImages } from '@ganscout/images';

/** What a study of growing cases needs; `ganscout demo` makes them. */
const STUDY_FILES = { labelled: 'known', truth: 'truth.csv' } as const;

/** An image whose true source is told to the scoring only. */
export interface StudyImage {
  readonly id: string;
  readonly file: string;
  readonly source: string;
}

/** Labelled images of known sources, and a discovery set with its truth. */
export interface Study {
  readonly labelled: readonly StudyImage[];
  /** In the byte order of their paths. */
  readonly discovery: readonly StudyImage[];
  /** Names of the sources with labelled images, ascending. */
  readonly known: readonly string[];
}

/**
 * Reads a folder with labelled images in known/, one folder a source, and a table truth.csv with the columns `path` and `source`.
 *
 * @throws {InputError} if one of them is missing or has no usable image with a source.
 */
export async function readStudy(folder: string, threads: number, signal: AbortSignal): Promise<Study> {
  const labelled = await readImages(join(folder, STUDY_FILES.labelled), threads, signal);
  const discovery = await readImages(join(folder, STUDY_FILES.truth), threads, signal);
  return { labelled, discovery, known: [...new Set(labelled.map(({ source }) => source))].sort() };
}

async function readImages(path: string, threads: number, signal: AbortSignal): Promise<StudyImage[]> {
  if (!existsSync(path)) throw new InputError(`${path} must be there; "ganscout demo" makes such a folder`);
  const listing = await listKnownImages(path, { baseDirectory: process.cwd() });
  const { records } = await inspectImages(listing, {
    patchSize: null,
    patchesPerImage: null,
    threads,
    signal,
  });
  const usable = records.filter(hasSource);
  if (usable.length === 0) throw new InputError(`${path} has no image that can be used and has a source`);
  return usable.map(({ id, file, source }) => ({ id, file, source }));
}

function hasSource(record: ImageRecord): record is ImageRecord & { readonly source: string } {
  return record.status === 'ok' && record.source !== null;
}
