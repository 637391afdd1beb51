import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A folder that results are written to, never over an input. */
export interface ExplanationFolder {
  /** Absolute path. */
  readonly path: string;
  /** Writes a file and the folders it lies in. @throws {RangeError} if it would replace an input. */
  write(name: string, content: string | Uint8Array): void;
}

/** @param inputs absolute paths of files that must not be written over. */
export function openExplanationFolder(path: string, inputs: Iterable<string>): ExplanationFolder {
  const folder = resolve(path);
  const kept = new Set([...inputs].map(realPath));
  return {
    path: folder,
    write(name, content) {
      const file = join(folder, name);
      if (kept.has(realPath(file))) {
        throw new RangeError(`${file} is one of the inputs and is not written over; choose another --output`);
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
  };
}

/** The path without symbolic links, of what is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * A name as a file name: what is not a letter, a digit, a dot, `-` or `_` becomes `_`, and a digest follows, so that different
 * names stay different.
 */
export function fileNameOf(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
  if (plain === name && name !== '') return name;
  return `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
