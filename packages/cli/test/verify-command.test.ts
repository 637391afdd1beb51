import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { formatVerification, verifyCommand } from '../src/commands/verify.js';
import { createFakeShell } from './fake-shell.js';

const folder = mkdtempSync(join(tmpdir(), 'ganscout-cli-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const stage = join(folder, 'run/round-01/ood');

// A run of one stage with one input, as far as verifying reads it.
beforeEach(() => {
  rmSync(join(folder, 'run'), { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(folder, 'image\n.png'), 'image');
  const row = `${digestOf('image')},"${join(folder, 'image\n.png')}",5`;
  writeFileSync(join(folder, 'run/inputs.csv'), `image_id,file,bytes\n${row}\n`);
  for (const name of ['config.resolved.yaml', 'summary.json']) writeFileSync(join(folder, 'run', name), '');
  writeFileSync(join(stage, 'labels.npy'), 'labels');
  writeFileSync(join(stage, 'score.npy'), 'score');
  const outputs = { 'labels.npy': digestOf('labels'), 'score.npy': digestOf('score') };
  writeFileSync(join(stage, 'stage.json'), JSON.stringify({ outputs }));
});

async function verify(settings: { 'no-inputs'?: boolean; all?: boolean; json?: boolean } = {}, name = 'run') {
  const shell = createFakeShell({ workingDirectory: folder });
  const values = { case: name, 'no-inputs': false, all: false, json: false, ...settings };
  const code = await verifyCommand.run(values, shell);
  return { code, out: shell.out() };
}

const NOTE = 'Note: the run was never opened as a case: nothing vouches for its tables.\n';

test('what is whole is told in a line, with what was read', async () => {
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out).toBe(`run is as it was recorded (3 files, 1 input among them).\n${NOTE}`);
  expect((await verify({ 'no-inputs': true })).out).toContain('(2 files, inputs left out)');
});

test('the first difference is named, --all names every one, and names of files are escaped', async () => {
  writeFileSync(join(stage, 'labels.npy'), 'other');
  rmSync(join(stage, 'score.npy'));
  rmSync(join(folder, 'image\n.png'));
  const { code, out } = await verify();
  expect(code).toBe(1);
  const lines = out.split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'run differs from what was recorded (3 files, 1 input among them):',
    `  round-01/ood/labels.npy was changed: expected SHA-256 ${digestOf('labels')}, found ${digestOf('other')}; round-01/ood/stage.json names it`,
    'and 2 further differences; --all names every one.',
  ]);
  const all = (await verify({ all: true })).out.split('\n');
  expect(all.slice(2, 4)).toEqual([
    '  round-01/ood/score.npy is missing; round-01/ood/stage.json names it',
    `  ${join(folder, 'image\\n.png')} is missing; inputs.csv names it`,
  ]);
  expect((await verify({ 'no-inputs': true })).out).toContain('and 1 further difference; ');
});

test('--json prints all that was found as one line', async () => {
  rmSync(join(stage, 'score.npy'));
  const { code, out } = await verify({ json: true });
  expect(code).toBe(1);
  expect(out.endsWith('\n')).toBe(true);
  expect(JSON.parse(out)).toMatchObject({
    isOpened: false,
    entries: 0,
    inputs: 1,
    differences: [{ kind: 'stage', path: 'round-01/ood/score.npy' }],
  });
});

test('a folder without a run is an error of its own', async () => {
  await expect(verify({}, '.')).rejects.toThrow('holds no run; name the directory that "ganscout run" wrote');
});

test('entries are counted where there is a log', () => {
  const whole = {
    directory: '/a',
    isOpened: true,
    entries: 1,
    files: 2,
    inputs: 0,
    differences: [],
    notes: [],
  };
  expect(formatVerification(whole, 'a', { isComplete: false })).toBe(
    'a is as it was recorded (1 entry, 2 files, 0 inputs among them).\n',
  );
});
