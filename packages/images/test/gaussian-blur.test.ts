import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blurRadius, gaussianBlur } from '../src/gaussian-blur.js';
import { makeSamples } from './temporary-images.js';

/** What `test/reference/gaussian-blur/reference.py` wrote. */
const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/gaussian-blur/reference.json', import.meta.url), 'utf8'),
) as {
  cases: { width: number; height: number; sigma: number; data: number[]; blurred: number[] }[];
};

describe('gaussianBlur()', () => {
  test.each(cases)('gives the bytes of SciPy at sigma $sigma, $width × $height', ({
    width,
    height,
    sigma,
    data,
    blurred,
  }) => {
    const result = gaussianBlur({ width, height, data: Uint8Array.from(data) }, sigma);
    expect(result).toEqual({ width, height, data: Uint8Array.from(blurred) });
  });

  test('spreads a dot by the weights of the neighbors, in each channel by itself', () => {
    // Sigma 0.5 reaches 2 pixels: exp(-2) = 0.13534 and exp(-8) = 0.00034 of the middle, which is 1 / 1.27134 = 0.78656
    // of all. In one direction 200 becomes 157.3, 21.3 and 0.05, crossed with itself 123.7, 16.7, 2.3 and below 0.05.
    const data = new Uint8Array(5 * 5 * 3);
    data[(2 * 5 + 2) * 3 + 1] = 200;
    const blurred = gaussianBlur({ width: 5, height: 5, data }, 0.5).data;
    const green = Array.from({ length: 25 }, (_, i) => blurred[i * 3 + 1]);
    expect(green).toEqual([
      ...[0, 0, 0, 0, 0],
      ...[0, 2, 17, 2, 0],
      ...[0, 17, 124, 17, 0],
      ...[0, 2, 17, 2, 0],
      ...[0, 0, 0, 0, 0],
    ]);
    expect(blurred.filter((_, i) => i % 3 !== 1).every((value) => value === 0)).toBe(true);
    expect(data[37]).toBe(200);
  });

  test('keeps an even image, and any image at a sigma without neighbors', () => {
    const even = { width: 6, height: 4, data: new Uint8Array(72).fill(77) };
    expect(gaussianBlur(even, 3)).toEqual(even);
    const image = { width: 6, height: 4, data: makeSamples(72) };
    for (const sigma of [0, 0.12]) {
      expect(blurRadius(sigma)).toBe(0);
      expect(gaussianBlur(image, sigma)).toEqual(image);
    }
  });
});
