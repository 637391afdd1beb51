import type { RgbImage } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { addNoise, blur, compress, cropBack, gaussianKernel } from '../src/perturb-pixels.js';

function image(
  width: number,
  height: number,
  valueAt: (x: number, y: number, c: number) => number,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = valueAt(pixel % width, Math.floor(pixel / width), i % 3);
  }
  return { width, height, data };
}

describe('gaussianKernel()', () => {
  it('has the deviation 0.8 with three pixels', () => {
    // exp(-1 / 1.28) = 0.45783; 1 + 2 × 0.45783 = 1.91567.
    const [left, middle, right] = gaussianKernel(3);
    expect(middle).toBeCloseTo(1 / 1.91567, 5);
    expect(left).toBeCloseTo(0.45783 / 1.91567, 5);
    expect(right).toBe(left);
  });
});

describe('blur()', () => {
  it('spreads a point by the products of the kernel, each channel alone', () => {
    const point = image(5, 5, (x, y, c) => (x === 2 && y === 2 && c === 1 ? 200 : 0));
    const { data } = blur(point, 3);
    const at = (x: number, y: number, c: number) => data[(y * 5 + x) * 3 + c];
    // 200 × 0.52201² = 54.5; 200 × 0.52201 × 0.23899 = 24.95; 200 × 0.23899² = 11.42.
    expect([at(2, 2, 1), at(1, 2, 1), at(2, 3, 1), at(1, 1, 1), at(0, 2, 1)]).toEqual([54, 25, 25, 11, 0]);
    expect([at(2, 2, 0), at(2, 2, 2)]).toEqual([0, 0]);
  });

  it('mirrors the image at its edges without repeating the last pixel', () => {
    const { data } = blur(
      image(3, 1, (x) => [0, 100, 0][x] as number),
      3,
    );
    // Left edge: neighbors on both sides are the middle pixel, 100 × 2 × 0.23899 = 47.8.
    expect([data[0], data[3], data[6]]).toEqual([48, 52, 48]);
  });

  it('leaves an even image, and every image with a kernel of one pixel', () => {
    const even = image(7, 4, (_, __, c) => 10 + c);
    expect(blur(even, 9).data).toEqual(even.data);
    const other = image(7, 4, (x, y) => 13 * x + y);
    expect(blur(other, 1).data).toEqual(other.data);
  });
});

describe('addNoise()', () => {
  it('adds noise of the variance asked for, and changes nothing it was given', () => {
    const gray = image(64, 64, () => 128);
    const { data } = addNoise(gray, 20, createRandom(1, 'test'));
    const differences = Array.from(data, (value) => value - 128);
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length;
    // Rounding adds 1 / 12; of 12,288 values the deviation of the variance is some 0.26.
    expect(mean).toBeCloseTo(0, 0);
    expect(Math.abs(variance - 20 - 1 / 12)).toBeLessThan(1.1);
    expect(gray.data.every((value) => value === 128)).toBe(true);
  });

  it('keeps values in [0, 255]', () => {
    const { data } = addNoise(
      image(16, 16, (x) => (x < 8 ? 0 : 255)),
      20,
      createRandom(1, 'test'),
    );
    expect(data[0]).toBeLessThan(30);
    expect(data[data.length - 1]).toBeGreaterThan(225);
  });
});

describe('cropBack()', () => {
  it('keeps the size and shows a part of the image, enlarged', async () => {
    const ramp = image(50, 50, (x) => 5 * x);
    const { width, height, data } = await cropBack(ramp, 0.2, createRandom(1, 'test'));
    expect([width, height, data.length]).toEqual([50, 50, 7500]);
    // 40 of 50 columns are left: the ramp rises by 4 a column in place of 5.
    const rise = ((data[45 * 3] as number) - (data[5 * 3] as number)) / 40;
    expect(rise).toBeCloseTo(4, 0);
  });

  it('leaves an image of which nothing is cut off', async () => {
    const ramp = image(20, 20, (x, y) => 5 * x + 3 * y);
    expect((await cropBack(ramp, 0, createRandom(1, 'test'))).data).toEqual(ramp.data);
  });
});

it('compress() changes more at a lower quality', async () => {
  const random = createRandom(1, 'test');
  const noisy = image(32, 32, () => random.integer(256));
  const change = async (quality: number) => {
    const { data } = await compress(noisy, quality);
    return data.reduce((sum, value, i) => sum + Math.abs(value - (noisy.data[i] as number)), 0);
  };
  expect(await change(10)).toBeGreaterThan(await change(75));
});
