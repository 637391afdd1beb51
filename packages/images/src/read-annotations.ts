import { dirname, resolve } from 'node:path';
import { InputError } from './input-error.js';
import { findNamedFiles, finishListing, type Listing, type NamedFile } from './listing.js';
import { readText, splitLines } from './text-lines.js';

const ANNOTATION = /^(.+)\t(-?\d+)$/;

/** Names of sources by label: given, or the path of a file with one name a line. */
export type ClassList = string | readonly string[];

/** Whether the first line of the text is a path, a tabulator and an integer. */
export function isAnnotationText(text: string): boolean {
  const first = splitLines(text).find((line) => !line.text.startsWith('#'));
  return first !== undefined && ANNOTATION.test(first.text);
}

/**
 * Lists the files of annotation lines: a path, a tabulator, an integer that indexes the class list from 0.
 *
 * Paths are relative to the text's own folder. Blank lines and lines that begin with `#` are skipped. Without a
 * class list the integers are not used and no entry has a source.
 *
 * @param file absolute path of `location`.
 * @param classes names by label, or null.
 * @throws {InputError} if a line is not of this form, or its integer has no name in the class list.
 *
 * Source: the annotation files of POSE (progressive open space expansion for open-set model attribution, 2023).
 */
export async function readAnnotations(
  location: string,
  file: string,
  text: string,
  classes: readonly string[] | null,
): Promise<Listing> {
  const names: NamedFile[] = splitLines(text)
    .filter((line) => !line.text.startsWith('#'))
    .map((line) => {
      const [, path, label] = ANNOTATION.exec(line.text) ?? [];
      if (path === undefined) {
        throw new InputError(
          `${location}:${line.number}: a line must be a path, a tabulator and an integer, got ${JSON.stringify(line.text)}`,
        );
      }
      const source = classes === null ? null : classes[Number(label)];
      if (source === undefined) {
        throw new InputError(
          `${location}:${line.number}: the label must be in [0, ${classes?.length}), the length of the class list, got ${label}`,
        );
      }
      return { path, source, group: null };
    });
  const entries = await findNamedFiles(names, dirname(file), location);
  return finishListing(location, {
    entries,
    labelSource: classes === null ? 'none' : `annotation lines with a list of ${classes.length} classes`,
    unmatchedRows: entries.filter(({ problem }) => problem !== '').map(({ path }) => path),
    warnings:
      classes === null ? [`the labels of "${location}" are not used, because no class list is given`] : [],
  });
}

/**
 * Reads a class list: one name a line, the first line is label 0; only blank lines at the end are allowed.
 *
 * @throws {InputError} if the file cannot be read, or a name is empty or occurs twice.
 */
export async function readClassList(classes: ClassList, baseDirectory: string): Promise<readonly string[]> {
  const where = typeof classes === 'string' ? classes : 'the class list';
  const names =
    typeof classes === 'string'
      ? (await readText(resolve(baseDirectory, classes), classes)).trimEnd().split(/\r?\n/)
      : classes;
  names.forEach((name, label) => {
    if (name.trim() === '') throw new InputError(`${where}: the name of label ${label} must not be empty`);
    const first = names.indexOf(name);
    if (first !== label) {
      throw new InputError(
        `${where}: names must differ, but labels ${first} and ${label} are both "${name}"`,
      );
    }
  });
  return names;
}
