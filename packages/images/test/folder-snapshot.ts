import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Digest, length and time of the last change of everything in a folder, folders included, by path. */
export function takeSnapshot(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const look = (path: string) => {
    const { mtimeMs, size, mode } = lstatSync(join(folder, path));
    const isFolder = lstatSync(join(folder, path)).isDirectory();
    const digest = isFolder
      ? 'folder'
      : createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex');
    found.set(path, `${digest} ${isFolder ? '' : size} ${mode} ${mtimeMs}`);
    if (isFolder) for (const name of readdirSync(join(folder, path)).sort()) look(join(path, name));
  };
  look('.');
  return found;
}
