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

describe('formatCsvRow()', () => {
  test('quotes only what needs it', () => {
    expect(formatCsvRow(['a', 1.5, null, true, 'b,c', 'd"e', '=1+1', ' x '])).toBe(
      'a,1.5,,true,"b,c","d""e",=1+1, x \n',
    );
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
    ];
    const text = formatCsvRow(['n', 'm']) + names.map((name) => formatCsvRow([name, name])).join('');
    expect(parseCsv(text).rows).toEqual(names.map((name) => [name, name]));
    const single = formatCsvRow(['n']) + names.map((name) => formatCsvRow([name])).join('');
    expect(parseCsv(single).rows).toEqual(names.map((name) => [name]));
  });
});
