import { join, resolve } from 'node:path';
import { type FileState, type WatchOptions, watchSettledFiles } from '@ganscout/images';
import { digestOf, writeDurably } from '@ganscout/storage';
import { CASE_FILES } from '../case-files.js';
import { readCaseInputs } from '../case-records.js';
import { readCase } from '../case-state.js';
import { type AddOutcome, addImages, type CaseContext, resumeAdd } from './add-images.js';
import type { AddRequest } from './pending-add.js';

/** How a folder is watched. */
export interface WatchRequest extends Pick<AddRequest, 'retrain' | 'discoverFrom'> {
  readonly folder: string;
  /** How long a file must have stayed as it is. */
  readonly settleSeconds: number;
  readonly pollSeconds: number;
  /** Waits for some seconds, or until the signal is aborted. */
  readonly wait?: WatchOptions['wait'];
}

/**
 * Adds images to a case as they arrive in a folder, each once it has stopped growing, until the signal is aborted.
 *
 * Files that the case has from there already are left alone, so that a watch can be ended and begun again; one that has changed
 * its size is taken as new. An add that was interrupted is gone on with first. What arrives while others are taken in waits for the next add.
 *
 * @returns what each add came to.
 * @throws {InputError} if the folder cannot be read at first. @throws as `addImages`.
 */
export async function* watchCase(
  directory: string,
  { folder, settleSeconds, pollSeconds, wait, ...request }: WatchRequest,
  context: CaseContext,
): AsyncGenerator<AddOutcome> {
  const { workingDirectory: baseDirectory, signal, listener } = context;
  const interrupted = await resumeAdd(directory, context);
  if (interrupted !== null) yield interrupted;
  const isSeen = seenBefore(directory, baseDirectory);
  const onProblem = (problem: string) =>
    listener({ type: 'warning', message: `${folder}: ${problem}; looking again` });
  const arrivals = watchSettledFiles(folder, {
    settleSeconds,
    pollSeconds,
    baseDirectory,
    signal,
    isSeen,
    onProblem,
    wait,
  });
  for await (const paths of arrivals) {
    const list = writeArrivals(
      directory,
      paths.map((path) => resolve(baseDirectory, path)),
    );
    yield await addImages(directory, { ...request, locations: [list] }, context);
  }
}

/** Whether the case has a file from where it is, of the size that it has. */
function seenBefore(directory: string, baseDirectory: string): (file: FileState) => boolean {
  const inputs = readCaseInputs(readCase(directory));
  const sizes = new Map(
    inputs.flatMap(({ discovery }) => discovery.map(({ file, bytes }) => [file, bytes] as const)),
  );
  return ({ path, size }) => sizes.get(resolve(baseDirectory, path)) === size;
}

/** Writes down which files arrived, as a table that can be listed: their names may hold anything. */
function writeArrivals(directory: string, files: readonly string[]): string {
  const lines = files.map((file) => `${JSON.stringify({ file_name: file })}\n`).join('');
  const path = join(directory, CASE_FILES.arrivals, `${digestOf(lines).slice(0, 16)}.jsonl`);
  writeDurably(path, lines);
  return path;
}
