import { expect, test } from 'vitest';
import { escapeHtml } from '../../src/page/escape-html.js';
import { heatMap } from '../../src/page/heat-map.js';
import { toSquare } from '../../src/page/map-section.js';
import { formatTable, shorten } from '../../src/page/markup.js';
import { textOf, walkPage } from './page-walk.js';

test('escapeHtml() leaves no markup, and shows what is hidden', () => {
  expect(escapeHtml(`<a href="x">'&amp;`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;');
  expect(escapeHtml('a\u202eb\u0007c\ud83d\ude00\ud800')).toBe('a\\u{202e}b\\u{7}c\ud83d\ude00\\u{d800}');
  expect(escapeHtml('line\n\ttab')).toBe('line\n\ttab');
});

test('shorten() keeps both ends and never cuts a character in two', () => {
  expect(shorten('abcdefghij', 10)).toBe('abcdefghij');
  // Nine characters without the ellipsis is five and four less one each: four, the ellipsis, four.
  expect(shorten('abcdefghij', 9)).toBe('abcd…ghij');
  expect(shorten('\u{1f600}'.repeat(6), 5)).toBe(`${'\u{1f600}'.repeat(2)}…${'\u{1f600}'.repeat(2)}`);
  expect(shorten('\u{1f600}'.repeat(5), 5)).toBe('\u{1f600}'.repeat(5));
});

test('formatTable() sets columns of figures right, and never the one that names the rows', () => {
  const rows = [
    ['1', '1,234', '12.5 %', 'x', '–'],
    ['2', '-7', '−3', '5', '0.5'],
  ];
  const elements = walkPage(formatTable({ caption: 'c', columns: ['a', 'b', 'c', 'd', 'e'], rows }));
  const heads = elements.filter(({ tag, attributes }) => tag === 'th' && attributes.get('scope') === 'col');
  expect(heads.map(({ attributes }) => attributes.get('class') ?? '')).toEqual([
    '',
    'number',
    'number',
    '',
    'number',
  ]);
});

test('heatMap() shades cells by their share of the row and leaves zeros empty', () => {
  // Of 8: 1 is one eighth, depth 1; 7 is depth 7; a row of zeros has no shade.
  const markup = heatMap({
    rows: ['x', 'y'],
    columns: ['p', 'q', 'r'],
    counts: [1, 7, 0, 0, 0, 0],
    note: '',
  });
  const cells = walkPage(markup).filter(({ tag }) => tag === 'td');
  expect(cells.map(({ attributes, inner }) => `${attributes.get('class') ?? ''}:${textOf(inner)}`)).toEqual([
    ':',
    'heat-1:1',
    'heat-7:7',
    ':',
    ':8',
    ':',
    ':',
    ':',
    ':0',
  ]);
});

test('toSquare() keeps the scales of both axes alike, y up, and puts what is not finite in the middle', () => {
  // x from 0 to 4 is the longer side: scale 25. y from 0 to 2 lies in the middle half, its larger values above.
  const [x, y] = toSquare(
    { x: Float32Array.of(0, 4, 2, Number.NaN), y: Float32Array.of(0, 2, 1, Number.POSITIVE_INFINITY) },
    100,
  );
  expect([...x]).toEqual([0, 100, 50, 50]);
  expect([...y]).toEqual([75, 25, 50, 50]);
  expect([...toSquare({ x: Float32Array.of(3), y: Float32Array.of(3) }, 100)[0]]).toEqual([50]);
  expect(toSquare({ x: new Float32Array(), y: new Float32Array() }, 100)[0]).toHaveLength(0);
});
