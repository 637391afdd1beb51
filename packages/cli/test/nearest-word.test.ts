import { expect, test } from 'vitest';
import { nearestWord } from '../src/nearest-word.js';

const WORDS = ['run', 'plan', 'identify', 'config'];

test('nearestWord() finds the word with the smallest edit distance', () => {
  expect(nearestWord('rum', WORDS)).toBe('run');
  expect(nearestWord('confg', WORDS)).toBe('config');
  expect(nearestWord('idnetify', WORDS)).toBe('identify');
});

test('nearestWord() prefers a word that the given one begins', () => {
  expect(nearestWord('ident', WORDS)).toBe('identify');
});

test('nearestWord() finds nothing where every word is far, or all letters would change', () => {
  expect(nearestWord('evaluate', WORDS)).toBeNull();
  expect(nearestWord('x', ['a'])).toBeNull();
  expect(nearestWord('', WORDS)).toBeNull();
  expect(nearestWord('run', [])).toBeNull();
});
