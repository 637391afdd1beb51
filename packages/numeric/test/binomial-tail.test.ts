import { expect, test } from 'vitest';
import { binomialTail } from '../src/index.js';

test('binomialTail() adds the probabilities of all larger counts', () => {
  // Of four coins at least three: (4 + 1) / 16.
  expect(binomialTail(4, 3, 0.5)).toBeCloseTo(5 / 16, 14);
  // Of two dice at least one six: 1 - 25 / 36.
  expect(binomialTail(2, 1, 1 / 6)).toBeCloseTo(11 / 36, 14);
  expect(binomialTail(10_000, 5_000, 0.5)).toBeCloseTo(0.50399, 4);
});

test('binomialTail() at the ends', () => {
  expect(binomialTail(5, 0, 0.3)).toBe(1);
  expect(binomialTail(5, 6, 0.3)).toBe(0);
  expect(binomialTail(0, 1, 0.3)).toBe(0);
  expect(binomialTail(5, 1, 0)).toBe(0);
  expect(binomialTail(5, 5, 1)).toBe(1);
  expect(binomialTail(5, 5, 0.1)).toBeCloseTo(1e-5, 18);
});

test('binomialTail() refuses what is no count or probability', () => {
  expect(() => binomialTail(-1, 0, 0.5)).toThrow('trials must be an integer from 0 on');
  expect(() => binomialTail(3, 0.5, 0.5)).toThrow(RangeError);
  expect(() => binomialTail(3, 1, Number.NaN)).toThrow(RangeError);
});
