import { describe, expect, test } from 'vitest';
import { formatCsvRow, parseCsv } from '../src/csv.js';

describe('parseCsv()', () => {
  test('reads quoted commas, quotes and line breaks', () => {
    const { columns, rows } = parseCsv('path,source\r\n"a,b.png","say ""hi"""\r\n"two\nlines",x\r\n');
    expect(columns).toEqual(['path', 'source']);
    expect(rows).toEqual([
      ['a,b.png', 'say "hi"'],
      ['two\nlines', 'x'],
    ]);
  });

  test('reads LF, CR and CRLF, a byte order mark, blank lines, empty values and a missing last line end', () => {
    expect(parseCsv('\uFEFFa,b\n1,\r,2\r\n\n3,4')).toEqual({
      columns: ['a', 'b'],
      rows: [
        ['1', ''],
        ['', '2'],
        ['3', '4'],
      ],
    });
    expect(parseCsv('a,b\n1,')).toEqual({ columns: ['a', 'b'], rows: [['1', '']] });
  });

  test('returns no column for an empty text', () => {
    expect(parseCsv('')).toEqual({ columns: [], rows: [] });
  });

  test('names the line of a row of the wrong length, counting the line breaks in quotes', () => {
    expect(() => parseCsv('a,b\n"x\ny",1\n1,2,3\n')).toThrow(
      new SyntaxError('CSV line 4: a row must have 2 values as the first row has, got 3'),
    );
  });

  test('names the line of a quote that is not closed, or followed by text', () => {
    expect(() => parseCsv('a\n"x')).toThrow(
      new SyntaxError('CSV line 2: a quote opened in this row must be closed'),
    );
    expect(() => parseCsv('a\n"x"y')).toThrow(/CSV line 2: a closing quote must be followed .* got "y"/);
  });

  test('leaves a quote inside an unquoted value alone', () => {
    expect(parseCsv('a\n5" wide\n').rows).toEqual([['5" wide']]);
  });
});

test('parseCsv() leaves the values of tables by others as they are', () => {
  const values = ['=1+1', '-1', "'=1", '"x"', '"1"', '"\\u0041"', '"=1', '"\\u003d1"'];
  const text = `v,w\n${values.map((value) => `"${value.replaceAll('"', '""')}",x\n`).join('')}`;
  expect(parseCsv(text).rows.map(([value]) => value)).toEqual(values);
});

describe('formatCsvRow()', () => {
  test('quotes only what needs it', () => {
    expect(formatCsvRow(['a', 1.5, null, true, 'b,c', 'd"e', -2, ' x '])).toBe(
      'a,1.5,,true,"b,c","d""e",-2, x \n',
    );
  });

  test('writes what a spreadsheet would run, or a terminal would obey, as a string of JSON', () => {
    // The quotes of JSON, doubled inside the quotes of the table.
    const written = (text: string) => formatCsvRow([text, 'x']).slice(0, -3);
    expect(written('=1+1')).toBe('"""=1+1"""');
    expect(written('-rf.png')).toBe('"""-rf.png"""');
    expect(written(' @SUM(1)')).toBe('""" @SUM(1)"""');
    expect(written('＝1')).toBe('"""＝1"""');
    expect(written('a;=1')).toBe('"""a\\u003b=1"""');
    expect(written('a\nb\x1b[2J\x9b')).toBe('"""a\\nb\\u001b[2J\\u009b"""');
    expect(written('a\u202egnp')).toBe('"""a\\u202egnp"""');
    for (const text of ['a=b', 'a-b.png', 'a+b@c', 'a;b', "'x", 'ü']) expect(written(text)).toBe(text);
  });

  test('is read back as it was, whatever the characters', () => {
    const names = [
      '=cmd()',
      'a,b',
      '"',
      '""',
      'x\ny',
      'x\r\ny',
      'x\ry',
      '\t',
      '\u0001\u0000',
      '',
      ' ',
      'ü𝄞',
      '@x',
      "'",
      '-1',
      '\x1b]0;x\x07',
      '\u202ex',
      '\ud800',
      'a;=b',
      '"=1"',
      '"x"',
      '"a\\nb"',
      formatCsvRow(['\n', 'x']),
      JSON.stringify(JSON.stringify('=1')),
    ];
    const text = formatCsvRow(['n', 'm']) + names.map((name) => formatCsvRow([name, name])).join('');
    expect(parseCsv(text).rows).toEqual(names.map((name) => [name, name]));
    expect(text.split('\n')).toHaveLength(names.length + 2);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    const single = formatCsvRow(['n']) + names.map((name) => formatCsvRow([name])).join('');
    expect(parseCsv(single).rows).toEqual(names.map((name) => [name]));
  });
});
