import { expect, test } from 'vitest';
import { autocorrelationOf } from '../src/index.js';

/** A spectrum of 8 × 8 whose power is given by the frequency, in cycles a patch from -4 to 3. */
function spectrumOf(power: (x: number, y: number) => number) {
  const decibels = Float64Array.from({ length: 64 }, (_, i) => {
    return 10 * Math.log10(power((i % 8) - 4, Math.floor(i / 8) - 4));
  });
  return { size: 8, images: 1, patches: 1, decibels };
}

const at = (values: Float64Array, x: number, y: number) => values[(y + 4) * 8 + x + 4];

test('autocorrelationOf() of white noise is 1 at no shift and 0 elsewhere', () => {
  const { size, values } = autocorrelationOf(spectrumOf(() => 7));
  expect(size).toBe(8);
  for (let y = -4; y < 4; y++) {
    for (let x = -4; x < 4; x++) expect(at(values, x, y)).toBeCloseTo(x === 0 && y === 0 ? 1 : 0, 12);
  }
});

test('autocorrelationOf() of a pattern that repeats every 4 pixels across has its maxima there', () => {
  // Power 1 everywhere and 33 more at ±2 cycles a patch across: r(x, y) = (64 δ + 66 cos(π x / 2)) / (64 + 66).
  const spectrum = spectrumOf((x, y) => (Math.abs(x) === 2 && y === 0 ? 34 : 1));
  const before = Float64Array.from(spectrum.decibels);
  const { values } = autocorrelationOf(spectrum);
  expect(at(values, 0, 0)).toBe(1);
  for (const y of [-4, -1, 0, 3]) {
    expect(at(values, -4, y)).toBeCloseTo(66 / 130, 12);
    expect(at(values, 2, y)).toBeCloseTo(-66 / 130, 12);
    expect(at(values, 1, y)).toBeCloseTo(0, 12);
  }
  expect(at(values, 0, 2)).toBeCloseTo(66 / 130, 12);
  expect(spectrum.decibels).toEqual(before);
});

test('autocorrelationOf() tells down from across', () => {
  // Power at ±(1, 2) cycles a patch only, besides a floor: r = cos(2 π (x + 2 y) / 8) where there is no floor.
  const { values } = autocorrelationOf(
    spectrumOf((x, y) => ((x === 1 && y === 2) || (x === -1 && y === -2) ? 1 : 1e-15)),
  );
  for (const [x, y] of [
    [0, 1],
    [1, 0],
    [2, 1],
    [-3, 2],
  ] as const) {
    expect(at(values, x, y)).toBeCloseTo(Math.cos((2 * Math.PI * (x + 2 * y)) / 8), 9);
  }
});
