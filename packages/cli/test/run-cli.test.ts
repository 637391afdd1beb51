import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ganscout } from './fake-shell.js';
import { writeSampleFeatures } from './sample-features.js';

// Runs take a second or two, more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
let config = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-cli-'));
  writeSampleFeatures(folder);
  config = join(folder, 'pipeline.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('a run prints its result on stdout and its progress on stderr', async () => {
  const { code, out, err } = await ganscout(['run', config, '--name', 'first']);
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('round 1 merge: ') });
  expect(out).toContain('Discovery set of 80 images: ');
  expect(out).toContain('average purity, whole discovery set');
  expect(out).toContain(join(folder, 'runs', 'first', 'assignments.csv'));
  expect(readdirSync(join(folder, 'runs', 'first'))).toContain('summary.json');
});

test('a run is not overwritten, and the error says the way out', async () => {
  const { code, out, err } = await ganscout(['run', config, '--name', 'first']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/already holds a run.*--resume.*--force/);
});

test('with --json every line is an event without arrays of images, the last one the end of the run', async () => {
  const { code, out, err } = await ganscout(['run', config, '--name', 'first', '--resume', '--json']);
  expect([code, err]).toEqual([0, '']);
  const events = parseLines(out);
  expect(events[0]).toMatchObject({ type: 'inputs', known: { total: 80 }, discovery: { total: 80 } });
  const merge = events.find(({ type, stage }) => type === 'stage-end' && stage === 'merge');
  expect(merge).toMatchObject({ round: 1, kept: true, clusters: expect.any(Number) });
  expect(events.at(-1)).toMatchObject({ type: 'run-end', failedInputs: 0, summary: { version: 1 } });
  const arrays = events
    .flatMap((event) => Object.values(event))
    .filter((value) => ArrayBuffer.isView(value) || Array.isArray(value));
  expect(arrays).toEqual([]);
});

test('a plan says what is kept and what a change would do again', async () => {
  const kept = await ganscout(['plan', config, '--name', 'first', '--json']);
  expect(parseLines(kept.out).map((stage) => stage.kept)).not.toContain(false);
  const { code, out } = await ganscout(['plan', config, '--name', 'first', '--set', 'kmeans.clusterCount=5']);
  expect(code).toBe(0);
  expect(out).toMatch(/1 {2}ood +keep /);
  expect(out).toMatch(/1 {2}kmeans +run +option changed: clusterCount: 4 -> 5/);
});

test('--force does a stage again and keeps those before it', async () => {
  const { code, err } = await ganscout(['run', config, '--name', 'first', '--force', 'merge@1']);
  expect(code).toBe(0);
  expect(err).toMatch(/round 1 kmeans: .*kept from before/);
  expect(err).toMatch(/round 1 merge: .*\d s\n/);
});

test('--force without a round means the first, but the last for the attribution after the rounds', async () => {
  const { err } = await ganscout(['run', config, '--name', 'first', '--force', 'attribute']);
  expect(err).toMatch(/round 1 refine: .*kept from before/);
  expect(err).toMatch(/round 1 attribute: .*\d s\n/);
  const wrong = await ganscout(['run', config, '--name', 'first', '--force', 'mrge']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('STAGE one of describe, whiten');
});

test('a run is evaluated against a table of true sources', async () => {
  const run = join(folder, 'runs', 'first');
  const { code, out } = await ganscout(['evaluate', run, '--truth', join(folder, 'truth.csv'), '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ matched: 80, total: 80, figures: { imageCount: 80 } });
  const nowhere = await ganscout(['evaluate', folder, '--truth', join(folder, 'truth.csv')]);
  expect([nowhere.code, nowhere.out]).toEqual([3, '']);
});

test('an interrupted run ends with 130 and the command that goes on', async () => {
  const signal = AbortSignal.abort();
  const { code, err } = await ganscout(['run', config, '--name', 'a b'], { signal });
  expect(code).toBe(130);
  expect(err).toMatch(/Stopped\. To go on: ganscout run .*pipeline\.yaml --name 'a b' --resume\n$/);
});

test('a configuration is shown with nothing left open, and its schema is JSON', async () => {
  const shown = await ganscout(['config', 'show', config, '--set', 'run.seed=7']);
  expect(shown.out).toMatch(/^run:\n {2}seed: 7\n/);
  const schema = await ganscout(['config', 'schema']);
  expect(JSON.parse(schema.out)).toMatchObject({ type: 'object', properties: { run: {}, data: {} } });
});

test('mistakes in a configuration exit with 2 and say where', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'run:\n  sed: 1\n');
  const wrong = await ganscout(['run', file]);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toBe(`ganscout: ${file}:2:3: run.sed: unknown key "sed"; did you mean "seed"?\n`);
  const missing = await ganscout(['run', join(folder, 'none.yaml')]);
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('there is no such file')]);
});

test('folders without images exit with 3', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const file = join(folder, 'empty.yaml');
  writeFileSync(file, 'data: { known: empty, discovery: empty }\n');
  const { code, out, err } = await ganscout(['run', file, '--name', 'empty']);
  expect([code, out]).toEqual([3, '']);
  expect(err).toMatch(/^ganscout: .*holds no image/m);
});
