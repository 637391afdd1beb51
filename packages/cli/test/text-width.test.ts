import { expect, test } from 'vitest';
import { fitText, textWidth } from '../src/text-width.js';

test('textWidth() counts two columns for wide characters and one for a letter with its marks', () => {
  expect(textWidth('')).toBe(0);
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('画像')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('😀')).toBe(2);
});

test('fitText() cuts at the chosen end and never exceeds the width', () => {
  expect(fitText('abcdef', 6)).toBe('abcdef');
  expect(fitText('abcdef', 4)).toBe('abc…');
  expect(fitText('abcdef', 4, 'end')).toBe('…def');
  // Two columns for the first character, one for the ellipsis: the second does not fit into 4.
  expect(fitText('画像画', 4)).toBe('画…');
  expect(fitText('abc', 1)).toBe('…');
  expect(fitText('abc', 0)).toBe('');
});
