import { describe, expect, it } from 'vitest';
import { quantile } from '../src/quantile.js';

describe('quantile()', () => {
  it('interpolates between order statistics', () => {
    // Sorted 1 2 4 8, positions 0 to 3: 0.5 is at 1.5, between 2 and 4; 0.9 at 2.7, 4 + 0.7 · 4.
    const values = [8, 1, 4, 2];
    expect(quantile(values, 0.5)).toBe(3);
    expect(quantile(values, 0.9)).toBeCloseTo(6.8, 12);
    expect([quantile(values, 0), quantile(values, 1)]).toEqual([1, 8]);
    expect(values).toEqual([8, 1, 4, 2]);
  });

  it('sorts by value and not as text', () => {
    expect(quantile([10, 9, -1], 0.5)).toBe(9);
  });

  it('returns the only value at every probability', () => {
    expect([0, 0.3, 1].map((p) => quantile([5], p))).toEqual([5, 5, 5]);
  });

  it('never falls as the probability grows', () => {
    const values = Float32Array.of(3, 3, -1, 7, 0.5, 3, 2);
    for (let p = 0; p < 1; p += 0.01) {
      expect(quantile(values, Math.min(1, p + 0.01))).toBeGreaterThanOrEqual(quantile(values, p));
    }
  });

  it('refuses no value, NaN and a probability out of range', () => {
    expect(() => quantile([], 0.5)).toThrow('at least one value');
    expect(() => quantile([1, Number.NaN, 2], 0.5)).toThrow('got NaN');
    expect(() => quantile([1], 1.01)).toThrow('[0, 1], got 1.01');
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});
