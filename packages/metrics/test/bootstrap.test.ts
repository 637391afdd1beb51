import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../src/bootstrap.js';

const HALF = Float64Array.from({ length: 400 }, (_, i) => i % 2);
const meanOf = (values: Float64Array) => (rows: Int32Array) =>
  rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

describe('bootstrapInterval()', () => {
  it('has the width that the standard error gives', () => {
    // Mean of 400 values with deviation 1/2: 0.5 ± 1.96 · 0.025.
    const interval = bootstrapInterval(meanOf(HALF), 400, { seed: 1, resamples: 1000 });
    expect(interval!.low).toBeGreaterThan(0.5 - 0.049 - 0.01);
    expect(interval!.low).toBeLessThan(0.5 - 0.049 + 0.01);
    expect(interval!.high).toBeGreaterThan(0.5 + 0.049 - 0.01);
    expect(interval!.high).toBeLessThan(0.5 + 0.049 + 0.01);
  });

  it('is wider for whole groups of equal rows, as with one row a group', () => {
    // 16 groups of 25 equal rows: standard error 0.5 / √16 = 0.125 instead of 0.025.
    const groups = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 25));
    const values = Float64Array.from(groups, (group) => group % 2);
    const interval = bootstrapInterval(meanOf(values), 400, { seed: 1, resamples: 1000, groups });
    expect(interval!.high - interval!.low).toBeGreaterThan(0.4);
    expect(interval!.high - interval!.low).toBeLessThan(0.6);
  });

  it('draws whole groups, as many as there are', () => {
    const groups = Int32Array.of(9, -4, 9, 9, -4);
    const statistic = (rows: Int32Array) => {
      const counts = [0, 1, 2, 3, 4].map((row) => rows.filter((drawn) => drawn === row).length);
      expect(counts[0]! + counts[1]!).toBe(2);
      expect([counts[2], counts[3], counts[4]]).toEqual([counts[0], counts[0], counts[1]]);
      return 1;
    };
    expect(bootstrapInterval(statistic, 5, { seed: 2, groups })).toEqual({ low: 1, high: 1 });
  });

  it('draws as many rows as there are, each with the same chance', () => {
    const counts = new Float64Array(5);
    const statistic = (rows: Int32Array) => {
      expect(rows).toHaveLength(5);
      for (const row of rows) counts[row]!++;
      return 0;
    };
    bootstrapInterval(statistic, 5, { seed: 3, resamples: 1000 });
    // 5000 draws: 1000 ± 5 · 28.3.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(142);
  });

  it('gives the same interval for the same seed and another for another', () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => Math.sqrt(i));
    const at = (seed: number) => bootstrapInterval(meanOf(values), 400, { seed });
    expect(at(5)).toEqual(at(5));
    expect(at(5)).not.toEqual(at(6));
  });

  it('widens with the confidence', () => {
    const width = (confidence: number) => {
      const interval = bootstrapInterval(meanOf(HALF), 400, { seed: 1, confidence });
      return interval!.high - interval!.low;
    };
    expect(width(0.5)).toBeLessThan(width(0.9));
    expect(width(0.9)).toBeLessThan(width(0.99));
  });

  it('leaves out undefined values, and is null if most are, or for no row', () => {
    let calls = 0;
    const sometimes = (every: number) => () => (calls++ % every === 0 ? 7 : null);
    expect(bootstrapInterval(sometimes(2), 3, { seed: 1 })).toEqual({ low: 7, high: 7 });
    calls = 0;
    expect(bootstrapInterval(sometimes(3), 3, { seed: 1 })).toBeNull();
    expect(bootstrapInterval(() => Number.NaN, 3, { seed: 1 })).toBeNull();
    expect(bootstrapInterval(() => 1, 0, { seed: 1 })).toBeNull();
  });

  it('refuses options out of range', () => {
    const run = (options: object) => () => bootstrapInterval(() => 1, 3, { seed: 1, ...options });
    expect(run({ resamples: 1 })).toThrow('resamples must be an integer from 2, got 1');
    expect(run({ confidence: 95 })).toThrow('confidence must be in (0, 1), got 95');
    expect(run({ groups: Int32Array.of(1) })).toThrow('groups must have 3 values, got 1');
    expect(run({ seed: -1 })).toThrow('seed');
  });
});
