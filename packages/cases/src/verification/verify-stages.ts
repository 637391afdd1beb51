import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileCheck } from './verify-check.js';

/** Beside the files of a stage: their digests. */
export const MANIFEST = 'stage.json';

/**
 * Every file that a stage wrote, wherever in the case the stage is, by the manifest beside it.
 *
 * @param files paths of all files of the case. @param isOurs whether a folder belongs to what is recorded.
 */
export function filesOfStages(
  directory: string,
  files: readonly string[],
  isOurs: (folder: string) => boolean,
): FileCheck[] {
  const folders = new Set(files.map(dirname).filter((folder) => isStage(folder) && isOurs(folder)));
  return [...folders].sort().flatMap((folder) => filesOfStage(directory, folder));
}

/** Folders of stages are `round-NN/STAGE`; one that an interrupted stage left begins with a dot. */
function isStage(folder: string): boolean {
  return /^round-\d+$/.test(basename(dirname(folder))) && !basename(folder).startsWith('.');
}

function filesOfStage(directory: string, folder: string): FileCheck[] {
  const path = `${folder}/${MANIFEST}`;
  const broken = (what: string): FileCheck[] => [
    { kind: 'stage', path, file: join(directory, path), digest: null, by: what },
  ];
  let outputs: unknown;
  try {
    outputs = JSON.parse(readFileSync(join(directory, path), 'utf8')).outputs;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return broken(
      isMissing ? 'is missing: a stage is written with it' : 'cannot be read as what a stage writes',
    );
  }
  if (!isDigests(outputs)) return broken('does not name the digests of what the stage wrote');
  return Object.entries(outputs).map(([name, digest]) => ({
    kind: 'stage',
    path: `${folder}/${name}`,
    file: join(directory, folder, name),
    digest,
    by: `${path} names it`,
  }));
}

function isDigests(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([name, digest]) => basename(name) === name && typeof digest === 'string',
  );
}
