import { expect, test } from 'vitest';
import { normalizePixels } from '../src/index.js';

// Two images of one pixel: red, green, blue.
const pixels = Uint8Array.of(0, 255, 51, 255, 0, 102);

test('normalizePixels() maps bytes to the range of each kind', () => {
  expect(normalizePixels(pixels, 1)).toEqual(Float32Array.of(-1, 1, -0.6, 1, -1, -0.2));
  expect(normalizePixels(pixels, 1, 'none')).toEqual(Float32Array.of(0, 1, 0.2, 1, 0, 0.4));
  expect(normalizePixels(pixels, 1, 'bytes')).toEqual(Float32Array.from(pixels));
});

test('normalizePixels() scales each color by the mean and deviation of ImageNet', () => {
  // (0 - 0.485) / 0.229, (1 - 0.456) / 0.224, (0.2 - 0.406) / 0.225; (1 - 0.485) / 0.229, …
  const expected = [-2.117904, 2.428571, -0.915556, 2.248908, -2.035714, -0.026667];
  const result = normalizePixels(pixels, 1, 'imagenet');
  for (const [i, value] of expected.entries()) expect(result[i]).toBeCloseTo(value, 6);
  // Two pixels a plane: red, red, green, green, blue, blue.
  const planes = normalizePixels(Uint8Array.of(0, 255, 0, 255, 0, 255), 2, 'imagenet');
  expect(planes[1]).toBeCloseTo(2.248908, 6);
  expect(planes[2]).toBeCloseTo(-2.035714, 6);
});

test('normalizePixels() refuses parts of images and unknown kinds', () => {
  expect(() => normalizePixels(pixels, 4)).toThrow(
    'normalizePixels: pixels must hold whole images of 3 × 4 bytes, got 6',
  );
  expect(() => normalizePixels(pixels, 1, 'caffe' as 'half')).toThrow(
    'normalizePixels: kind must be one of half, imagenet, none, bytes, got caffe',
  );
});
