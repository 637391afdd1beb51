import { createHash, hash as hashAtOnce } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Bytes of a file that are read at once, and characters that go into a digest at once. */
const PIECE_BYTES = 1 << 20;

/** What a file is to hold: bytes or text, or parts of either that follow each other and need not be there at once. */
export type FileContent = Uint8Array | string | Iterable<Uint8Array | string>;

/**
 * Writes a file so that a crash leaves the old one or the new one, never a part of it.
 *
 * The bytes go to a temporary name in the same folder, are synced and renamed. The folder is made if it is missing.
 */
export function writeDurably(path: string, content: FileContent): void {
  const temporary = temporaryOf(path);
  const handle = openSync(temporary, 'w');
  try {
    const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    for (const part of parts) appendPart(handle, part);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  putInPlace(temporary, path);
}

/** As {@link writeDurably}, of parts that have to be waited for. */
export async function writeDurablyFrom(
  path: string,
  parts: AsyncIterable<Uint8Array | string>,
): Promise<void> {
  const temporary = temporaryOf(path);
  const handle = openSync(temporary, 'w');
  try {
    for await (const part of parts) appendPart(handle, part);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  putInPlace(temporary, path);
}

/** A name beside the file, in a folder that is there. */
function temporaryOf(path: string): string {
  const folder = dirname(path);
  makeFolders(folder);
  return join(folder, `.${basename(path)}.tmp`);
}

function appendPart(handle: number, part: Uint8Array | string): void {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part;
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(handle, bytes, written, bytes.length - written);
  }
}

function putInPlace(temporary: string, path: string): void {
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/**
 * Makes a folder and those above it that are missing.
 *
 * @throws {Error} of the system, with the code that tells why: of a read-only file system Node itself says that a folder
 *   is missing (ENOENT) where several are to be made.
 */
export function makeFolders(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    makeFolders(above);
    mkdirSync(folder);
  }
}

/** Makes renames and new names in a folder last through a power failure. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Some file systems refuse to sync a folder; the rename itself stays atomic there.
    if (!['EINVAL', 'EPERM', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(handle);
  }
}

/** Bytes of a file, or null if it is not there. */
export function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** SHA-256 in lower-case hexadecimal. */
export function digestOf(content: Uint8Array | string): string {
  return hashAtOnce('sha256', content, 'hex');
}

/** SHA-256 of `JSON.stringify(lists)`, of which a part is in memory at a time: all of it may be longer than a string can be. */
export function digestOfLists(lists: readonly Iterable<string | number>[]): string {
  const hash = createHash('sha256');
  let part = '[';
  for (const [i, list] of lists.entries()) {
    part += i === 0 ? '[' : ',[';
    let separator = '';
    for (const value of list) {
      part += separator + JSON.stringify(value);
      separator = ',';
      if (part.length < PIECE_BYTES) continue;
      hash.update(part);
      part = '';
    }
    part += ']';
  }
  return hash.update(`${part}]`).digest('hex');
}

/** SHA-256 of a file, or null if it cannot be read. Memory of one piece of it. */
export function digestOfFile(path: string): string | null {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let read = readSync(handle, piece); read > 0; read = readSync(handle, piece)) {
      hash.update(piece.subarray(0, read));
    }
    return hash.digest('hex');
  } catch {
    return null;
  } finally {
    closeSync(handle);
  }
}
