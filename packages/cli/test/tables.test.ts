import { expect, test } from 'vitest';
import { formatCount, formatFigure, formatPercent, formatTable } from '../src/tables.js';

const COLUMNS = [{ title: 'image', keep: 'end' }, { title: 'n', align: 'right' }, { title: 'kind' }] as const;

test('formatTable() aligns columns to their widest value and ends lines without spaces', () => {
  const table = formatTable(COLUMNS, [
    ['a.png', '5', 'known'],
    ['画.png', '120', ''],
  ]);
  expect(table).toBe('image     n  kind\na.png     5  known\n画.png  120\n');
});

test('formatTable() prints the titles alone without rows', () => {
  expect(formatTable(COLUMNS, [])).toBe('image  n  kind\n');
});

test('formatTable() escapes values, so that a file name cannot break a line', () => {
  expect(formatTable([{ title: 'x' }], [['a\nb\x1b[0m']])).toBe('x\na\\nb\\x1b[0m\n');
});

test('formatTable() narrows only columns that may be cut, keeping the end of a path', () => {
  // 14 + 2 + 1 + 2 + 5 = 24 columns; 4 too many for 20 leave 10 for the path.
  const table = formatTable(COLUMNS, [['folder/abc.png', '5', 'known']], 20);
  expect(table).toBe('image       n  kind\n…r/abc.png  5  known\n');
});

test('formatTable() stops narrowing at 8 columns', () => {
  const [, line = ''] = formatTable(COLUMNS, [['folder/abc.png', '5', 'known']], 3).split('\n');
  expect(line).toBe('…abc.png  5  known');
});

test('formatTable() refuses a row with a missing value', () => {
  expect(() => formatTable(COLUMNS, [['a', '1']])).toThrow(
    new RangeError('formatTable: a row must have 3 values, got 2'),
  );
});

test('figures that are not defined are shown as a dash', () => {
  expect([formatFigure(0.98765), formatFigure(-1), formatFigure(null), formatFigure(undefined)]).toEqual([
    '0.988',
    '-1.000',
    '-',
    '-',
  ]);
  expect([formatFigure(Number.NaN), formatPercent(1, 3), formatPercent(0, 0)]).toEqual(['-', '33.3 %', '-']);
});

test('formatCount() uses the singular for one only', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'image'))).toEqual(['0 images', '1 image', '2 images']);
});
