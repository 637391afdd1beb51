import { realpath, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { describeFailure, InputError } from './input-error.js';
import { listPlainFolder, listSourceFolders } from './list-folder.js';
import { listPaths, listPathsFile } from './list-paths-file.js';
import type { Listing } from './listing.js';
import { type ClassList, isAnnotationText, readAnnotations, readClassList } from './read-annotations.js';
import { listMetadataFolder, listMetadataRows, METADATA_NAMES } from './read-metadata.js';
import { readText } from './text-lines.js';
import { hasImageExtension, isInside } from './walk-folder.js';

/** How a location is to be understood. */
export interface ListingOptions {
  /** What a relative location is relative to. */
  readonly baseDirectory: string;
  /** Column of a table that holds the sources; by default `source`, else `label`. */
  readonly labelColumn?: string | undefined;
  /** Names by label for annotation lines: given, or a file with one name a line, relative to `baseDirectory`. */
  readonly classes?: ClassList | undefined;
}

/**
 * Lists labelled images.
 *
 * The location is a folder with a table (metadata.csv, metadata.jsonl or manifest.csv), else a folder with one
 * sub-folder a source; or a table (.csv, .jsonl); or a text file of annotation lines, with `classes`.
 *
 * @throws {InputError} if the location cannot be read, holds no image, or no image has a source.
 */
export async function listKnownImages(location: string, options: ListingOptions): Promise<Listing> {
  const place = await findPlace(location, options);
  if (place.kind === 'text' && options.classes === undefined) {
    throw new InputError(
      `"${location}" is read as annotation lines, and these need a class list; none is given`,
    );
  }
  const listing = await (place.kind === 'folder'
    ? listSourceFolders(location, place.file)
    : listKnown(location, place, options));
  if (listing.labelled === 0) {
    throw new InputError(
      `"${location}" must say the source of its images, by one sub-folder a source or a column "source"; none of its ${listing.entries.length} has one`,
    );
  }
  return listing;
}

/**
 * Lists images to be studied; sources that the location knows are kept, for scoring.
 *
 * The location is a folder with a table as for known images, else a folder with images at any depth; or a table;
 * or a text file of annotation lines; or a text file with one path a line; or a single image.
 *
 * @throws {InputError} if the location cannot be read or holds no image.
 */
export async function listDiscoveryImages(location: string, options: ListingOptions): Promise<Listing> {
  const place = await findPlace(location, options);
  if (place.kind === 'folder') return listPlainFolder(location, place.file);
  if (place.kind === 'text') {
    if (hasImageExtension(location)) return listPaths(location, [location], options.baseDirectory);
    const text = await readText(place.file, location);
    if (!isAnnotationText(text)) return listPathsFile(location, place.file, text);
  }
  return listKnown(location, place, options);
}

/**
 * Lists the images at the given paths, without sources.
 *
 * @throws {InputError} if there is none.
 */
export function listGivenImages(paths: readonly string[], baseDirectory: string): Promise<Listing> {
  return listPaths('the given paths', paths, baseDirectory);
}

interface Place {
  readonly kind: 'folder' | 'metadata folder' | 'table' | 'text';
  /** Absolute path of the folder, the table or the text. */
  readonly file: string;
}

async function listKnown(location: string, { kind, file }: Place, options: ListingOptions): Promise<Listing> {
  const { labelColumn, classes, baseDirectory } = options;
  if (kind === 'metadata folder') return listMetadataFolder(location, file, labelColumn);
  if (kind === 'table') return listMetadataRows(location, file, labelColumn);
  const names = classes === undefined ? null : await readClassList(classes, baseDirectory);
  return readAnnotations(location, file, await readText(file, location), names);
}

async function findPlace(location: string, { baseDirectory }: ListingOptions): Promise<Place> {
  const file = resolve(baseDirectory, location);
  const found = await stat(file).catch((error: unknown) => {
    throw new InputError(
      `"${location}" cannot be read: ${describeFailure(error)}${file === location ? '' : `; it is looked for at ${file}`}`,
    );
  });
  if (found.isFile())
    return { kind: /^\.(csv|jsonl)$/i.test(extname(basename(file))) ? 'table' : 'text', file };
  if (!found.isDirectory()) throw new InputError(`"${location}" must be a folder or a file`);
  for (const name of METADATA_NAMES) {
    if (await isTableInside(file, name)) return { kind: 'metadata folder', file: join(file, name) };
  }
  return { kind: 'folder', file };
}

/** A link out of the folder is not followed, a table's as little as an image's. */
async function isTableInside(folder: string, name: string): Promise<boolean> {
  try {
    const target = await realpath(join(folder, name));
    return (await stat(target)).isFile() && isInside(target, await realpath(folder));
  } catch {
    return false;
  }
}
