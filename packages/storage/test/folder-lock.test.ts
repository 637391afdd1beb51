import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FolderLockedError, lockFolder } from '../src/folder-lock.js';
import { makeFolder } from './temporary-folder.js';

vi.setConfig({ testTimeout: 60_000 });

const now = () => new Date(0);
const lockOf = (directory: string) => join(directory, 'run.lock');
const owner = (pid: number, host = hostname()) =>
  JSON.stringify({ pid, host, since: '1970-01-01T00:00:00.000Z' });

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('a lock names its process, is refused to others, and is free again when given back', () => {
  const directory = join(makeFolder(), 'not/there/yet');
  const unlock = lockFolder(directory, now);
  expect(JSON.parse(readFileSync(lockOf(directory), 'utf8'))).toEqual(JSON.parse(owner(process.pid)));
  expect(() => lockFolder(directory, now)).toThrow(FolderLockedError);
  unlock();
  expect(existsSync(lockOf(directory))).toBe(false);
  lockFolder(directory, now)();
});

test('a lock of a living process, or of another machine, is refused with the way out', () => {
  const directory = makeFolder();
  writeFileSync(lockOf(directory), owner(process.ppid));
  expect(() => lockFolder(directory, now)).toThrow(
    `${directory} is being written by process ${process.ppid} on ${hostname()} since 1970-01-01T00:00:00.000Z (held for 0 s); ` +
      `wait for it, or, if that process is gone, remove ${lockOf(directory)}`,
  );
  const elsewhere = owner(endedProcess(), 'elsewhere');
  writeFileSync(lockOf(directory), elsewhere);
  expect(() => lockFolder(directory, now)).toThrow(FolderLockedError);
  expect(readFileSync(lockOf(directory), 'utf8')).toBe(elsewhere);
});

test.each([
  [59_999, 'held for 59 s'],
  [60_000, 'held for 1 min'],
  [3_599_999, 'held for 59 min'],
  [50 * 3_600_000, 'held for 50 h'],
  [-1, 'a time still to come by the clock of this machine'],
])('a lock tells its age of %s ms as "%s"', (age, told) => {
  const directory = makeFolder();
  writeFileSync(lockOf(directory), owner(process.ppid));
  expect(() => lockFolder(directory, () => new Date(age))).toThrow(
    ` since 1970-01-01T00:00:00.000Z (${told}); `,
  );
});

test('a lock whose time is no date is told without an age', () => {
  const directory = makeFolder();
  writeFileSync(lockOf(directory), JSON.stringify({ pid: process.ppid, host: hostname(), since: 'noon' }));
  expect(() => lockFolder(directory, now)).toThrow(' since noon; wait for it');
});

test.each([
  ['of a process that is gone', owner(endedProcess())],
  ['of an earlier process with the same number', owner(process.pid)],
  ['that is empty', ''],
  ['that names nobody', '{}'],
  ['that is no JSON', '{"pid": 1'],
])('a lock %s is taken over', (_, content) => {
  const directory = makeFolder();
  writeFileSync(lockOf(directory), content);
  const unlock = lockFolder(directory, now);
  expect(JSON.parse(readFileSync(lockOf(directory), 'utf8')).pid).toBe(process.pid);
  unlock();
});

test('something that is no file in the place of the lock is an error, not an endless wait', () => {
  const directory = makeFolder();
  mkdirSync(lockOf(directory));
  expect(() => lockFolder(directory, now)).toThrow(/EISDIR/);
});

test('of several processes that find the same stale lock at once, one takes it over', async () => {
  const directory = makeFolder();
  writeFileSync(lockOf(directory), owner(endedProcess()));
  const script = `
    const { lockFolder } = await import(process.argv[1]);
    try { lockFolder(process.argv[2], () => new Date(0)); console.log('taken'); }
    catch (error) { console.log(error.name); }
    process.stdin.resume();`;
  const module = new URL('../dist/folder-lock.js', import.meta.url).href;
  const start = () =>
    spawn(process.execPath, ['--input-type=module', '-e', script, module, directory], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  const children = Array.from({ length: 4 }, start);
  const answers = await Promise.all(children.map(firstLine));
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => once(child, 'exit')));
  expect(answers.sort()).toEqual(['FolderLockedError', 'FolderLockedError', 'FolderLockedError', 'taken']);
});

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const [chunk] = await once(stdout as NonNullable<typeof stdout>, 'data');
  return String(chunk).trim();
}
