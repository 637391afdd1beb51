import { join } from 'node:path';
import { type ImageRecord, InputError, inspectImages, listKnownImages } from '@ganscout/images';
import { loadConfig } from '../config/load.js';
import { resolveConfig } from '../config/resolve.js';
import { gatherInputs } from '../inputs.js';
import { RUN_FILES, readRun } from '../run-directory.js';

/** How labelled images are found. */
export interface LabelledChoice {
  readonly baseDirectory: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/**
 * The images of a folder or table that says their sources.
 *
 * @throws {InputError} as `listKnownImages`.
 */
export async function recordsOfFolder(
  path: string,
  { baseDirectory, threads, signal }: LabelledChoice,
): Promise<readonly ImageRecord[]> {
  const listing = await listKnownImages(path, { baseDirectory });
  return (await inspectImages(listing, { threads, signal })).records.filter(({ source }) => source !== null);
}

/**
 * The images of a finished run with the sources that it knows: those given for labelled images, and those discovered for the
 * others. Images that the run gave to a known source are left out, as what is known of it is there already.
 *
 * @throws {InputError} if there is no finished run, or it was made from features computed elsewhere.
 */
export async function recordsOfRun(directory: string, signal: AbortSignal): Promise<readonly ImageRecord[]> {
  const run = readRun(directory);
  const config = resolveConfig(loadConfig(join(directory, RUN_FILES.config)), {
    workingDirectory: directory,
  });
  if (config.data.known === null) {
    throw new InputError(`${directory} was made from features computed elsewhere, so there are no images`);
  }
  const { known, discovery } = await gatherInputs(config, () => {}, signal);
  const discovered = new Map(
    run
      .assignments()
      .flatMap(({ imageId, kind, source }) => (kind === 'discovered' ? [[imageId, source]] : [])),
  );
  return [
    ...known.records.filter(({ source }) => source !== null),
    ...discovery.records.flatMap((record) => {
      const source = discovered.get(record.id);
      return source === undefined ? [] : [{ ...record, source }];
    }),
  ];
}
