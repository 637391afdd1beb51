import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { takeBayerPhotograph, takeSharpenedPhotograph } from '../src/camera.js';
import { SCENE_SIZE } from '../src/scene.js';

function uniformScene(color: readonly number[]): Float32Array {
  return Float32Array.from({ length: SCENE_SIZE * SCENE_SIZE * 3 }, (_, i) => color[i % 3]!);
}

function meanOfChannel(image: Uint8Array, channel: number): number {
  let sum = 0;
  for (let at = channel; at < image.length; at += 3) sum += image[at]!;
  return (3 * sum) / image.length;
}

test('takeBayerPhotograph() applies the gamma curve to a uniform color', () => {
  const image = takeBayerPhotograph(uniformScene([0.5, 0.25, 0.1]), createRandom(1));
  // 255 · 0.5^(1/2.2) = 186.1, 255 · 0.25^(1/2.2) = 135.8, 255 · 0.1^(1/2.2) = 89.5
  expect(meanOfChannel(image, 0)).toBeCloseTo(186.1, 0);
  expect(meanOfChannel(image, 1)).toBeCloseTo(135.8, 0);
  expect(Math.abs(meanOfChannel(image, 2) - 89.5)).toBeLessThan(1);
});

test('takeBayerPhotograph() leaves a quarter of the noise variance where green is interpolated', () => {
  const image = takeBayerPhotograph(uniformScene([0.5, 0.5, 0.5]), createRandom(2));
  const squares = [0, 0];
  for (let row = 1; row < 63; row++) {
    for (let column = 1; column < 63; column++) {
      const measured = (row + column) & 1;
      squares[measured]! += (image[3 * (64 * row + column) + 1]! - 186.1) ** 2;
    }
  }
  // A mean of four independent values has a quarter of their variance; rounding to 8 bit adds 1/12.
  expect(squares[0]! / squares[1]!).toBeGreaterThan(0.2);
  expect(squares[0]! / squares[1]!).toBeLessThan(0.35);
});

test('takeSharpenedPhotograph() keeps color differences at half resolution', () => {
  const image = takeSharpenedPhotograph(uniformScene([0.5, 0.5, 0.5]), createRandom(3));
  let within = 0;
  let across = 0;
  for (let row = 0; row < 64; row++) {
    for (let column = 0; column < 62; column += 2) {
      const difference = (at: number) => image[3 * at]! - image[3 * at + 1]!;
      const at = 64 * row + column;
      within += Math.abs(difference(at) - difference(at + 1));
      across += Math.abs(difference(at + 1) - difference(at + 2));
    }
  }
  expect(within).toBeLessThan(0.6 * across);
});

test('takeSharpenedPhotograph() overshoots at an edge', () => {
  const scene = uniformScene([0.2, 0.2, 0.2]);
  for (let at = 0; at < scene.length; at++) if (Math.floor(at / 3) % SCENE_SIZE >= 64) scene[at] = 0.5;
  const image = takeSharpenedPhotograph(scene, createRandom(4));
  const columnMean = (column: number) => {
    let sum = 0;
    for (let row = 0; row < 64; row++) sum += image[3 * (64 * row + column) + 1]! / 64;
    return sum;
  };
  // The lens (1 4 6 4 1 / 16, twice as fine) leaves 0.2 | 0.256 | 0.444 | 0.5; the mask 1 2 1 / 4 by 0.7 then
  // makes the second pixel 0.5 + 0.7 · (0.5 - 0.486) = 0.51 on the bright side and 0.19 on the dark one.
  expect(columnMean(33)).toBeGreaterThan(columnMean(45) + 1);
  expect(columnMean(30)).toBeLessThan(columnMean(18) - 1);
});

test('cameras leave the scene unchanged and repeat their noise for a seed', () => {
  const scene = uniformScene([0.3, 0.6, 0.2]);
  const before = Float32Array.from(scene);
  for (const take of [takeBayerPhotograph, takeSharpenedPhotograph]) {
    expect(take(scene, createRandom(5))).toEqual(take(scene, createRandom(5)));
    expect(take(scene, createRandom(5))).not.toEqual(take(scene, createRandom(6)));
  }
  expect(scene).toEqual(before);
});

test('cameras clip light outside [0, 1]', () => {
  for (const take of [takeBayerPhotograph, takeSharpenedPhotograph]) {
    const image = take(uniformScene([2, -1, 2]), createRandom(7));
    expect(meanOfChannel(image, 0)).toBe(255);
    expect(meanOfChannel(image, 1)).toBe(0);
  }
});
