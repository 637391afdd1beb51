import { expect, test } from 'vitest';
import { escapeLines, escapeText, formatJson } from '../src/escape-text.js';

test('escapeText() makes terminal escapes, line breaks and overrides of direction visible', () => {
  expect(escapeText('a\x1b[2J\rb\n\tc\x7f\x9b')).toBe('a\\x1b[2J\\rb\\n\\tc\\x7f\\x9b');
  expect(escapeText('photo\u202egnp.exe\u2028\ufeff')).toBe('photo\\u{202e}gnp.exe\\u{2028}\\u{feff}');
  expect(escapeText('\ud800')).toBe('\\u{d800}');
});

test('escapeText() leaves letters of any language, emoji and backslashes alone', () => {
  for (const text of ['Grüße', '画像.png', '😀', 'C:\\x1b']) expect(escapeText(text)).toBe(text);
});

test('escapeLines() keeps line feeds and nothing else', () => {
  expect(escapeLines('a\nb\x1bc\r\nd')).toBe('a\nb\\x1bc\\r\nd');
});

test('formatJson() writes what would steer a terminal as codes, and is read back as it was', () => {
  const value = { path: 'a\x1b[2J\x9b31m\x7f\u202eb\n\ufeff', more: ['ü', null, 1] };
  expect(formatJson(value)).toBe(
    '{"path":"a\\u001b[2J\\u009b31m\\u007f\\u202eb\\n\\ufeff","more":["ü",null,1]}',
  );
  expect(JSON.parse(formatJson(value))).toEqual(value);
});
