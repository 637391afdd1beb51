import { dirname } from 'node:path';
import { findNamedFiles, finishListing, type Listing } from './listing.js';
import { splitLines } from './text-lines.js';

/**
 * Lists the files that a text names, one path a line.
 *
 * Paths are relative to the text's own folder. Blank lines are skipped, and lines that begin with `#` (write `./#x`
 * for a file of such a name). Spaces belong to the path. A path without a file is an entry with its problem.
 *
 * @param file absolute path of `location`.
 * @throws {InputError} if no line names a file.
 */
export async function listPathsFile(location: string, file: string, text: string): Promise<Listing> {
  const paths = splitLines(text)
    .map((line) => line.text)
    .filter((line) => !line.startsWith('#'));
  return listPaths(location, paths, dirname(file));
}

/** Lists the given paths, relative to `directory`. @throws {InputError} if there is none. */
export async function listPaths(
  location: string,
  paths: readonly string[],
  directory: string,
): Promise<Listing> {
  const names = paths.map((path) => ({ path, source: null, group: null }));
  const entries = await findNamedFiles(names, directory, location);
  return finishListing(location, {
    entries,
    labelSource: 'none',
    unmatchedRows: entries.filter(({ problem }) => problem !== '').map(({ path }) => path),
  });
}
