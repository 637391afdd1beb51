import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openCaseView } from '@ganscout/cases';
import { digestOf } from '@ganscout/storage';
import { beforeAll, expect, test } from 'vitest';
import { add, copyRun, plantDump, plantRun } from '../../../cases/test/planted-case.js';
import { provenanceTables } from '../../src/gather/provenance-tables.js';

let run: string;
beforeAll(async () => {
  run = await plantRun();
});

async function tablesOf(directory: string): Promise<(title: string) => ReadonlyMap<string, string>> {
  const tables = provenanceTables(await openCaseView(directory), 5);
  return (title) => {
    const rows = tables.find((table) => table.title === title)?.rows ?? [];
    return new Map(rows.map((row) => [row[0] as string, row[1] ?? '']));
  };
}

test('a run is told with its seeds, versions, times and options', async () => {
  const directory = copyRun(run);
  const lines = ['2026-01-01T10:00:00.000Z', '2026-01-01T10:01:00.000Z'].map(
    (time) => `{"time":"${time}","type":"x"}\n`,
  );
  writeFileSync(join(directory, 'metrics.jsonl'), lines.join(''));
  const tables = await tablesOf(directory);
  const facts = tables('What was run');
  expect(facts.get('begun')).toBe('2026-01-01T10:00:00.000Z');
  expect(facts.get('ended')).toBe('2026-01-01T10:01:00.000Z');
  expect(facts.get('seed of the random contact sheets')).toBe('5');
  expect(facts.get('labelled images')).toBe('120 images of 3 known sources');
  expect(facts.get('images under study')).toBe('90 images');
  expect(facts.get('made from')).toBe('features computed elsewhere');
  expect(facts.get('case')).toBe('never opened as a case: there is no log');
  expect(facts.get('node')).toBe(process.versions.node);
  expect([...tables('Configuration').keys()]).toContain('  hashCount: 256');
  expect(tables('Log').size).toBe(0);
});

test('digests are those of the files, gone ones are said to be', async () => {
  const directory = copyRun(run);
  const digests = (await tablesOf(directory))('Digests (SHA-256)');
  const digestAt = (path: string) => digestOf(readFileSync(path));
  for (const name of [
    'config.resolved.yaml',
    'inputs.csv',
    'assignments.csv',
    'sources.csv',
    'summary.json',
  ]) {
    expect(digests.get(name)).toBe(digestAt(join(directory, name)));
  }
  expect(digests.get('data.knownFeatures, as it is now')).toBe(digestAt(join(dirname(run), 'x.npy')));
  expect(digests.has('audit.jsonl')).toBe(false);
});

test('a case is told as of its last entry, with the head of its log', async () => {
  const directory = copyRun(run);
  await add(directory, [plantDump(directory, 'later', { anna: 5 })]);
  const tables = await tablesOf(directory);
  const { state } = await openCaseView(directory);
  const head = state.entries.at(-1);
  expect(tables('What was run').get('as of entry')).toBe(`${head?.number}, of ${head?.time}`);
  expect(tables('Digests (SHA-256)').get(`head of the log, entry ${head?.number}`)).toBe(head?.hash);
  expect([...tables('Log').keys()]).toEqual(state.entries.map(({ number }) => String(number)));
});
