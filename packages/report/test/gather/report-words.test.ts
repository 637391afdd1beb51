import { expect, test } from 'vitest';
import {
  countOf,
  formatBytes,
  formatFigure,
  formatNumber,
  formatSeconds,
  listOf,
  percent,
} from '../../src/gather/report-words.js';

test('countOf() tells one from none and many', () => {
  expect([0, 1, 2, 2670].map((count) => countOf(count, 'image'))).toEqual([
    '0 images',
    '1 image',
    '2 images',
    '2,670 images',
  ]);
  expect(countOf(2, 'frequency', 'frequencies')).toBe('2 frequencies');
});

test('percent() says 0 and 100 only of nothing and all', () => {
  const shares = [0, 0.0004, 0.0041, 0.29, 0.9, 0.996, 0.99996, 1];
  expect(shares.map(percent)).toEqual([
    '0 %',
    'under 0.1 %',
    '0.4 %',
    '29 %',
    '90 %',
    '99.6 %',
    'over 99.9 %',
    '100 %',
  ]);
});

test('formatFigure() rounds nothing to 0 or 1 that is not', () => {
  expect([0, 0.0004, 0.5, 0.9996, 1, -0.0002].map(formatFigure)).toEqual([
    '0.000',
    '0.0004',
    '0.500',
    'over 0.999',
    '1.000',
    '-0.0002',
  ]);
});

test('listOf() names what fits and counts the rest', () => {
  expect(listOf([])).toBe('');
  expect(listOf(['a'])).toBe('a');
  expect(listOf(['a', 'b', 'c'])).toBe('a, b and c');
  expect(listOf(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
});

test('sizes, times and numbers are short', () => {
  expect([999, 1, 640_000, 12_540_000, 25_276_502_016].map(formatBytes)).toEqual([
    '999 bytes',
    '1 byte',
    '640 kB',
    '12.5 MB',
    '25.3 GB',
  ]);
  expect([0.604, 59.999, 200, 7500].map(formatSeconds)).toEqual(['0.6 s', '60 s', '3 min 20 s', '2 h 5 min']);
  expect([2.3456, Number.NaN, null, 1234.5].map(formatNumber)).toEqual(['2.35', '–', '–', '1230']);
});
