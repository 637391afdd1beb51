import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addImages, changeSources } from '@ganscout/cases';
import { decodeNpy } from '@ganscout/data-model';
import { parseCsv } from '@ganscout/images';
import { RunExistsError } from '@ganscout/pipeline';
import { beforeAll, describe, expect, test } from 'vitest';
import { runOnFeatures, writeFeatures } from '../../cases/test/feature-run.js';
import { makeFolder } from '../../cases/test/verify-folder.js';
import { exportCase } from '../src/export-case.js';

const folder = makeFolder();
const context = {
  workingDirectory: folder,
  listener: () => undefined,
  signal: new AbortController().signal,
  now: () => new Date(0),
};
let directory = '';
const rowsOf = (path: string) => {
  const { columns, rows } = parseCsv(readFileSync(join(folder, path), 'utf8'));
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] as string])));
};

beforeAll(async () => {
  directory = await runOnFeatures(folder);
  await exportCase(directory, { output: join(folder, 'before'), format: 'csv', force: false });
  const dump = writeFeatures(folder, 'z', { a: 6, g: 30 }, { isNamed: false });
  await addImages(directory, { locations: [dump], retrain: 'never', discoverFrom: 20 }, context);
  const images = ['y-60', 'y-61'];
  await changeSources(directory, { operation: 'split', source: 'S0005', images, name: '=1+2' }, context);
  await exportCase(directory, { output: join(folder, 'csv'), format: 'csv', force: false });
  await exportCase(directory, { output: join(folder, 'jsonl'), format: 'jsonl', force: false });
});

describe('exportCase()', () => {
  test('of a run gives its assignments with the ids that sources will get', () => {
    const rows = rowsOf('before/assignments.csv');
    expect(rows).toHaveLength(80);
    expect(rows[0]).toMatchObject({
      image_id: 'y-0',
      kind: 'known',
      source: 'S0001',
      name: 'a',
      entry: '0',
      round: '1',
    });
    expect(rowsOf('before/sources.csv')).toHaveLength(5);
    expect(rowsOf('before/history.csv')).toEqual([]);
  });

  test('of a case tells by which entry each image got its source', () => {
    const rows = new Map(rowsOf('csv/assignments.csv').map((row) => [row.image_id, row]));
    expect(rows.size).toBe(116);
    expect(rows.get('y-3')).toMatchObject({ entry: '1', round: '1', reason: 'accepted by a known source' });
    expect(rows.get('z-20')).toMatchObject({
      kind: 'discovered',
      source: 'S0006',
      name: 'discovered-02',
      entry: '2',
      round: '0',
      reason: 'clustered with images that no source accepted',
    });
    expect(rows.get('y-61')).toMatchObject({ source: 'S0007', entry: '3', reason: 'placed by a person' });
    for (const { score, p_value: pValue } of rows.values()) {
      expect(Number.isFinite(Number(score)) && Number(pValue) >= 0 && Number(pValue) <= 1).toBe(true);
    }
  });

  test('writes the same as JSON, with exact text', () => {
    const lines = readFileSync(join(folder, 'jsonl/assignments.jsonl'), 'utf8').trimEnd().split('\n');
    const [csv, json] = [rowsOf('csv/assignments.csv'), lines.map((line) => JSON.parse(line))];
    expect(
      json.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)]))),
    ).toEqual(csv);
    expect(readFileSync(join(folder, 'csv/sources.csv'), 'utf8')).toContain('S0007,"""=1+2""",');
    expect(json.find((row) => row.source === 'S0007').name).toBe('=1+2');
  });

  test('lists all sources and the whole history with the hashes of its entries', () => {
    expect(
      rowsOf('csv/sources.csv').map(({ source, state, from, images }) => [source, state, from, images]),
    ).toEqual([
      ['S0001', 'active', '', '16'],
      ['S0002', 'active', '', '10'],
      ['S0003', 'active', '', '10'],
      ['S0004', 'active', '', '10'],
      ['S0005', 'active', '', '38'],
      ['S0006', 'active', '', '30'],
      ['S0007', 'active', 'S0005', '2'],
    ]);
    const history = rowsOf('csv/history.csv');
    expect(history.map(({ entry, kind }) => [entry, kind])).toEqual([
      ['1', 'opened'],
      ['2', 'added'],
      ['3', 'operation'],
    ]);
    const about = JSON.parse(readFileSync(join(folder, 'csv/export.json'), 'utf8'));
    expect(about).toMatchObject({ version: 1, entry: 3, hash: history[2]?.hash });
    expect(about.rows).toEqual({ 'assignments.csv': 116, 'sources.csv': 7, 'history.csv': 3 });
  });

  test('of a case has the features of images that came later too', async () => {
    const output = join(folder, 'npy');
    const { files } = await exportCase(directory, { output, format: 'npy', force: false });
    expect(files).toMatchObject({ 'features.npy': 116, 'labels.npy': 116, 'known-features.npy': 120 });
    const read = (name: string) => decodeNpy(readFileSync(join(output, name)));
    const { shape, data } = read('features.npy');
    expect(shape[0]).toBe(116);
    expect(data.every(Number.isFinite)).toBe(true);
    const ids: { id: string }[] = JSON.parse(readFileSync(join(output, 'images.json'), 'utf8'));
    const rows = new Map(rowsOf('csv/assignments.csv').map((row) => [row.image_id, row.source]));
    const numbers = ids.map(({ id }) => Number(rows.get(id)?.slice(1) || 0));
    expect([...read('labels.npy').data]).toEqual(numbers);
  });

  test('leaves folders alone that hold other files, and what holds a run even if forced', async () => {
    const output = join(folder, 'full');
    mkdirSync(output);
    writeFileSync(join(output, 'mine.txt'), 'x');
    const settings = { output, format: 'csv' as const, force: false };
    await expect(exportCase(directory, settings)).rejects.toThrow(RunExistsError);
    expect(readdirSync(output)).toEqual(['mine.txt']);
    await exportCase(directory, { ...settings, force: true });
    expect(readdirSync(output).sort()).toEqual([
      ...['assignments.csv', 'export.json', 'history.csv', 'mine.txt', 'sources.csv'],
    ]);
    await expect(exportCase(directory, { ...settings, output: directory, force: true })).rejects.toThrow(
      'holds a run',
    );
    await expect(exportCase(directory, { ...settings, output: join(output, 'mine.txt') })).rejects.toThrow(
      'is a file',
    );
  });
});
