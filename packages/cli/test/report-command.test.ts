import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseSize } from '../src/commands/report.js';
import { ganscout } from './fake-shell.js';
import { writeSampleFeatures } from './sample-features.js';

// Runs take a second or two, more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder = '';
let run = '';
let ran: Awaited<ReturnType<typeof ganscout>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-report-'));
  writeSampleFeatures(folder);
  run = join(folder, 'runs', 'first');
  ran = await ganscout(['run', join(folder, 'pipeline.yaml'), '--name', 'first']);
});
afterAll(() => rmSync(folder, { recursive: true }));

const report = (...args: string[]) => ganscout(['report', ...args], { workingDirectory: folder });

test('a run ends with its page, and says where it is', () => {
  expect(ran.code).toBe(0);
  expect(ran.out).toContain(`Report, to be opened in a browser: ${join(run, 'report.html')}\n`);
  expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
});

test('the page is written again with the same bytes, and where one says', async () => {
  const before = readFileSync(join(run, 'report.html'));
  const { code, out } = await report('runs/first');
  expect([code, out.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^Report: .*report\.html \(\d+ kB\)/),
  ]);
  expect(readFileSync(join(run, 'report.html')).equals(before)).toBe(true);
  const other = await report('runs/first', '--output', 'sub/other.html', '--json');
  expect(JSON.parse(other.out)).toEqual({
    file: join(folder, 'sub/other.html'),
    bytes: statSync(join(folder, 'sub/other.html')).size,
    leftOut: [expect.stringContaining('computed elsewhere')],
  });
  expect(readFileSync(join(folder, 'sub/other.html')).equals(before)).toBe(true);
});

test('a file that is there stays unless --force says otherwise', async () => {
  const file = join(folder, 'mine.html');
  writeFileSync(file, 'mine');
  const refused = await report('runs/first', '--output', 'mine.html');
  expect([refused.code, refused.err]).toEqual([
    2,
    expect.stringContaining('"mine.html" is there already; --force replaces it'),
  ]);
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect((await report('runs/first', '--output', 'mine.html', '--force')).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
});

test('nothing of the run is replaced, and no folder', async () => {
  const summary = readFileSync(join(run, 'summary.json'));
  for (const name of ['summary.json', 'new.html', '']) {
    const { code, err } = await report('runs/first', '--force', '--output', join('runs/first', name));
    expect([code, err]).toEqual([2, expect.stringContaining('--output must be outside of the case')]);
  }
  expect(readFileSync(join(run, 'summary.json')).equals(summary)).toBe(true);
  expect(existsSync(join(run, 'new.html'))).toBe(false);
  mkdirSync(join(folder, 'taken'));
  expect((await report('runs/first', '--force', '--output', 'taken')).err).toContain('"taken" is a folder');
});

test('true sources change the figures and not the run', async () => {
  const { code } = await report(
    'runs/first',
    '--truth',
    'truth.csv',
    '--output',
    'scored.html',
    '--title',
    'A <b> & c',
  );
  expect(code).toBe(0);
  const page = readFileSync(join(folder, 'scored.html'), 'utf8');
  expect(page).toContain('<h1>A &lt;b&gt; &amp; c</h1>');
  expect(page).toContain('Agreement with the truth');
});

test('what is not there is named, with 3 for an exit code', async () => {
  expect((await report('nowhere')).code).toBe(3);
  expect((await report('runs/first', '--truth', 'none.csv', '--output', 'a.html')).code).toBe(3);
  const { code, err } = await report('runs/first', '--real', 'nobody', '--output', 'a.html');
  expect([code, err]).toEqual([3, expect.stringContaining('nobody')]);
  expect(existsSync(join(folder, 'a.html'))).toBe(false);
});

test('a report that fails is a warning, and the run is done all the same', async () => {
  // A folder stands where the page would go.
  const place = join(folder, 'runs', 'second', 'report.html');
  mkdirSync(join(place, 'in the way'), { recursive: true });
  const config = join(folder, 'pipeline.yaml');
  const { code, out, err } = await ganscout(['run', config, '--name', 'second', '--resume']);
  expect(code).toBe(0);
  expect(out).not.toContain('to be opened in a browser');
  expect(err).toMatch(/warning: no report was written: .*; "ganscout report .*second" tries again\n/);
});

test('--no-report leaves the page out, and --json tells of it in a line of its own', async () => {
  const config = join(folder, 'pipeline.yaml');
  const { code, out } = await ganscout(['run', config, '--name', 'third', '--no-report']);
  expect([code, existsSync(join(folder, 'runs/third/report.html'))]).toEqual([0, false]);
  expect(out).not.toContain('report.html');
  const told = await ganscout(['run', config, '--name', 'third', '--resume', '--json']);
  const lines = told.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.at(-2)).toMatchObject({ type: 'report', file: join(folder, 'runs/third/report.html') });
  expect(lines.at(-1)).toMatchObject({ type: 'run-end' });
});

test('sizes are read in decimal and binary units, and those of no page refused', async () => {
  expect(['25MB', '25 mb', '1.5GB', '2MiB', '1000000'].map(parseSize)).toEqual([
    25e6,
    25e6,
    15e8,
    2 ** 21,
    1e6,
  ]);
  for (const text of ['', '25', 'much', '-3MB', '1e9', '999kB', '3 m'])
    expect(() => parseSize(text)).toThrow('--size-limit');
  const { code, err } = await report('runs/first', '--size-limit', 'much');
  expect([code, err]).toEqual([2, expect.stringContaining('at least 1MB, such as 25MB, got "much"')]);
});
