import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { createDropoutMasks } from '../src/embedding-dropout.js';

function mask(rate: number, length: number, seed = 1) {
  const values = new Float32Array(length).fill(Number.NaN);
  createDropoutMasks(createRandom(seed, 'dropout'), rate).fill(values);
  return values;
}

// Rates that take 1, 2, 4, 8 and 16 bits; the last is rounded to 2^-16.
test.each([
  0.5, 0.25, 0.0625, 0.3984375, 0.1,
])('a mask of rate %d drops that share and scales the rest', (rate) => {
  const length = 200_000;
  const values = mask(rate, length);
  const dropped = values.filter((value) => value === 0).length;
  // Five standard deviations of a binomial share.
  expect(Math.abs(dropped / length - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / length));
  const kept = new Set(values.filter((value) => value !== 0));
  expect(kept.size).toBe(1);
  expect([...kept][0]).toBeCloseTo(1 / (1 - rate), 4);
});

test('each element of a mask depends on its own bits', () => {
  const length = 100_000;
  const values = mask(0.5, length);
  for (const lag of [1, 2, 16, 31, 32, 33]) {
    let agree = 0;
    for (let i = lag; i < length; i++) if (values[i] === values[i - lag]) agree++;
    expect(Math.abs(agree / (length - lag) - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / length));
  }
});

test('equal seeds give equal masks, successive masks differ, and a rate of 0 keeps all', () => {
  expect(mask(0.5, 1000)).toEqual(mask(0.5, 1000));
  expect(mask(0.5, 1000)).not.toEqual(mask(0.5, 1000, 2));
  const masks = createDropoutMasks(createRandom(1, 'dropout'), 0.5);
  const first = new Float32Array(100);
  const second = new Float32Array(100);
  masks.fill(first);
  masks.fill(second);
  expect(first).not.toEqual(second);
  expect(mask(0, 33)).toEqual(new Float32Array(33).fill(1));
  expect(() => mask(1, 1)).toThrow('createDropoutMasks: rate must be in [0, 1), got 1');
});

test('a rate that 16 bits cannot hold is rounded, and the scale is that of the rounded rate', () => {
  const { rate } = createDropoutMasks(createRandom(1, 'dropout'), 0.1);
  expect(rate).toBe(6554 / 65536);
  const scale = mask(0.1, 100).find((value) => value !== 0);
  expect(scale).toBe(Math.fround(1 / (1 - 6554 / 65536)));
});
