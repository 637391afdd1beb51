import { createRandom } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import { DESCRIPTOR_DIMS, describeImage } from '../src/descriptor.js';
import { descriptorOptionsSchema } from '../src/options-descriptor.js';
import type { RgbImage } from '../src/rgb-image.js';

const options = descriptorOptionsSchema.parse({});

function paint(
  width: number,
  height: number,
  value: (x: number, y: number, color: number) => number,
): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return value(pixel % width, Math.floor(pixel / width), i % 3);
  });
  return { width, height, data };
}

function noise(width: number, height: number, seed: number): RgbImage {
  const random = createRandom(seed, 'descriptor-test');
  return paint(width, height, () => 20 + random.integer(200));
}

function cut({ width, data }: RgbImage, left: number, top: number, side: number): RgbImage {
  return paint(side, side, (x, y, color) => data[((top + y) * width + left + x) * 3 + color]);
}

/** Places and values of what is not zero. */
function shares(values: Float32Array): [number, number][] {
  return [...values].flatMap((value, i): [number, number][] => (value === 0 ? [] : [[i, value]]));
}

describe('describeImage()', () => {
  test('gives 3097 values, and as many for each crop', () => {
    const { whole, crops } = describeImage(noise(40, 50, 1), options);
    expect([DESCRIPTOR_DIMS, whole.length, crops.length]).toEqual([3097, 3097, 4 * 3097]);
    const overlapping = describeImage(noise(40, 50, 1), { ...options, cropStep: 1 });
    expect(overlapping.crops.length).toBe(9 * 3097);
    expect(overlapping.whole).toEqual(whole);
  });

  test('gives the values computed by hand for stripes of period 4', () => {
    // Columns 0, 4, 8 … are 100, others 0. The first difference in x of the 32 × 32 residual is -100 in columns 0, 4, …
    // and 100 in columns 3, 7, …: energy 5000. At lag (0, 4) 14 of 16 columns keep a partner; at lag (0, 1) seven pairs
    // of -1; at lag (5, 0) 27 of 32 rows. By position modulo 4 the energy is 10000 or 0, its mean 5000.
    const { whole } = describeImage(
      paint(34, 34, (x) => (x % 4 === 0 ? 100 : 0)),
      options,
    );
    const lag = (dy: number, dx: number) => whole[(dy + 5) * 11 + dx + 5];
    expect(lag(0, 0)).toBeCloseTo(1, 6);
    expect(lag(0, 4)).toBeCloseTo(14 / 16, 6);
    expect(lag(0, -4)).toBeCloseTo(14 / 16, 6);
    expect(lag(0, 1)).toBeCloseTo(-7 / 16, 6);
    expect(lag(-5, 0)).toBeCloseTo(27 / 32, 6);
    expect(lag(-5, 4)).toBeCloseTo((14 / 16) * (27 / 32), 6);
    const energies = whole.subarray(1188, 1206);
    expect(energies[0]).toBeCloseTo(Math.log(5000.01), 5);
    expect(energies[1]).toBeCloseTo(Math.log(0.01), 5);
    expect(whole[1206]).toBeCloseTo(1, 6);
    const phases = whole.subarray(1224, 1240);
    for (const [i, value] of phases.entries()) {
      const energy = i % 4 === 0 || i % 4 === 3 ? 10000.01 : 0.01;
      expect(value).toBeCloseTo(Math.log(energy / 5000.01), 5);
    }
  });

  test('gives zeros, the floor of the energy and full shares for a flat image', () => {
    const { whole, crops } = describeImage(
      paint(48, 36, () => 77),
      options,
    );
    // The class of zeros is the last one of its filter.
    const zeroPatterns = new Set([
      ...[1, 2, 3, 4, 5].map((filters) => 2106 + 63 * filters - 1),
      ...[1, 2, 3, 4].map((filters) => 2421 + 169 * filters - 1),
    ]);
    for (const [i, value] of [...whole, ...crops].entries()) {
      const at = i % 3097;
      const isEnergy = at >= 1188 && at < 1206;
      const isShare = (at >= 1944 && at < 2070) || zeroPatterns.has(at);
      expect(value).toBeCloseTo(isEnergy ? Math.log(0.01) : isShare ? 1 : 0, 6);
    }
  });

  test('gives the correlations between colors computed by hand for shifted stripes', () => {
    // Red stripes in columns 0, 4, …, green ones in columns 1, 5, …, blue flat. The first difference in x of 32 × 32
    // residual pixels is, over columns 0, 1, 2, 3: red -100, 0, 0, 100; green 100, -100, 0, 0. Mean energy 5000 each.
    const { whole } = describeImage(
      paint(34, 34, (x, _, color) => (color < 2 && x % 4 === color ? 100 : 0)),
      options,
    );
    const correlation = (pair: number, dy: number, dx: number) => {
      const i = (dy + 2) * 5 + dx + 2;
      return whole[1512 + pair * 6 * 24 + (i > 12 ? i - 1 : i)];
    };
    // Red at x times green at x + 1: -100 · -100 at phase 0 and 100 · 100 at phase 3. The last of the 31 columns has phase
    // 2, so eight have phase 0 and seven have phase 3.
    expect(correlation(0, 0, 1)).toBeCloseTo(15 / 31 / 0.5, 6);
    expect(correlation(0, -2, 1)).toBeCloseTo(15 / 31 / 0.5, 6);
    // dx = 2: red 100 at phase 3 meets green -100, in columns 3, 7, …, 27 of 0 … 29.
    expect(correlation(0, 2, 2)).toBeCloseTo(-7 / 30 / 0.5, 6);
    // dx = -1: red -100 at phase 0 meets phase 3, red 100 at phase 3 meets phase 2; green is 0 there.
    expect(correlation(0, 1, -1)).toBe(0);
    // dx = -2: red 100 at phase 3 meets green -100 at phase 1, in columns 3, 7, …, 31 of 2 … 31.
    expect(correlation(0, -1, -2)).toBeCloseTo(-8 / 30 / 0.5, 6);
    expect([correlation(1, 0, 1), correlation(2, 1, 0)]).toEqual([0, 0]);
  });

  test('gives the shares and shape computed by hand for stripes of height 3', () => {
    // The first difference in x is ±3 in half of the pixels, the second -6 in a quarter, 3 in a half, 0 in a quarter.
    const { whole } = describeImage(
      paint(34, 34, (x) => (x % 4 === 0 ? 3 : 0)),
      options,
    );
    const shares = (map: number) => [...whole.subarray(1944 + map * 7, 1944 + (map + 1) * 7)];
    expect(shares(0)).toEqual([0.5, 0.5, 0.5, 1, 1, 1, 1]);
    expect(shares(1)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(shares(6 + 2)).toEqual([0.25, 0.25, 0.25, 0.75, 1, 1, 1]);
    const shape = (map: number) => whole.subarray(2070 + map * 2, 2070 + map * 2 + 2);
    // Mean magnitude 1.5, energy 4.5, mean fourth power 40.5; then 3, 13.5 and 364.5.
    expect(shape(0)[0]).toBeCloseTo(Math.log(2.251 / 4.501), 6);
    expect(shape(0)[1]).toBeCloseTo(Math.log(40.51 / 20.26), 6);
    expect(shape(12 + 2)[0]).toBeCloseTo(Math.log(9.001 / 13.501), 6);
    expect(shape(12 + 2)[1]).toBeCloseTo(Math.log(364.51 / 182.26), 6);
    expect([...shape(1)]).toEqual([0, 0]);
  });

  test('describes a crop as the image cut there', () => {
    // 66 pixels leave 64 residual pixels; quadrants begin at 0 and 32, so positions modulo 4 agree too.
    const image = noise(66, 66, 2);
    const { crops } = describeImage(image, options);
    for (const [i, [left, top]] of [
      [0, 0],
      [32, 0],
      [0, 32],
      [32, 32],
    ].entries()) {
      const { whole } = describeImage(cut(image, left, top, 34), options);
      expect(crops.subarray(i * 3097, (i + 1) * 3097)).toEqual(whole);
    }
  });

  test('does not change with brightness', () => {
    const image = noise(45, 39, 3);
    const brighter = { ...image, data: image.data.map((value) => value + 30) };
    expect(describeImage(brighter, options)).toEqual(describeImage(image, options));
  });

  test('gives the patterns computed by hand for a red wedge and a gray one', () => {
    // Red grows by 1 a column, so its first difference in x is 1 everywhere: one class of three colors, (1, 0, 0), and
    // sequences 1 1 1 1 in red beside 0 0 0 0 in two colors.
    const red = describeImage(
      paint(34, 34, (x, _, color) => (color === 0 ? x : 9)),
      options,
    ).whole;
    const gray = describeImage(
      paint(34, 34, (x) => 2 * x),
      options,
    ).whole;
    const colors = (of: Float32Array) => shares(of.subarray(2106, 2106 + 63));
    const sequences = (of: Float32Array) => shares(of.subarray(2106 + 5 * 63, 2106 + 5 * 63 + 169));
    // Classes in the order of their lowest codes in base 5; (-1, 0, 0) is 1·25 + 2·5 + 2 = 37, all codes below are lowest.
    expect(colors(red)).toEqual([[37, 1]]);
    // A step of 2 is cut to 2 in all colors: (-2, -2, -2), code 0.
    expect(colors(gray)).toEqual([[0, 1]]);
    expect(sequences(red)).toEqual([
      [expect.any(Number), Math.fround(Math.sqrt(1 / 3))],
      [168, Math.fround(Math.sqrt(2 / 3))],
    ]);
    expect(sequences(gray)).toEqual([[0, 1]]);
  });

  test('leaves the image as it was', () => {
    const image = noise(33, 37, 5);
    const before = image.data.slice();
    describeImage(image, options);
    expect(image.data).toEqual(before);
  });

  test('refuses images and crops that are too small, and says why', () => {
    expect(() => describeImage(noise(31, 40, 6), options)).toThrow(
      'width must be an integer of at least 32, got 31',
    );
    expect(() => describeImage(noise(40, 12, 6), options)).toThrow(
      'height must be an integer of at least 32, got 12',
    );
    const short = { ...noise(32, 32, 6), data: new Uint8Array(5) };
    expect(() => describeImage(short, options)).toThrow(TypeError);
    const fine = { grid: 8, cropTiles: 1, cropStep: 1 };
    expect(() => describeImage(noise(32, 32, 6), fine)).toThrow(
      'at least 6 residual pixels a side, got 3 × 3',
    );
  });
});

test('descriptorOptionsSchema refuses crops larger than the grid and unknown keys', () => {
  expect(() => descriptorOptionsSchema.parse({ grid: 2, cropTiles: 3 })).toThrow(
    'cropTiles must be at most grid',
  );
  expect(() => descriptorOptionsSchema.parse({ crops: 2 })).toThrow();
});
