import { describe, expect, test } from 'vitest';
import { compressedCopy, type RgbImage } from '../src/index.js';
import { makeSamples } from './temporary-images.js';

const noise = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: makeSamples(width * height * 3),
});

/** Mean squared difference of the samples. */
function distance(a: RgbImage, b: RgbImage): number {
  return a.data.reduce((sum, value, i) => sum + (value - (b.data[i] as number)) ** 2, 0) / a.data.length;
}

async function copyOf(image: RgbImage, quality: number): Promise<RgbImage> {
  const copy = await compressedCopy(image, quality);
  if (copy === null) throw new Error('there is no copy');
  return copy;
}

describe('compressedCopy()', () => {
  test('keeps the size, also one that is no multiple of a block, and leaves the image alone', async () => {
    const image = noise(45, 33);
    const before = image.data.slice();
    const { width, height, data } = await copyOf(image, 75);
    expect([width, height, data.length]).toEqual([45, 33, 45 * 33 * 3]);
    expect(image.data).toEqual(before);
  });

  test('changes pixels the more the lower the quality is, and always in the same way', async () => {
    const image = noise(64, 64);
    const [high, middle, low] = [
      await copyOf(image, 95),
      await copyOf(image, 75),
      await copyOf(image, 40),
    ] as const;
    expect(distance(image, high)).toBeGreaterThan(0);
    expect(distance(image, middle)).toBeGreaterThan(distance(image, high));
    expect(distance(image, low)).toBeGreaterThan(distance(image, middle));
    expect(await copyOf(image, 75)).toEqual(middle);
  });

  test('gives what an even image is: it has nothing to lose', async () => {
    // Gray has no chroma, and the coefficient of the mean, 8 · (100 - 128) = -224, is a multiple of the step 8 of
    // quality 75, ⌊(16 · 50 + 50) / 100⌋.
    const even = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(100) };
    expect(await copyOf(even, 75)).toEqual(even);
  });

  test('keeps gray gray, in three channels', async () => {
    const samples = makeSamples(40 * 32);
    const data = Uint8Array.from(
      { length: samples.length * 3 },
      (_, i) => samples[Math.floor(i / 3)] as number,
    );
    const copy = await copyOf({ width: 40, height: 32, data }, 60);
    expect(copy.data).toHaveLength(data.length);
    expect(copy.data).not.toEqual(data);
    for (let i = 0; i < copy.data.length; i += 3) {
      expect([copy.data[i + 1], copy.data[i + 2]]).toEqual([copy.data[i], copy.data[i]]);
    }
  });

  test('takes an image that is a view of other bytes', async () => {
    const image = noise(40, 32);
    const bytes = new Uint8Array(image.data.length + 7);
    bytes.set(image.data, 7);
    expect(await copyOf({ ...image, data: bytes.subarray(7) }, 75)).toEqual(await copyOf(image, 75));
  });

  test('gives null for an image longer than a JPEG, and refuses a quality that there is not', async () => {
    expect(await compressedCopy(noise(65_501, 1), 75)).toBeNull();
    expect((await copyOf(noise(1, 65_500), 75)).height).toBe(65_500);
    for (const quality of [0, 101, 75.5, Number.NaN]) {
      await expect(compressedCopy(noise(32, 32), quality)).rejects.toThrow(
        new RangeError(`compressedCopy: quality must be an integer in [1, 100], got ${quality}`),
      );
    }
  });
});
