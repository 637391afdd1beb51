import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  type ImageRecord,
  InputError,
  inspectImages,
  type Listing,
  listDiscoveryImages,
  listGivenImages,
  listKnownImages,
} from '@ganscout/images';

/** How images to be explained are found. */
export interface ImageChoice {
  readonly baseDirectory: string;
  /** Shortest side in pixels that is of use. */
  readonly minimumSide: number;
  /** Most images of one source; those given one by one are all taken. */
  readonly imagesPerSource: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/**
 * Finds the images at some paths: each an image, a folder of images, which is a source of the folder's name, or a folder or table
 * that says the source of each image, such as one with a sub-folder a source.
 *
 * Of a source with more images than wanted, images evenly spread over the order of their paths are taken.
 *
 * @throws {InputError} if a path cannot be read or holds no image.
 */
export async function chooseImages(
  paths: readonly string[],
  { baseDirectory, minimumSide, imagesPerSource, threads, signal }: ImageChoice,
): Promise<ImageRecord[]> {
  const chosen: ImageRecord[] = [];
  for (const path of paths) {
    const listing = await listPath(path, baseDirectory);
    const entries = thinOut(listing.entries, imagesPerSource);
    const { records } = await inspectImages({ ...listing, entries }, { minimumSide, threads, signal });
    chosen.push(...records);
  }
  return chosen;
}

async function listPath(path: string, baseDirectory: string): Promise<Listing> {
  const found = await stat(resolve(baseDirectory, path)).catch(() => null);
  if (found?.isFile() === true && !/\.(csv|jsonl)$/i.test(path))
    return listGivenImages([path], baseDirectory);
  try {
    return await listKnownImages(path, { baseDirectory });
  } catch (error) {
    if (!(error instanceof InputError) || found?.isDirectory() !== true) throw error;
    const listing = await listDiscoveryImages(path, { baseDirectory });
    const source = basename(resolve(baseDirectory, path));
    return { ...listing, entries: listing.entries.map((entry) => ({ ...entry, source })) };
  }
}

/** At most so many of each source, evenly spread; those without a source all. */
export function thinOut<T extends { readonly source: string | null }>(
  values: readonly T[],
  most: number,
): T[] {
  const rows = new Map<string, T[]>();
  for (const value of values) {
    if (value.source === null) continue;
    const known = rows.get(value.source);
    if (known === undefined) rows.set(value.source, [value]);
    else known.push(value);
  }
  const left = new Set([...rows.values()].flatMap((all) => spread(all, most)));
  return values.filter((value) => value.source === null || left.has(value));
}

/** At most so many values, evenly spread. */
export function spread<T>(values: readonly T[], most: number): T[] {
  const count = Math.min(most, values.length);
  return Array.from(
    { length: count },
    (_, i) => values[Math.floor(((i + 0.5) * values.length) / count)] as T,
  );
}

/** Real sources first, by their names that begin so, then by name. */
export function orderSources(names: Iterable<string>): string[] {
  const isReal = (name: string) => /^real/i.test(name);
  return [...new Set(names)].sort((a, b) => Number(isReal(b)) - Number(isReal(a)) || (a < b ? -1 : 1));
}
