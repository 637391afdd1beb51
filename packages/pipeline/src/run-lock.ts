import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';

/** Another process is writing to the run directory. */
export class RunLockedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RunLockedError';
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
 * Takes the run directory for this process and returns the function that gives it back.
 *
 * A lock whose process is gone from this machine, or that names none, is taken over.
 *
 * @throws {RunLockedError} if a living process, this one or one of another machine, holds it.
 */
export function lockRun(directory: string, now: () => Date): () => void {
  const folder = resolve(directory);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'run.lock');
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), since: now().toISOString() });
  for (let attempt = 0; !createWhole(path, owner); attempt++) {
    const found = readIfThere(path);
    const holder = parseOwner(found);
    if (holder !== null && (attempt > 0 || isAlive(holder, path))) throw lockedError(directory, path, holder);
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
  if (readIfThere(aside) !== stale) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function lockedError(directory: string, path: string, { pid, host, since }: Owner): RunLockedError {
  return new RunLockedError(
    `${directory} is being written by process ${pid} on ${host} since ${since}; ` +
      `wait for it, or, if that process is gone, remove ${path}`,
  );
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
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
