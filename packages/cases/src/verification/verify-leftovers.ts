import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { RUN_FILES } from '@ganscout/pipeline';
import { AUDIT_FILES } from '@ganscout/storage';
import { CASE_FILES } from '../case-files.js';
import { MANIFEST } from './verify-stages.js';

/** Paths of all files of a case, relative to it, with forward slashes, ascending. */
export function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)).split(sep).join('/'))
    .sort();
}

/** Files that need no entry and no stage to name them. */
const OWN: readonly string[] = [
  ...Object.values(RUN_FILES),
  ...Object.values(AUDIT_FILES),
  CASE_FILES.pending,
  CASE_FILES.report,
];

/**
 * What is no damage, but worth a line: an add that waits for its end, a lock, and what nothing names.
 *
 * Of a folder in which nothing is named, only the folder is told.
 *
 * @param named paths that entries and stages name.
 */
export function noteLeftovers(
  directory: string,
  files: readonly string[],
  named: ReadonlySet<string>,
): string[] {
  const has = (path: string) => existsSync(join(directory, path));
  const isPending = has(CASE_FILES.pending);
  const notes: string[] = [];
  if (!has(RUN_FILES.summary) && !named.has(RUN_FILES.summary)) {
    notes.push('the run has not come to its end; "ganscout run --resume" finishes it');
  }
  if (isPending)
    notes.push(`an add has not come to its end; "ganscout add ${directory} --resume" finishes it`);
  if (has('run.lock')) notes.push('a lock is there: another process is writing, or was stopped while it did');
  const used = new Set([...named].flatMap(foldersOf));
  const isManifest = (path: string) =>
    path.endsWith(`/${MANIFEST}`) && used.has(path.slice(0, -MANIFEST.length));
  const unnamed = files.filter(
    (path) =>
      !named.has(path) &&
      !OWN.includes(path) &&
      !path.startsWith('run.lock') &&
      !isManifest(path) &&
      !(isPending && /^case\/(described|generation-\d+)\//.test(path)),
  );
  const places = new Set(unnamed.map((path) => outermostUnnamed(path, used)));
  return [...notes, ...[...places].map((path) => `nothing names ${path}: it is left over, and not used`)];
}

/** The outermost folder of a file in which nothing is used, or the file. */
function outermostUnnamed(path: string, used: ReadonlySet<string>): string {
  return foldersOf(path).find((folder) => folder !== 'case/' && !used.has(folder)) ?? path;
}

/** Folders that a path goes through, the outermost first, each with a slash at its end. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`);
}
