import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCsv } from '@ganscout/images';
import { RunExistsError } from '@ganscout/pipeline';
import { beforeAll, describe, expect, test } from 'vitest';
import { addImages } from '../src/adding/add-images.js';
import { changeSources } from '../src/operations/source-operations-request.js';
import { exportCase } from '../src/reading/export-case.js';
import { formatExport } from '../src/reading/export-case-cells.js';
import { runOnFeatures, writeFeatures } from './feature-run.js';
import { makeFolder } from './verify-folder.js';

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
  exportCase(directory, { output: join(folder, 'before'), format: 'csv', force: false });
  const dump = writeFeatures(folder, 'z', { a: 6, g: 30 }, { isNamed: false });
  await addImages(directory, { locations: [dump], retrain: 'never', discoverFrom: 20 }, context);
  const images = ['y-60', 'y-61'];
  await changeSources(directory, { operation: 'split', source: 'S0005', images, name: '=1+2' }, context);
  exportCase(directory, { output: join(folder, 'csv'), format: 'csv', force: false });
  exportCase(directory, { output: join(folder, 'jsonl'), format: 'jsonl', force: false });
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

  test('leaves folders alone that hold other files, and what holds a run even if forced', () => {
    const output = join(folder, 'full');
    mkdirSync(output);
    writeFileSync(join(output, 'mine.txt'), 'x');
    const settings = { output, format: 'csv' as const, force: false };
    expect(() => exportCase(directory, settings)).toThrow(RunExistsError);
    expect(readdirSync(output)).toEqual(['mine.txt']);
    exportCase(directory, { ...settings, force: true });
    expect(readdirSync(output).sort()).toEqual([
      ...['assignments.csv', 'export.json', 'history.csv', 'mine.txt', 'sources.csv'],
    ]);
    expect(() => exportCase(directory, { ...settings, output: directory, force: true })).toThrow(
      'holds a run',
    );
    expect(() => exportCase(directory, { ...settings, output: join(output, 'mine.txt') })).toThrow(
      'is a file',
    );
  });
});

describe('tables', () => {
  test('run nothing in a spreadsheet and are one line a row, numbers stay numbers, and text reads back', () => {
    const rows = [
      [-1.5, '-1.5'],
      [null, 'a,"b"\n'],
      [3, '\x1b[2J'],
    ];
    const table = { columns: ['n', 'text'], rows };
    const csv = [...formatExport(table, 'csv')].join('');
    expect(csv.split('\n')).toHaveLength(rows.length + 2);
    expect(csv).toContain(`-1.5,"""-1.5"""\n`);
    expect(parseCsv(csv).rows).toEqual(rows.map(([n, text]) => [n === null ? '' : String(n), text]));
    const lines = [...formatExport(table, 'jsonl')].join('').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows.map(([n, text]) => ({ n, text })));
  });

  test('join lists', () => {
    const table = { columns: ['list'], rows: [[['a', 'b']]] };
    expect([...formatExport(table, 'csv')].join('')).toBe('list\na | b\n');
    expect([...formatExport(table, 'jsonl')].join('')).toBe('{"list":["a","b"]}\n');
  });

  test('of many rows come in parts, which together are the whole', () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => [i, `name ${i}`]);
    const parts = [...formatExport({ columns: ['i', 'name'], rows }, 'csv')];
    expect(parts.length).toBeGreaterThan(1);
    expect(parseCsv(parts.join('')).rows).toHaveLength(30_000);
  });
});
