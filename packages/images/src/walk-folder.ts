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

/**
 * Finds the image files of a folder and of all folders inside.
 *
 * Names that begin with a dot are left out. A symbolic link to a file inside the folder is an input like any
 * other; a link that leads out of it, to a folder, or nowhere is not followed and has its problem. So has a folder
 * inside that cannot be read; the rest goes on.
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
    let contents: Dirent[];
    try {
      contents = await readdir(join(folder, relative), { withFileTypes: true });
    } catch (error) {
      const problem = `the folder cannot be read: ${describeFailure(error)}`;
      if (relative === '') throw new InputError(`"${location}": ${problem}`);
      files.push({ path: relative, problem });
      continue;
    }
    for (const entry of contents.filter(({ name }) => !name.startsWith('.'))) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        pending.push(path);
        if (relative === '') folders.push(entry.name);
        continue;
      }
      const problem = await findProblem(entry, join(folder, path), root);
      if (problem === NOT_AN_IMAGE) ignored.push(path);
      else files.push({ path, problem });
    }
  }
  return { files, ignored, folders };
}

const NOT_AN_IMAGE = 'not an image';

async function findProblem(entry: Dirent, file: string, root: string): Promise<string> {
  const isImage = hasImageExtension(entry.name);
  if (entry.isFile()) return isImage ? '' : NOT_AN_IMAGE;
  if (!entry.isSymbolicLink()) return isImage ? 'it is not a regular file' : NOT_AN_IMAGE;
  try {
    const target = await realpath(file);
    const found = await stat(target);
    if (found.isDirectory()) return 'symbolic link to a folder, not followed';
    if (!isImage) return NOT_AN_IMAGE;
    if (!target.startsWith(root.endsWith(sep) ? root : root + sep))
      return 'symbolic link out of the folder, not followed';
    return found.isFile() ? '' : 'symbolic link to something that is not a regular file';
  } catch (error) {
    return isImage ? `symbolic link that leads nowhere: ${describeFailure(error)}` : NOT_AN_IMAGE;
  }
}
