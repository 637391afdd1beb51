import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { quoteText } from './escaped-value.js';
import { describeFailure, InputError } from './input-error.js';
import { mapInOrder } from './map-in-order.js';

/** One input before it is opened. */
export interface ListedFile {
  /** As given on input. */
  readonly path: string;
  /** Absolute path, for reading. */
  readonly file: string;
  readonly source: string | null;
  readonly group: string | null;
  /** Why it cannot be read, or ''. */
  readonly problem: string;
}

/** The inputs of one location. */
export interface Listing {
  /** As given on input. */
  readonly location: string;
  /** Ascending by the bytes of their paths. */
  readonly entries: readonly ListedFile[];
  /** Where the sources' names come from, for people, e.g. `sub-folders` or `metadata.csv, column "source"`. */
  readonly labelSource: string;
  /** Entries with a source. */
  readonly labelled: number;
  readonly unmatched: {
    /** Paths of files that no row or sub-folder gives a source. */
    readonly files: readonly string[];
    /** Paths of rows without a file; each is among the entries too, with its problem. */
    readonly rows: readonly string[];
  };
  /** Paths of files left out because their extension is not that of an image. */
  readonly ignored: readonly string[];
  /** What a person should know, one sentence each. */
  readonly warnings: readonly string[];
}

/** What a reader of one kind of location found; `finishListing` makes the listing of it. */
export interface Findings {
  readonly entries: readonly ListedFile[];
  readonly labelSource: string;
  readonly unmatchedFiles?: readonly string[];
  readonly unmatchedRows?: readonly string[];
  readonly ignored?: readonly string[];
  readonly warnings?: readonly string[];
}

/** Sorts, counts and warns. @throws {InputError} if there is no entry. */
export function finishListing(location: string, findings: Findings): Listing {
  const {
    entries,
    labelSource,
    unmatchedFiles = [],
    unmatchedRows = [],
    ignored = [],
    warnings = [],
  } = findings;
  if (entries.length === 0) {
    throw new InputError(
      `"${location}" holds no image${ignored.length === 0 ? '' : ` (${describeIgnored(ignored)})`}`,
    );
  }
  const notes = [...warnings];
  if (unmatchedFiles.length > 0)
    notes.push(`${count(unmatchedFiles, 'file')} without a source: ${some(unmatchedFiles)}`);
  if (unmatchedRows.length > 0)
    notes.push(`${count(unmatchedRows, 'row')} without a file: ${some(unmatchedRows)}`);
  if (ignored.length > 0) notes.push(describeIgnored(ignored));
  return {
    location,
    entries: sortByPath(entries, ({ path }) => path),
    labelSource,
    labelled: entries.filter(({ source }) => source !== null).length,
    unmatched: {
      files: sortByPath(unmatchedFiles, (path) => path),
      rows: sortByPath(unmatchedRows, (path) => path),
    },
    ignored: sortByPath(ignored, (path) => path),
    warnings: notes,
  };
}

/** Sorts by the UTF-8 bytes of a path, which no locale changes; equal paths keep their order. */
export function sortByPath<T>(values: readonly T[], pathOf: (value: T) => string): T[] {
  return values
    .map((value) => ({ value, key: Buffer.from(pathOf(value)) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ value }) => value);
}

/** A file that some text names: a line of a list, or a row of a table. */
export interface NamedFile {
  readonly path: string;
  readonly source: string | null;
  readonly group: string | null;
}

/**
 * Finds the files that a text names. Symbolic links are followed, since each file was asked for by its name.
 *
 * @param directory what relative paths are relative to.
 * @param where the text's name, for the reason given for a file that is not there.
 */
export async function findNamedFiles(
  names: readonly NamedFile[],
  directory: string,
  where: string,
): Promise<ListedFile[]> {
  const entries: ListedFile[] = [];
  const find = async (name: NamedFile): Promise<ListedFile> => {
    const file = resolve(directory, name.path);
    const problem = await findProblem(file);
    return { ...name, file, problem: problem === '' ? '' : `named in ${where}, but ${problem}` };
  };
  await mapInOrder(names, { threads: 16 }, find, (entry) => {
    entries.push(entry);
  });
  return entries;
}

/** Says why a path cannot be read as a file, or ''. */
async function findProblem(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (found.isFile()) return '';
    return found.isDirectory() ? 'it is a folder, not a file' : 'it is not a regular file';
  } catch (error) {
    return describeFailure(error);
  }
}

function describeIgnored(ignored: readonly string[]): string {
  return `${count(ignored, 'file')} ignored for an extension that is not an image's: ${some(ignored)}`;
}

function count(values: readonly unknown[], noun: string): string {
  return `${values.length} ${noun}${values.length === 1 ? '' : 's'}`;
}

function some(paths: readonly string[]): string {
  const first = paths.slice(0, 3).map(quoteText);
  return `${first.join(', ')}${paths.length > 3 ? ', …' : ''}`;
}
