import { describe, expect, it } from 'vitest';
import { createRandom, permutation } from '../src/random.js';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe('createRandom()', () => {
  it('gives equal numbers for equal seeds and streams', () => {
    const [a, b] = [createRandom(7, 'kmeans'), createRandom(7, 'kmeans')];
    expect(draw(50, a.uniform)).toEqual(draw(50, b.uniform));
    expect(draw(51, () => a.normal())).toEqual(draw(51, () => b.normal()));
  });

  it('gives other numbers for another seed, another high word, or another stream', () => {
    const first = (seed: number, stream?: string) => draw(4, createRandom(seed, stream).uniform).join();
    const all = [
      first(1),
      first(2),
      first(1 + 2 ** 32),
      first(1, 'a'),
      first(1, 'b'),
      first(1, 'ab'),
      first(0),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('gives uncorrelated numbers for neighboring seeds', () => {
    // 1000 first draws of seeds 0 to 999: mean 1/2 ± 4 · 0.0091, lag correlation 0 ± 4 · 0.032.
    const values = Array.from({ length: 1000 }, (_, seed) => createRandom(seed, 'x').uniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / 1000;
    const products = values.slice(1).map((value, i) => (value - 0.5) * ((values[i] as number) - 0.5) * 12);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.037);
    expect(Math.abs(products.reduce((sum, value) => sum + value, 0) / 999)).toBeLessThan(0.13);
  });

  it('accepts the largest seed and refuses others', () => {
    expect(() => createRandom(Number.MAX_SAFE_INTEGER)).not.toThrow();
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => createRandom(seed)).toThrow(`[0, 2^53), got ${seed}`);
    }
  });

  it('draws uniform numbers in [0, 1)', () => {
    const values = draw(20000, createRandom(3).uniform);
    const bins = new Int32Array(10);
    for (const value of values) bins[Math.floor(value * 10)]++;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    // Chi-square with 9 degrees of freedom: 33.7 is exceeded once in 10,000.
    expect(bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(33.7);
  });

  it('draws every integer below the bound equally often', () => {
    const random = createRandom(4);
    const counts = new Int32Array(3);
    for (let i = 0; i < 9000; i++) counts[random.integer(3)]++;
    // Deviation of a count: √(9000 · 1/3 · 2/3) = 44.7; five of them.
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(224);
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('refuses a bound out of range', () => {
    const random = createRandom(0);
    for (const bound of [0, -3, 1.5, 2 ** 32 + 1, Number.NaN])
      expect(() => random.integer(bound)).toThrow(RangeError);
  });

  it('draws standard normal numbers', () => {
    const random = createRandom(5);
    const values = draw(20000, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    const inside = values.filter((value) => Math.abs(value) < 1).length / values.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20000));
    // P(|z| < 1) = 0.6827, deviation 0.0033.
    expect(Math.abs(inside - 0.6827)).toBeLessThan(0.0165);
  });
});

describe('permutation()', () => {
  it('holds every number once', () => {
    expect([...permutation(createRandom(1), 100)].sort((a, b) => a - b)).toEqual(
      draw(
        100,
        (() => {
          let i = 0;
          return () => i++;
        })(),
      ),
    );
    expect([...permutation(createRandom(1), 1)]).toEqual([0]);
    expect(permutation(createRandom(1), 0)).toHaveLength(0);
  });

  it('gives each order of three equally often', () => {
    const random = createRandom(2);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = permutation(random, 3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Deviation of a count: √(6000 · 1/6 · 5/6) = 28.9; five of them.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });
});
