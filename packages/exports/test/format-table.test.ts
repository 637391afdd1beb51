import { parseCsv } from '@ganscout/images';
import { describe, expect, test } from 'vitest';
import { formatArray, formatObject, formatTable } from '../src/format-table.js';

describe('tables', () => {
  test('run nothing in a spreadsheet and are one line a row, numbers stay numbers, and text reads back', () => {
    const rows = [
      [-1.5, '-1.5'],
      [null, 'a,"b"\n'],
      [3, '\x1b[2J'],
    ];
    const table = { columns: { n: 'number', text: 'text' }, rows } as const;
    const csv = [...formatTable(table, 'csv')].join('');
    expect(csv.split('\n')).toHaveLength(rows.length + 2);
    expect(csv).toContain(`-1.5,"""-1.5"""\n`);
    expect(parseCsv(csv).rows).toEqual(rows.map(([n, text]) => [n === null ? '' : String(n), text]));
    const lines = [...formatTable(table, 'jsonl')].join('').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows.map(([n, text]) => ({ n, text })));
  });

  test('join lists', () => {
    const table = { columns: { list: 'list' }, rows: [[['a', 'b']]] } as const;
    expect([...formatTable(table, 'csv')].join('')).toBe('list\na | b\n');
    expect([...formatTable(table, 'jsonl')].join('')).toBe('{"list":["a","b"]}\n');
  });

  test('of many rows come in parts, which together are the whole', () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => [i, `name ${i}`]);
    const parts = [...formatTable({ columns: { i: 'integer', name: 'text' }, rows }, 'csv')];
    expect(parts.length).toBeGreaterThan(1);
    expect(parseCsv(parts.join('')).rows).toHaveLength(30_000);
  });

  test('of JSON are read as what they were made of, also of nothing', () => {
    const values = [1, null, { name: 'a\n"' }];
    expect(JSON.parse([...formatArray(values)].join(''))).toEqual(values);
    expect(JSON.parse([...formatArray([])].join(''))).toEqual([]);
    const entries = [['a"', 1] as const, ['b', null] as const];
    expect(JSON.parse([...formatObject(entries)].join(''))).toEqual({ 'a"': 1, b: null });
  });
});
