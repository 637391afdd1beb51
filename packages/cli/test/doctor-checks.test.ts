import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatCheck } from '../src/commands/doctor.js';
import {
  checkCores,
  checkDisk,
  checkMemory,
  checkNode,
  checkPlatform,
  checkRuntime,
  checkSharp,
  checkWriting,
} from '../src/doctor-checks.js';
import { createFakeShell } from './fake-shell.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-doctor-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

test('checkNode() knows the versions that are supported', () => {
  const statuses = [
    'v18.20.0',
    'v20.18.9',
    'v20.19.0',
    'v21.9.0',
    'v22.11.0',
    'v22.12.0',
    'v24.0.0',
    'v25.1.0',
  ].map((version) => checkNode(version).status);
  expect(statuses).toEqual(['fail', 'fail', 'ok', 'fail', 'fail', 'ok', 'ok', 'ok']);
});

test('machines that are small or without ready-made libraries get a warning with advice', () => {
  const weak = [checkPlatform('linux', 'arm'), checkCores(1), checkMemory(2 ** 30, 2 ** 29)];
  for (const check of weak) {
    expect(check.status).toBe('warn');
    expect(check.advice).not.toBe('');
  }
  const strong = [checkPlatform('linux', 'x64'), checkCores(2), checkMemory(2 ** 31, 2 ** 30)];
  expect(strong.map(({ status, advice }) => [status, advice])).toEqual(strong.map(() => ['ok', '']));
});

test('the libraries load and the runtime computes', async () => {
  expect(await checkSharp()).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^\d.*libvips \d/),
  });
  expect(await checkRuntime()).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/runs a graph$/),
  });
});

test('disk and permission are looked up in the nearest folder that exists, and nothing is left there', async () => {
  const output = join(folder, 'runs', 'new');
  expect((await checkDisk(output)).detail).toMatch(new RegExp(` GiB at ${folder}$`));
  expect(await checkWriting(output)).toEqual({
    name: 'write permission',
    status: 'ok',
    detail: folder,
    advice: '',
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be written is a failure with advice', async () => {
  // Where nothing can be made, not even by the superuser.
  expect(await checkWriting('/proc/self/runs')).toMatchObject({
    status: 'fail',
    advice: 'set run.output to a folder that you may write',
  });
});

test('a check is one line whose parts cannot steer the terminal', () => {
  const check = { name: 'cores', status: 'warn', detail: '\x1b1', advice: 'buy more' } as const;
  expect(formatCheck(check, createFakeShell())).toBe('warn  cores: \\x1b1; buy more\n');
});
