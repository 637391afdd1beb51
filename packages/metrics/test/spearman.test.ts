import { describe, expect, it } from 'vitest';
import { spearmanCorrelation } from '../src/spearman.js';

describe('spearmanCorrelation()', () => {
  it('is 1 - 6 Σd² / (n³ - n) without ties', () => {
    // Ranks 1 2 3 4 5 against 2 1 4 3 5: Σd² = 4, 1 - 24 / 120.
    expect(spearmanCorrelation([1, 2, 30, 400, 5000], [20, 10, 40, 30, 50])).toBeCloseTo(0.8, 15);
  });

  it('gives tied values their mean rank', () => {
    // Ranks 1.5 1.5 3 against 1 2 3: Σ products 1.5, squares 1.5 and 2.
    expect(spearmanCorrelation([4, 4, 9], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 15);
  });

  it('is ±1 for monotone relations', () => {
    expect(spearmanCorrelation([1, 2, 3], [1, 100, 101])).toBeCloseTo(1, 15);
    expect(spearmanCorrelation([1, 2, 3], [5, 4, -9])).toBeCloseTo(-1, 15);
  });

  it('is null for fewer than two values and for a constant side', () => {
    expect(spearmanCorrelation([], [])).toBeNull();
    expect(spearmanCorrelation([1], [2])).toBeNull();
    expect(spearmanCorrelation([1, 2, 3], [4, 4, 4])).toBeNull();
  });

  it('refuses NaN and different lengths', () => {
    expect(() => spearmanCorrelation([1, Number.NaN], [1, 2])).toThrow('got NaN in row 1');
    expect(() => spearmanCorrelation([1], [1, 2])).toThrow('got 1 and 2');
  });
});
