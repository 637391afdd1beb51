import { createRandom } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import { augmentedPatch } from '../src/augmented-patch.js';
import { cutPatch } from '../src/cut-patches.js';
import { gaussianBlur } from '../src/gaussian-blur.js';
import { compressedCopy, type RgbImage } from '../src/index.js';
import { makeSamples } from './temporary-images.js';

const SIDE = 24;
const unflipped = { flipHorizontal: false, flipVertical: false };
/** Samples without structure on slopes, so that chroma matters everywhere. */
function makeColors(width: number, height: number): RgbImage {
  const data = makeSamples(width * height * 3).map(
    (value, i) => (value >> 1) + ((i * (1 + (i % 3))) % 97) + (i % 31),
  );
  return { width, height, data };
}
const image = makeColors(101, 83);

describe('augmentedPatch()', () => {
  test('is a plain cut without blur and JPEG', async () => {
    const plan = { ...unflipped, x: 50, y: 7, sigma: 0, quality: null };
    const expected = cutPatch(image, { x: 50, y: 7, width: SIDE, height: SIDE });
    expect(await augmentedPatch(image, plan, SIDE)).toEqual(expected);
  });

  test.each([
    [0, 30],
    [0, 75],
    [0, 100],
    [0.6, null],
    [3, null],
    [1.1, 50],
    [2.9, 92],
  ])('is the cut of the whole image after blur %d and JPEG %d, to the bit', async (sigma, quality) => {
    const before = image.data.slice();
    const blurred = gaussianBlur(image, sigma);
    const whole = quality === null ? blurred : ((await compressedCopy(blurred, quality)) as RgbImage);
    const random = createRandom(3, 'places');
    const drawn = Array.from({ length: 40 }, () => [random.integer(78), random.integer(60)] as const);
    const corners = [0, 77].flatMap((x) => [0, 59].map((y) => [x, y] as const));
    for (const [x, y] of [...corners, ...drawn]) {
      const patch = await augmentedPatch(image, { ...unflipped, x, y, sigma, quality }, SIDE);
      expect(patch, `at ${x}, ${y}`).toEqual(cutPatch(whole, { x, y, width: SIDE, height: SIDE }));
    }
    expect(image.data).toEqual(before);
  });

  test('takes a patch as large as the image', async () => {
    const square = makeColors(19, 19);
    const plan = { ...unflipped, x: 0, y: 0, sigma: 3, quality: 60 };
    const whole = await compressedCopy(gaussianBlur(square, 3), 60);
    expect(await augmentedPatch(square, plan, 19)).toEqual(whole);
  });
});
