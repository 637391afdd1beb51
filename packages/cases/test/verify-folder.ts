import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatCsvRow } from '@ganscout/images';
import { appendAuditEntry, digestOf } from '@ganscout/storage';
import { afterAll } from 'vitest';

const made: string[] = [];
// Registered once a file: what is registered inside a test is never called.
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder that is removed after the tests of the file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ganscout-cases-'));
  made.push(folder);
  return folder;
}

/** Writes files, by path relative to a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A table of inputs: a row a file, and those that are given. */
export function inputsTable(files: Readonly<Record<string, string>>, more: readonly string[][] = []): string {
  const rows = Object.entries(files).map(([file, content]) => [
    digestOf(content),
    file,
    String(content.length),
  ]);
  return [['image_id', 'file', 'bytes'], ...rows, ...more].map((row) => formatCsvRow(row)).join('');
}

/** The files of a stage of a run. */
export function stageFiles(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  const outputs = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, digestOf(content)]),
  );
  return Object.fromEntries([
    ...Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]),
    [`${folder}/stage.json`, JSON.stringify({ version: 1, outputs })],
  ]);
}

/** Appends an entry that vouches for files. */
export function vouch(directory: string, files: Readonly<Record<string, string>>, body: object = {}) {
  const digests = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, digestOf(content)]),
  );
  appendAuditEntry(directory, {
    time: '2020-01-01T00:00:00.000Z',
    kind: 'added',
    body: { events: [], ...body },
    files: digests,
  });
}

/** What a finished run of two stages and three inputs, one of them unreadable, holds; no pipeline made it. */
export function plantRun(folder: string): {
  directory: string;
  tables: Record<string, string>;
  inputs: string[];
} {
  const directory = join(folder, 'run');
  const images = { [join(folder, 'dump/a.png')]: 'image a', [join(folder, 'dump/b.png')]: 'image b' };
  writeFiles('/', images);
  const patch = [`${digestOf('image a')}#0,0,8,8`, join(folder, 'dump/a.png'), '7'];
  const tables = {
    'config.resolved.yaml': 'run: {}\n',
    'inputs.csv': inputsTable(images, [patch, ['', join(folder, 'dump/c.png'), '0']]),
    'assignments.csv': 'image_id\n',
    'sources.csv': 'source\n',
    'summary.json': '{}\n',
  };
  writeFiles(directory, tables);
  writeFiles(directory, { 'metrics.jsonl': '{}\n', 'timings.json': '{}\n' });
  writeFiles(directory, stageFiles('round-01/ood', { 'labels.npy': 'labels', 'score.npy': 'score' }));
  writeFiles(directory, stageFiles('round-02/attribute', { 'test.json': '{}' }));
  return { directory, tables, inputs: Object.keys(images) };
}

/** That run, opened as a case, with an add of one input and a retraining. */
export function plantCase(folder: string): { directory: string; inputs: string[] } {
  const { directory, tables, inputs } = plantRun(folder);
  const opening = { 'case/0001/ids.json': '[]', 'case/0001/labels.npy': 'one' };
  const later = join(folder, 'later/d.png');
  writeFiles('/', { [later]: 'image d' });
  const adding = {
    'case/0002/images.csv': inputsTable({ [later]: 'image d' }),
    'case/0002/labels.npy': 'two',
  };
  writeFiles(directory, { ...opening, ...adding });
  vouch(directory, { ...tables, ...opening }, { generation: 1 });
  vouch(directory, adding);
  const retrained = { 'case/generation-02/config.resolved.yaml': 'run: {}\n' };
  writeFiles(directory, retrained);
  writeFiles(directory, stageFiles('case/generation-02/round-01/ood', { 'labels.npy': 'new labels' }));
  vouch(directory, retrained, { generation: 2 });
  return { directory, inputs: [...inputs, later] };
}
