import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

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

/**
 * Takes the run directory for this process and returns the function that gives it back.
 *
 * A lock whose process is gone from this machine is taken over.
 *
 * @throws {RunLockedError} if a living process, or one of another machine, holds it.
 */
export function lockRun(directory: string, now: () => Date): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'run.lock');
  const owner: Owner = { pid: process.pid, host: hostname(), since: now().toISOString() };
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = openSync(path, 'wx');
      writeSync(handle, JSON.stringify(owner));
      closeSync(handle);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw error;
      const holder = readOwner(path);
      if (holder !== null && isAlive(holder)) {
        throw new RunLockedError(
          `${directory} is being written by process ${holder.pid} on ${holder.host} since ${holder.since}; ` +
            `wait for it, or, if that process is gone, remove ${path}`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function isAlive({ pid, host }: Owner): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
