import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { verifyCase } from '@ganscout/cases';
import { digestOfFile } from '@ganscout/storage';
import { beforeAll, expect, test } from 'vitest';
import { add, copyRun, runOnImages } from '../../cases/test/planted-case.js';
import { reportFile, writeReport } from '../src/write-report.js';
import { walkPage } from './page/page-walk.js';

let run: string;
beforeAll(async () => {
  run = await runOnImages();
});

const verify = (directory: string) =>
  verifyCase(directory, { checkInputs: true, onProgress() {}, signal: new AbortController().signal });

test('the page is one file in the run, and the rest of the run stays as it is', async () => {
  const directory = copyRun(run);
  const before = readdirSync(directory).map((name) => [name, digestOfFile(join(directory, name))]);
  const written = await writeReport(directory, { umap: false });
  expect(written).toEqual({ file: join(directory, 'report.html'), bytes: expect.any(Number), leftOut: [] });
  const after = readdirSync(directory).filter((name) => name !== 'report.html');
  expect(after.map((name) => [name, digestOfFile(join(directory, name))])).toEqual(before);
  const page = readFileSync(written.file);
  expect(page.length).toBe(written.bytes);
  expect(walkPage(page.toString()).filter(({ tag }) => tag === 'img').length).toBeGreaterThan(28);
  const { differences, notes } = await verify(directory);
  expect([differences, notes.filter((note) => note.includes('report'))]).toEqual([[], []]);
});

test('the same run gives the same bytes, whatever else was written before', async () => {
  const directory = copyRun(run);
  await writeReport(directory, { umap: false });
  const first = digestOfFile(reportFile(directory));
  await writeReport(directory, { title: 'Another', umap: false });
  expect(digestOfFile(reportFile(directory))).not.toBe(first);
  await writeReport(directory, { umap: false });
  expect(digestOfFile(reportFile(directory))).toBe(first);
});

test('a page stays within its limit, and says what is not there', async () => {
  const directory = copyRun(run);
  const whole = await writeReport(directory, { umap: false });
  const output = join(directory, '..', 'small.html');
  const maximumBytes = Math.round(0.9 * whole.bytes);
  const { bytes, leftOut } = await writeReport(directory, { output, maximumBytes, umap: false });
  expect(bytes).toBeLessThanOrEqual(maximumBytes);
  expect(leftOut[0]).toMatch(/^Left out to keep the page within /);
  expect(readFileSync(output, 'utf8')).toContain(leftOut[0] as string);
});

test('a case that grew has its page too, as it stands', async () => {
  const directory = copyRun(run);
  await add(directory, [join(dirname(directory), 'later')]);
  await writeReport(directory, { umap: false });
  expect(readFileSync(reportFile(directory), 'utf8')).toContain('108 images were studied');
  expect((await verify(directory)).differences).toEqual([]);
});

test('a stopped report leaves no file, and a folder without a run is named', async () => {
  const directory = copyRun(run);
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(writeReport(directory, { signal, umap: false })).rejects.toThrow('stopped');
  expect(existsSync(reportFile(directory))).toBe(false);
  await expect(writeReport(join(directory, 'round-01'))).rejects.toThrow('round-01');
});
