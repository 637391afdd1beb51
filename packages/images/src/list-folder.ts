import { join } from 'node:path';
import { quoteText } from './escaped-value.js';
import { finishListing, type ListedFile, type Listing } from './listing.js';
import { walkFolder } from './walk-folder.js';

/**
 * Lists a folder with one sub-folder a source, each with images at any depth.
 *
 * @param folder absolute path of `location`.
 * @throws {InputError} if the folder cannot be read or holds no image.
 */
export async function listSourceFolders(location: string, folder: string): Promise<Listing> {
  const { files, ignored, folders } = await walkFolder(folder, location);
  const entries = files.map(({ path, problem }): ListedFile => {
    const slash = path.indexOf('/');
    const source = slash === -1 ? null : path.slice(0, slash);
    return { path: within(location, path), file: join(folder, path), source, group: null, problem };
  });
  const named = new Set(entries.map(({ source }) => source));
  const failed = new Set(files.map(({ path }) => path));
  const empty = folders.filter((name) => !named.has(name) && !failed.has(name)).sort();
  return finishListing(location, {
    entries,
    labelSource: 'sub-folders',
    unmatchedFiles: entries.filter(({ source }) => source === null).map(({ path }) => path),
    ignored: ignored.map((path) => within(location, path)),
    warnings: empty.map((name) => `the sub-folder ${quoteText(name)} holds no image and is no source`),
  });
}

/**
 * Lists the images of a folder at any depth, without sources.
 *
 * @param folder absolute path of `location`.
 * @throws {InputError} if the folder cannot be read or holds no image.
 */
export async function listPlainFolder(location: string, folder: string): Promise<Listing> {
  const { files, ignored } = await walkFolder(folder, location);
  return finishListing(location, {
    entries: files.map(({ path, problem }) => ({
      path: within(location, path),
      file: join(folder, path),
      source: null,
      group: null,
      problem,
    })),
    labelSource: 'none',
    ignored: ignored.map((path) => within(location, path)),
  });
}

function within(location: string, path: string): string {
  return location.endsWith('/') ? location + path : `${location}/${path}`;
}
