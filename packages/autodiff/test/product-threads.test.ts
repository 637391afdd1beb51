import { expect, test } from 'vitest';
import { reproducibleThreads } from '../src/index.js';

test('reproducibleThreads() leaves five blocks of 16 columns to each thread', () => {
  expect(reproducibleThreads(8, 256)).toBe(3);
  expect(reproducibleThreads(2, 256)).toBe(2);
  expect(reproducibleThreads(8, 143)).toBe(1);
  expect(reproducibleThreads(8, 144)).toBe(2);
  expect(reproducibleThreads(8, 1)).toBe(1);
});
