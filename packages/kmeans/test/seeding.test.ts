import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { codeRows } from '../src/codes.js';
import { chooseRandomRows, chooseSeeds } from '../src/seeding.js';

/** How often the second seed is the row at `value`, over many seeds, given that the first is the row at 0. */
function shareOfSecond(value: number, weighting: 'squared' | 'plain'): number {
  const data = Float32Array.of(0, 1, 3);
  let trials = 0;
  let hits = 0;
  for (let seed = 0; seed < 6000; seed++) {
    const seeds = chooseSeeds(
      data,
      codeRows(data, 1),
      2,
      { weighting, trialCount: 1 },
      createRandom(seed, 'test'),
    );
    if (seeds[0] !== 0) continue;
    trials++;
    if (seeds[1] === value) hits++;
  }
  return hits / trials;
}

describe('chooseSeeds()', () => {
  it('draws by squared distance: 9 / (1 + 9) for the row at distance 3', () => {
    // About 2,000 trials: standard error 0.007; the tolerance is four of them.
    expect(Math.abs(shareOfSecond(3, 'squared') - 0.9)).toBeLessThan(0.028);
  });

  it('draws by distance when told so: 3 / (1 + 3) for the row at distance 3', () => {
    expect(Math.abs(shareOfSecond(3, 'plain') - 0.75)).toBeLessThan(0.039);
  });

  it('never draws a row that lies on a seed, and ends when all do', () => {
    const rows = Float32Array.of(2, 2, 7, 2, 7);
    const seeds = chooseSeeds(
      rows,
      codeRows(rows, 1),
      5,
      { weighting: 'squared', trialCount: 1 },
      createRandom(1, 'test'),
    );
    expect([...seeds].sort()).toEqual([2, 7]);
  });

  it('takes of several draws the one that lowers the squared distances most', () => {
    // From seed 0 the rows at 10, 11 and 12 gain 100 + 121 + 144 = 365 less what is left of them: 5 for the one at 10, 2 at
    // 11, 5 at 12. The rows at 0 gain nothing. Enough draws contain the row at 11.
    const rows = Float32Array.of(0, 10, 11, 12);
    let trials = 0;
    for (let seed = 0; seed < 20; seed++) {
      const draw = { weighting: 'squared', trialCount: 30 } as const;
      const seeds = chooseSeeds(rows, codeRows(rows, 1), 2, draw, createRandom(seed, 'test'));
      if (seeds[0] !== 0) continue;
      trials++;
      expect(seeds[1]).toBe(11);
    }
    expect(trials).toBeGreaterThan(0);
  });

  it('gives the seeds of a search that skips nothing', () => {
    const random = createRandom(4, 'rows');
    const dims = 3;
    const data = Float32Array.from({ length: 200 * dims }, () => random.normal());
    const seeds = chooseSeeds(
      data,
      codeRows(data, dims),
      20,
      { weighting: 'squared', trialCount: 1 },
      createRandom(9, 'test'),
    );
    expect(seeds).toEqual(plainSeeds(data, dims, 20, 9));
  });
});

function plainSeeds(data: Float32Array, dims: number, count: number, seed: number): Float32Array {
  const random = createRandom(seed, 'test');
  const rows = data.length / dims;
  const chosen = [random.integer(rows)];
  while (chosen.length < count) {
    const weights = Array.from({ length: rows }, (_, i) =>
      Math.min(
        ...chosen.map((c) => {
          let sum = 0;
          for (let d = 0; d < dims; d++) sum += (data[i * dims + d] - data[c * dims + d]) ** 2;
          return sum;
        }),
      ),
    );
    const target = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    chosen.push(
      weights.findIndex((weight) => {
        sum += weight;
        return sum > target;
      }),
    );
  }
  return Float32Array.from(chosen.flatMap((row) => [...data.subarray(row * dims, (row + 1) * dims)]));
}

describe('chooseRandomRows()', () => {
  it('draws different rows, all of them if as many are asked for, and others for another seed', () => {
    const data = Float32Array.from({ length: 40 }, (_, i) => i);
    const draw = (count: number, seed: number) =>
      chooseRandomRows(data, 2, count, createRandom(seed, 'test'));
    const all = draw(20, 1);
    expect(all).toHaveLength(40);
    expect(all.toSorted()).toEqual(data);
    const some = draw(5, 1);
    expect(some).toEqual(all.slice(0, 10));
    for (let s = 0; s < 10; s += 2) expect(some[s + 1]).toBe(some[s]! + 1);
    expect(draw(5, 2)).not.toEqual(some);
  });
});
