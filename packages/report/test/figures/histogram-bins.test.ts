import { describe, expect, it } from 'vitest';
import { binEdges, countSeries } from '../../src/figures/histogram-bins.js';

describe('binEdges()', () => {
  it('covers all values in 40 equal bins', () => {
    const edges = binEdges([30, -10, 0, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(edges).toHaveLength(41);
    edges.forEach((edge, i) => {
      expect(edge).toBeCloseTo(i - 10, 12);
    });
  });

  it('leaves the outermost few out where they lie farther off than the others are wide', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i / 1000);
    expect(binEdges([...values, 1.5]).at(-1)).toBe(1.5);
    const edges = binEdges([...values, 50]);
    expect(edges[0]).toBe(0);
    expect(edges.at(-1)).toBeGreaterThan(0.99);
    expect(edges.at(-1)).toBeLessThanOrEqual(1);
    expect(binEdges([...values, -50])[0]).toBeLessThan(0.01);
  });

  it('has a bin around a single value, and none without any', () => {
    expect(binEdges([7, 7])[0]).toBe(6.5);
    expect(binEdges([7, 7]).at(-1)).toBe(7.5);
    expect(binEdges([])).toStrictEqual([]);
    expect(binEdges([Number.NaN])).toStrictEqual([]);
  });
});

describe('countSeries()', () => {
  const edges = Array.from({ length: 41 }, (_, i) => i);

  it('counts each value in the bin that begins at or below it, the last edge and what lies beyond in the outermost', () => {
    const series = ['b', 'b', 'a', 'a', 'a', 'a', null, 'a'];
    const values = [0, 1, 0.5, 39, 40, 99, 5, Number.NaN];
    const [a, b, ...others] = countSeries({ names: ['a', 'b', 'c'], series, values }, edges);
    expect(others).toStrictEqual([]);
    expect([a?.name, b?.name]).toStrictEqual(['a', 'b']);
    expect(a?.counts).toStrictEqual([1, ...new Array(38).fill(0), 3]);
    expect(b?.counts).toStrictEqual([1, 1, ...new Array(38).fill(0)]);
  });

  it('counts nothing without bins', () => {
    expect(countSeries({ names: ['a'], series: ['a'], values: [Number.NaN] }, [])).toStrictEqual([]);
  });
});
