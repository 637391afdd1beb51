import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolders, readIfThere } from './durable-files.js';

/** Another process is writing to the folder. */
export class FolderLockedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FolderLockedError';
  }
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** Locks that this process holds. */
const held = new Set<string>();

/**
 * Takes a folder for this process and returns the function that gives it back. The folder is made if it is missing.
 *
 * A lock whose process is gone from this machine, or that names none, is taken over. Its age decides nothing.
 *
 * @param now is told to whom it keeps out, as the time since which the folder is held.
 * @throws {FolderLockedError} if a living process, this one or one of another machine, holds it.
 */
export function lockFolder(directory: string, now: () => Date): () => void {
  const folder = resolve(directory);
  makeFolders(folder);
  const path = join(folder, 'run.lock');
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), since: now().toISOString() });
  for (let attempt = 0; !createWhole(path, owner); attempt++) {
    const found = readText(path);
    const holder = parseOwner(found);
    if (holder !== null && (attempt > 0 || isAlive(holder, path))) throw lockedError(path, holder, now());
    removeStale(path, found);
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

/** Creates a file that nobody can see half-written; false if the name is taken. */
function createWhole(path: string, content: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return createExclusively(path, content);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For file systems without hard links. */
function createExclusively(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock unless another process has replaced it since it was found stale. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readText(aside) !== stale) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function lockedError(path: string, { pid, host, since }: Owner, now: Date): FolderLockedError {
  return new FolderLockedError(
    `${dirname(path)} is being written by process ${pid} on ${host} since ${since}${formatAge(since, now)}; ` +
      `wait for it, or, if that process is gone, remove ${path}`,
  );
}

/** ` (held for 3 min)`, in the largest unit that is full; nothing if it cannot be said. */
function formatAge(since: string, now: Date): string {
  const seconds = Math.floor((now.getTime() - Date.parse(since)) / 1000);
  if (Number.isNaN(seconds)) return '';
  if (seconds < 0) return ' (a time still to come by the clock of this machine)';
  if (seconds < 60) return ` (held for ${seconds} s)`;
  if (seconds < 3600) return ` (held for ${Math.floor(seconds / 60)} min)`;
  return ` (held for ${Math.floor(seconds / 3600)} h)`;
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text);
    return Number.isInteger(owner?.pid) && typeof owner.host === 'string' ? owner : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, host }: Owner, path: string): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Text of a file, or '' if it has gone. */
function readText(path: string): string {
  return readIfThere(path)?.toString('utf8') ?? '';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
