import { readFileSync } from 'node:fs';
import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { createSpectrumCollector, findSpectrumPeaks, type RgbImage } from '../src/index.js';
import { createPowerSpectrum } from '../src/residual-spectrum-transform.js';

function imageOf(
  width: number,
  height: number,
  value: (x: number, y: number, color: number) => number,
): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  );
  return { width, height, data };
}

/** Noise of deviation 10, with something added. */
function noiseWith(added: (x: number, y: number) => number, seed: number, side = 64): RgbImage {
  const random = createRandom(seed, 'test/noise');
  return imageOf(side, side, (x, y) => Math.round(128 + 10 * random.normal() + added(x, y)));
}

function spectrumOf(images: readonly RgbImage[]) {
  const collector = createSpectrumCollector(32, 4);
  for (const image of images) collector.add(image);
  return collector.result()!;
}

test('the power spectrum is the squared transform of the windowed patch over the energy of the window', () => {
  const size = 8;
  const random = createRandom(1, 'test/patch');
  const patch = Float64Array.from({ length: size * size }, () => random.normal());
  const power = new Float64Array(size * size);
  createPowerSpectrum(size).measure(patch, power);
  const hann = (i: number) => Math.sin((Math.PI * (i + 0.5)) / size) ** 2;
  let energy = 0;
  for (let i = 0; i < size * size; i++) energy += (hann(i % size) * hann(Math.floor(i / size))) ** 2;
  for (const [row, column] of [
    [0, 0],
    [1, 3],
    [6, 2],
    [4, 7],
  ] as const) {
    let [real, imaginary] = [0, 0];
    for (let i = 0; i < size * size; i++) {
      const [y, x] = [Math.floor(i / size), i % size];
      const angle = (-2 * Math.PI * (row * y + column * x)) / size;
      const value = patch[i] * hann(x) * hann(y);
      real += value * Math.cos(angle);
      imaginary += value * Math.sin(angle);
    }
    expect(power[row * size + column]).toBeCloseTo((real ** 2 + imaginary ** 2) / energy, 9);
  }
  expect(() => createPowerSpectrum(48)).toThrow('size must be a power of two in [8, 1024], got 48');
});

test('the residual spectrum equals SciPy', () => {
  const url = new URL('../../../test/reference/residual-spectrum/spectrum.json', import.meta.url);
  const golden: { decibels: number[] } = JSON.parse(readFileSync(url, 'utf8'));
  const collector = createSpectrumCollector(16, 3);
  const formula = (seed: number) => (x: number, y: number, c: number) =>
    (x * x * 7 + y * 13 + c * 29 + x * y * (3 + seed)) % 256;
  expect(collector.add(imageOf(40, 33, formula(0)))).toBe(3);
  expect(collector.add(imageOf(16, 20, formula(1)))).toBe(1);
  expect(collector.add(imageOf(15, 40, formula(1)))).toBe(0);
  const found = collector.result()!;
  expect(found).toMatchObject({ size: 16, images: 2, patches: 4 });
  golden.decibels.forEach((value, i) => {
    expect(found.decibels[i]).toBeCloseTo(value, 6);
  });
});

test('without a patch there is no residual spectrum', () => {
  expect(createSpectrumCollector(32, 4).result()).toBeNull();
});

test('findSpectrumPeaks() finds the frequencies of a planted pattern, each once', () => {
  // Of period 4 across and 2 down: cos(π x / 2) cos(π y), at (1/4, 1/2).
  const pattern = (x: number, y: number) => 5 * Math.cos((Math.PI * x) / 2) * Math.cos(Math.PI * y);
  const images = Array.from({ length: 16 }, (_, i) => noiseWith(pattern, i + 1));
  const peaks = findSpectrumPeaks(spectrumOf(images));
  expect(peaks.map(({ x, y }) => [x, Math.abs(y)])).toEqual([[0.25, 0.5]]);
  expect(peaks[0]!.excess).toBeGreaterThan(3);
});

test('findSpectrumPeaks() finds none in noise, nor in edges along the axes', () => {
  const noise = Array.from({ length: 16 }, (_, i) => noiseWith(() => 0, i + 1));
  expect(findSpectrumPeaks(spectrumOf(noise))).toEqual([]);
  // Bars at random places make the middle row bright.
  const random = createRandom(1, 'test/bars');
  const bars = Array.from({ length: 64 }, (_, i) => {
    const starts = Array.from({ length: 6 }, () => random.integer(60));
    return noiseWith((x) => (starts.some((start) => x === start) ? 60 : 0), i + 1);
  });
  expect(findSpectrumPeaks(spectrumOf(bars))).toEqual([]);
});
