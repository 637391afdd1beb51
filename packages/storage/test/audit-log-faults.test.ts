import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { readAuditLog } from '../src/audit-log.js';
import { makeFolder } from './temporary-folder.js';

vi.setConfig({ testTimeout: 120_000 });

const SCRIPT = fileURLToPath(new URL('append-many.mjs', import.meta.url));

interface Order {
  readonly directory: string;
  readonly count: number;
  readonly fault?: { readonly call: number; readonly kind: 'kill' | 'full' };
}

/** Lines that a child printed until its end. */
function appendInChild(order: Order): { signal: NodeJS.Signals | null; lines: string[] } {
  const { signal, stdout } = spawnSync(process.execPath, [SCRIPT, JSON.stringify(order)], {
    encoding: 'utf8',
  });
  return { signal, lines: stdout.trimEnd().split('\n') };
}

/** How many of the entries that a child called recorded are there: all of them, and at most one more. */
function expectRecorded(directory: string, lines: readonly string[], before: number): void {
  const recorded = Math.max(before, ...lines.map(Number).filter(Number.isInteger));
  const { length } = readAuditLog(directory).entries;
  expect(length).toBeGreaterThanOrEqual(recorded);
  expect(length).toBeLessThanOrEqual(recorded + 1);
}

test('killed at every call that changes a file, with writes half done, a writer loses nothing that it recorded', () => {
  const { lines } = appendInChild({ directory: makeFolder(), count: 2, fault: { call: 0, kind: 'kill' } });
  const calls = Number(lines.at(-1)?.split(' ')[1]);
  // Of each entry: open, truncate, write, sync, close; then the head: open, write, sync, close, rename, folder synced.
  expect(calls).toBeGreaterThanOrEqual(22);
  const directory = makeFolder();
  for (let call = 1; call <= calls; call++) {
    const before = readAuditLog(directory).entries.length;
    const end = appendInChild({ directory, count: 2, fault: { call, kind: 'kill' } });
    expect(end.signal).toBe('SIGKILL');
    expectRecorded(directory, end.lines, before);
  }
  const before = readAuditLog(directory).entries.length;
  expect(appendInChild({ directory, count: 1 }).lines[0]).toBe(String(before + 1));
});

test('killed at any moment, again and again, a writer loses nothing that it recorded', async () => {
  const directory = makeFolder();
  for (let i = 0; i < 20; i++) {
    const before = readAuditLog(directory).entries.length;
    const order: Order = { directory, count: 1_000_000 };
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, ended] = [text(child.stdout), once(child, 'exit')];
    await once(child.stdout, 'data');
    // Up to some entries after the first; the golden ratio spreads the moments.
    setTimeout(() => child.kill('SIGKILL'), 16 * ((i * 0.618) % 1));
    expect((await ended)[1]).toBe('SIGKILL');
    expectRecorded(directory, (await printed).split('\n'), before);
  }
});

test('read while another process appends, a log is whole and never gets shorter', async () => {
  const directory = makeFolder();
  const order: Order = { directory, count: 60 };
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(order)], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  let [length, reads] = [0, 0];
  while (child.exitCode === null && child.signalCode === null) {
    const found = readAuditLog(directory).entries.length;
    expect(found).toBeGreaterThanOrEqual(length);
    length = found;
    reads += 1;
    await setImmediate();
  }
  expect((await ended)[0]).toBe(0);
  expect(reads).toBeGreaterThan(1);
  expect(readAuditLog(directory).entries.length).toBe(60);
});

test('on a full disk an entry is taken back, and the log stays readable and can be written again', () => {
  const directory = makeFolder();
  // A file may have 2 kB, so that the last entry has no room; the signal that comes with it is ignored.
  const script = `trap '' XFSZ; ulimit -f 2; exec "$0" "$@"`;
  const order: Order = { directory, count: 100 };
  const args = ['-c', script, process.execPath, SCRIPT, JSON.stringify(order)];
  const { stdout } = spawnSync('bash', args, { encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('EFBIG');
  expect(lines.length).toBeGreaterThan(2);
  const { entries, torn } = readAuditLog(directory);
  expect(entries.map(({ number }) => String(number))).toEqual(lines.slice(0, -1));
  expect(torn).toBeNull();
  expect(appendInChild({ directory, count: 1 }).lines[0]).toBe(String(lines.length));
});

test('a disk that is full at any write leaves the log readable', () => {
  const directory = makeFolder();
  const ends = new Set<string | undefined>();
  for (let call = 1; call <= 24; call++) {
    const before = readAuditLog(directory).entries.length;
    const { lines } = appendInChild({ directory, count: 2, fault: { call, kind: 'full' } });
    ends.add(lines.at(-1)?.split(' ')[0]);
    expectRecorded(directory, lines, before);
  }
  expect([...ends].sort()).toEqual(['ENOSPC', 'calls']);
});
