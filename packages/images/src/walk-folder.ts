import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { describeFailure, InputError } from './input-error.js';

const EXTENSIONS = new Set('.jpg .jpeg .jpe .jfif .png .webp .tif .tiff .bmp .gif .avif'.split(' '));

/** Something in a folder that counts as an input. */
export interface FoundFile {
  /** Relative to the folder, with `/` between its parts. */
  readonly path: string;
  /** Why it cannot be read, or ''. */
  readonly problem: string;
}

/** Everything in a folder, hidden files and folders excepted. */
export interface FolderContents {
  /** In no particular order. */
  readonly files: readonly FoundFile[];
  /** Relative paths of files without an image's extension. */
  readonly ignored: readonly string[];
  /** Names of the folders directly inside. */
  readonly folders: readonly string[];
}

/** Whether the name ends as an image's does, in either case. */
export function hasImageExtension(name: string): boolean {
  return EXTENSIONS.has(extname(name).toLowerCase());
}

/** Whether a path without symbolic links is inside a folder. */
export function isInside(file: string, root: string): boolean {
  return file.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * Finds the image files of a folder and of all folders inside.
 *
 * Names that begin with a dot are left out; one that is not UTF-8 has its problem, each of its bytes shown. A symbolic
 * link to a file inside the folder is an input like any other; a link that leads out of it, to a folder, or nowhere is not
 * followed and has its problem. So has a folder inside that cannot be read; the rest goes on.
 *
 * @throws {InputError} if the folder itself cannot be read.
 */
export async function walkFolder(folder: string, location: string): Promise<FolderContents> {
  const files: FoundFile[] = [];
  const ignored: string[] = [];
  const folders: string[] = [];
  const pending = [''];
  const root = await realpath(folder).catch(() => folder);
  for (let relative = pending.pop(); relative !== undefined; relative = pending.pop()) {
    let contents: FolderEntry[];
    try {
      contents = await readFolder(join(folder, relative));
    } catch (error) {
      const problem = `the folder cannot be read: ${describeFailure(error)}`;
      if (relative === '') throw new InputError(`"${location}": ${problem}`);
      files.push({ path: relative, problem });
      continue;
    }
    for (const { name, isBroken, entry } of contents.filter(({ name }) => !name.startsWith('.'))) {
      const path = relative === '' ? name : `${relative}/${name}`;
      if (entry.isDirectory() && !isBroken) {
        pending.push(path);
        if (relative === '') folders.push(name);
        continue;
      }
      const isLost = isBroken && (entry.isDirectory() || hasImageExtension(name));
      const problem = isLost ? BROKEN_NAME : await findProblem(name, entry, join(folder, path), root);
      if (problem === NOT_AN_IMAGE) ignored.push(path);
      else files.push({ path, problem });
    }
  }
  return { files, ignored, folders };
}

const BROKEN_NAME = 'its name is not valid UTF-8, so it cannot be opened; rename it';

interface FolderEntry {
  /** With `\\xff` for each byte of a broken name that is not printable ASCII. */
  readonly name: string;
  /** Whether the name's bytes are not UTF-8: then no text leads to it. */
  readonly isBroken: boolean;
  readonly entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;
}

async function readFolder(folder: string): Promise<FolderEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isDubious = entries.some(({ name }) => name.includes('\ufffd'));
  if (!isDubious) return entries.map((entry) => ({ name: entry.name, isBroken: false, entry }));
  const raw = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  return raw.map((entry) => {
    const name = entry.name.toString();
    if (Buffer.from(name).equals(entry.name)) return { name, isBroken: false, entry };
    return { name: showBytes(entry.name), isBroken: true, entry };
  });
}

function showBytes(name: Buffer): string {
  return name
    .toString('latin1')
    .replaceAll(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

const NOT_AN_IMAGE = 'not an image';

async function findProblem(
  name: string,
  entry: FolderEntry['entry'],
  file: string,
  root: string,
): Promise<string> {
  const isImage = hasImageExtension(name);
  if (entry.isFile()) return isImage ? '' : NOT_AN_IMAGE;
  if (!entry.isSymbolicLink()) return isImage ? 'it is not a regular file' : NOT_AN_IMAGE;
  try {
    const target = await realpath(file);
    const found = await stat(target);
    if (found.isDirectory()) return 'symbolic link to a folder, not followed';
    if (!isImage) return NOT_AN_IMAGE;
    if (!isInside(target, root)) return 'symbolic link out of the folder, not followed';
    return found.isFile() ? '' : 'symbolic link to something that is not a regular file';
  } catch (error) {
    return isImage ? `symbolic link that leads nowhere: ${describeFailure(error)}` : NOT_AN_IMAGE;
  }
}
