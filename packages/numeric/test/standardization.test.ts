import { describe, expect, it } from 'vitest';
import { fitStandardization, standardize } from '../src/standardization.js';

describe('fitStandardization()', () => {
  it('measures the mean and the population deviation of each feature', () => {
    // Columns 1 3 5 (mean 3, variance 8/3) and 2 2 8 (mean 4, variance 8).
    const { mean, deviation } = fitStandardization(Float32Array.of(1, 2, 3, 2, 5, 8), 2);
    expect([...mean]).toEqual([3, 4]);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(8 / 3), 6);
    expect(deviation[1]).toBeCloseTo(Math.sqrt(8), 6);
  });

  it('gives the same for rows in parts, whatever the parts', () => {
    const data = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i) * 10 ** (i % 3));
    const parts = () => [data.subarray(0, 2), data.subarray(2, 2), data.subarray(2, 14), data.subarray(14)];
    expect(fitStandardization(parts, 2)).toEqual(fitStandardization(data, 2));
    expect(() => fitStandardization(() => [], 2)).toThrow('one or more rows of 2, got 0 values');
  });

  it('gives a constant feature the deviation 1, also where 0.1 is not exact', () => {
    const { deviation } = fitStandardization(new Float32Array(999).fill(0.1), 1);
    expect([...deviation]).toEqual([1]);
    expect([...fitStandardization(Float32Array.of(1e30, 1e30), 1).deviation]).toEqual([1]);
  });

  it('keeps a small deviation around a large mean', () => {
    const { deviation } = fitStandardization(Float32Array.of(10000, 10001), 1);
    expect(deviation[0]).toBe(0.5);
  });

  it('accepts one row and refuses none', () => {
    expect([...fitStandardization(Float32Array.of(4, 5), 2).mean]).toEqual([4, 5]);
    expect(() => fitStandardization(new Float32Array(0), 2)).toThrow('one or more rows of 2, got 0 values');
    expect(() => fitStandardization(new Float32Array(3), 2)).toThrow(RangeError);
  });
});

describe('standardize()', () => {
  it('gives the fitted rows mean 0 and deviation 1 and leaves them unchanged', () => {
    const data = Float32Array.of(1, 7, 3, 7, 8, 7);
    const result = standardize(data, fitStandardization(data, 2));
    const first = [result[0], result[2], result[4]] as number[];
    expect(first.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    expect(first.reduce((sum, value) => sum + value ** 2, 0) / 3).toBeCloseTo(1, 6);
    expect([result[1], result[3], result[5]]).toEqual([0, 0, 0]);
    expect([...data]).toEqual([1, 7, 3, 7, 8, 7]);
  });

  it('applies a fit to other rows', () => {
    const fit = { mean: Float32Array.of(10, 1), deviation: Float32Array.of(2, 4) };
    expect([...standardize(Float32Array.of(14, -7), fit)]).toEqual([2, -2]);
  });
});
