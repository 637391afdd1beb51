import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCsv } from '@ganscout/images';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { plantSource } from '../packages/pipeline/test/planted-images.js';

const BIN = fileURLToPath(new URL('../packages/cli/bin/ganscout.js', import.meta.url));

// A run takes a few seconds, more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const KNOWN = ['cross', 'box', 'row'] as const;
const UNKNOWN = ['column', 'diagonal'] as const;

let folder = '';
let first: ReturnType<typeof ganscout>;
const at = (...path: string[]) => join(folder, ...path);

/** Runs the built command in the folder of the data. */
function ganscout(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

function rowsOf(name: string): Record<string, string>[] {
  const { columns, rows } = parseCsv(readFileSync(at('runs/default', name), 'utf8'));
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] as string])));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-end-to-end-'));
  const truth = ['path,source'];
  for (const source of [...KNOWN, ...UNKNOWN]) {
    const isKnown = KNOWN.includes(source as never);
    if (isKnown) await plantSource(at(`known/${source}/`), source, { count: 16, seed: 1 });
    const count = isKnown ? 8 : 20;
    await plantSource(at(`dump/${source}-`), source, { count, seed: 2 });
    for (let i = 0; i < count; i++) truth.push(`dump/${source}-${String(i).padStart(3, '0')}.png,${source}`);
  }
  writeFileSync(at('truth.csv'), `${truth.join('\n')}\n`);
  writeFileSync(at('pipeline.yaml'), 'data: { known: known, discovery: dump, truth: truth.csv }\n');
  first = ganscout('run');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the default preset finds the two planted sources that nobody has labelled, and names the known ones', () => {
  expect(first).toMatchObject({ status: 0 });
  const { counts, final, sources } = JSON.parse(readFileSync(at('runs/default/summary.json'), 'utf8'));
  expect(counts).toMatchObject({ known: 48, knownSources: 3, discovery: 64, discoveredSources: 2 });
  expect(final.figures.wholeAveragePurity).toBeGreaterThanOrEqual(0.95);
  expect(final.figures.wholeNmi).toBeGreaterThanOrEqual(0.9);
  expect(final.figures.unknownAcceptedRate).toBeLessThanOrEqual(0.1);
  const discovered = sources.filter(({ kind }: { kind: string }) => kind === 'discovered');
  expect(discovered.map(({ majority }: { majority: string }) => majority).sort()).toEqual([...UNKNOWN]);
  expect(final.missed).toEqual([]);
});

test('the run directory has the files and columns that scripts rely on', () => {
  const entries = readdirSync(at('runs/default')).sort();
  expect(entries.filter((entry) => !entry.startsWith('round-'))).toEqual([
    'assignments.csv',
    'config.resolved.yaml',
    'inputs.csv',
    'metrics.jsonl',
    'report.html',
    'sources.csv',
    'summary.json',
    'timings.json',
  ]);
  expect(readdirSync(at('runs/default/round-01')).sort()).toEqual(
    expect.arrayContaining(['describe', 'kmeans', 'merge', 'ood', 'refine', 'whiten']),
  );
  for (const stage of readdirSync(at('runs/default/round-01'))) {
    const files = readdirSync(at('runs/default/round-01', stage));
    expect(files).toContain('stage.json');
    expect(files.some((file) => file.endsWith('.npy'))).toBe(true);
  }
  const inputs = rowsOf('inputs.csv');
  expect(inputs).toHaveLength(48 + 64);
  expect(Object.keys(inputs[0] ?? {}).slice(0, 8)).toEqual(
    'image_id,path,bytes,width,height,format,status,reason'.split(','),
  );
  const assignments = rowsOf('assignments.csv');
  expect(assignments).toHaveLength(64);
  expect(Object.keys(assignments[0] ?? {})).toEqual(
    'image_id,path,kind,source,score,margin,round,reason'.split(','),
  );
  expect(assignments[0]).toMatchObject({ path: 'dump/box-000.png', kind: 'known', source: 'box' });
  expect(Object.keys(rowsOf('sources.csv')[0] ?? {}).slice(0, 10)).toEqual(
    'source,kind,name,size,first_round,trust,neighbor_share,persistence,rejected_share,cohesion'.split(','),
  );
});

test('the page at the end of a run has no address outside of itself', () => {
  const page = readFileSync(at('runs/default/report.html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page.match(/\b(?:src|href)="(?!data:image\/png;base64,|#)[^"]*"/g)).toBeNull();
  expect(ganscout('verify', 'runs/default')).toMatchObject({
    status: 0,
    stdout: expect.not.stringContaining('report.html'),
  });
});

test('a run that is there is refused, and with --resume kept as it is', () => {
  expect(ganscout('run')).toMatchObject({ status: 2, stderr: expect.stringContaining('--resume') });
  const before = readFileSync(at('runs/default/assignments.csv'), 'utf8');
  expect(ganscout('plan').stdout).not.toMatch(/ run /);
  const again = ganscout('run', '--resume');
  expect(again).toMatchObject({ status: 0, stdout: first.stdout });
  expect(readFileSync(at('runs/default/assignments.csv'), 'utf8')).toBe(before);
});

test('the configuration that a run writes does the same from anywhere', () => {
  const { status, stdout } = ganscout(
    ...['run', 'runs/default/config.resolved.yaml', '--set', 'run.output=runs/again/default', '--json'],
  );
  expect(status).toBe(0);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { summary } = events.at(-1);
  expect(summary).toEqual(JSON.parse(readFileSync(at('runs/default/summary.json'), 'utf8')));
});

test('evaluate gives the figures of the run', () => {
  const { status, stdout } = ganscout('evaluate', 'runs/default', '--truth', 'truth.csv', '--json');
  expect(status).toBe(0);
  const { final } = JSON.parse(readFileSync(at('runs/default/summary.json'), 'utf8'));
  expect(JSON.parse(stdout)).toEqual({ matched: 64, total: 64, ...final });
});
