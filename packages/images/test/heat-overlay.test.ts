import { expect, test } from 'vitest';
import { COLOR_SCALES, colorAt, colorMap, drawColorBar, overlayMap } from '../src/index.js';

test('colorAt() interpolates between anchors and stays inside its ends', () => {
  expect(colorAt('blue-white-red', 0)).toEqual([20, 60, 160]);
  // Between the first and the second anchor, (130, 170, 220).
  expect(colorAt('blue-white-red', 0.125)).toEqual([75, 115, 190]);
  expect(colorAt('blue-white-red', 0.5)).toEqual([248, 248, 248]);
  for (const scale of COLOR_SCALES) {
    expect(colorAt(scale, -3)).toEqual(colorAt(scale, 0));
    expect(colorAt(scale, 7)).toEqual(colorAt(scale, 1));
  }
});

test('viridis grows lighter throughout, so that it reads without color', () => {
  const lightness = Array.from({ length: 21 }, (_, i) => {
    const [red, green, blue] = colorAt('viridis', i / 20);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(lightness).toEqual(lightness.toSorted((a, b) => a - b));
});

test('overlayMap() mixes the map with the gray of the image, and keeps the image', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(100, 100, 100, 255, 0, 0) };
  const map = { width: 2, height: 1, data: Float32Array.of(0, 0.5) };
  const { data } = overlayMap(image, map, 'blue-white-red');
  // Gray 100 and 0.299 · 255 = 76.2: halves with (20, 60, 160) and (248, 248, 248).
  expect([...data]).toEqual([60, 80, 130, 162, 162, 162]);
  expect([...image.data]).toEqual([100, 100, 100, 255, 0, 0]);
  expect([...colorMap(map, 'blue-white-red').data]).toEqual([20, 60, 160, 248, 248, 248]);
  expect(() => overlayMap(image, { ...map, width: 1 }, 'viridis')).toThrow(
    'the map must be 2 × 1 as the image is, got 1 × 1',
  );
});

test('drawColorBar() goes from one end of the scale to the other', () => {
  const bar = drawColorBar({ scale: 'viridis', low: '0', high: '1' }, 100);
  expect(bar.width).toBe(100);
  const middle = (5 * 100 + 1) * 3;
  expect([...bar.data.subarray(middle, middle + 3)]).toEqual([...colorAt('viridis', 1 / 99)]);
});
