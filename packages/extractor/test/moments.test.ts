import { createRandom } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import { COLOR_LAGS, CROSS_LAGS, lagIndex } from '../src/lags.js';
import { sumMoments } from '../src/moments.js';
import { layRegions, type Region } from '../src/regions.js';
import { RESIDUAL_FILTERS } from '../src/residual-maps.js';
import { plainMoments } from './plain-moments.js';

const [width, height] = [35, 2500];
const random = createRandom(8, 'moments-test');
const image = {
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)),
};
// 2498 × 33 residual pixels are more than one band holds; the second region crosses the seam.
const regions: Region[] = [
  { top: 0, bottom: height - 2, left: 0, right: width - 2 },
  { top: 1981, bottom: 2003, left: 5, right: 26 },
];

function residual(value: (x: number, y: number) => number, f: number, x: number, y: number): number {
  return RESIDUAL_FILTERS[f].reduce((sum, [dy, dx, weight]) => sum + weight * value(x + dx, y + dy), 0);
}

function productSum(
  region: Region,
  value: (x: number, y: number) => number,
  f: number,
  dy: number,
  dx: number,
  partner = value,
): number {
  let sum = 0;
  for (let y = Math.max(region.top, region.top - dy); y < Math.min(region.bottom, region.bottom - dy); y++) {
    for (let x = region.left; x < region.right; x++) {
      if (x + dx < region.left || x + dx >= region.right) continue;
      sum += residual(value, f, x, y) * residual(partner, f, x + dx, y + dy);
    }
  }
  return sum;
}

describe('sumMoments()', () => {
  const moments = sumMoments(image, regions);
  const color = (c: number) => (x: number, y: number) => image.data[(y * width + x) * 3 + c];

  test.each([
    [0, 0, 0],
    [3, 0, 5],
    [4, 5, -3],
    [5, 2, 1],
  ])('counts pairs within the region, exactly, across bands: filter %i, lag (%i, %i)', (f, dy, dx) => {
    for (const [r, region] of regions.entries()) {
      const at = (6 + f) * COLOR_LAGS.tableSize + lagIndex(COLOR_LAGS.reach, dy, dx);
      expect(moments[r].colorLags[at]).toBe(productSum(region, color(1), f, dy, dx));
    }
  });

  const level = (c: number, f: number, x: number, y: number) =>
    Math.max(-2, Math.min(2, Math.round(residual(color(c), f, x, y)))) + 2;

  test.each([0, 1])('counts patterns within the region, across bands: filter %i', (f) => {
    for (const [r, { top, bottom, left, right }] of regions.entries()) {
      const colors = new Float64Array(125);
      const sequences = new Float64Array(625);
      const [dy, dx] = f === 0 ? [0, 1] : [1, 0];
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          colors[(level(0, f, x, y) * 5 + level(1, f, x, y)) * 5 + level(2, f, x, y)]++;
          if (y + 3 * dy >= bottom || x + 3 * dx >= right) continue;
          for (const c of [0, 1, 2]) {
            const levels = [0, 1, 2, 3].map((i) => level(c, f, x + i * dx, y + i * dy));
            sequences[levels.reduce((code, digit) => 5 * code + digit, 0)]++;
          }
        }
      }
      expect(moments[r].colorCodes.subarray(f * 125, (f + 1) * 125)).toEqual(colors);
      expect(moments[r].sequenceCodes.subarray(f * 625, (f + 1) * 625)).toEqual(sequences);
    }
  });

  test.each([
    [0, 0, 1, 0, 0],
    [0, 0, 1, 1, -2],
    [1, 0, 2, -2, 1],
    [2, 1, 2, 0, -1],
    [2, 1, 2, 0, 2],
  ])('does the same between colors: pair %i (%i, %i), lag (%i, %i)', (pair, a, b, dy, dx) => {
    const lag = CROSS_LAGS.findIndex(([y, x]) => y === dy && x === dx);
    for (const [r, region] of regions.entries()) {
      const expected = productSum(region, color(a), 4, dy, dx, color(b));
      expect(moments[r].crossLags[(pair * 6 + 4) * 25 + lag]).toBe(expected);
    }
  });

  test('counts the pixels of each map by magnitude, and sums magnitudes and fourth powers', () => {
    for (const [r, region] of regions.entries()) {
      const expected = new Float64Array(10);
      for (let y = region.top; y < region.bottom; y++) {
        for (let x = region.left; x < region.right; x++) {
          const magnitude = Math.abs(residual(color(2), 3, x, y));
          expected[[0, 1, 2, 4, 8, 16, 32].filter((limit) => magnitude > limit).length]++;
          expected[8] += magnitude;
          expected[9] += magnitude ** 4;
        }
      }
      expect(moments[r].magnitudes.slice(15 * 10, 16 * 10)).toEqual(expected);
      expect([moments[r].rows, moments[r].columns]).toEqual([
        region.bottom - region.top,
        region.right - region.left,
      ]);
    }
  });

  test('splits the energy of each map by position modulo 4', () => {
    for (const { colorLags, phases, phasePixels } of moments) {
      for (let m = 0; m < 18; m++) {
        const total = phases.subarray(m * 16, (m + 1) * 16).reduce((sum, value) => sum + value, 0);
        expect(total).toBe(colorLags[m * COLOR_LAGS.tableSize + lagIndex(COLOR_LAGS.reach, 0, 0)]);
      }
      expect(phasePixels.length).toBe(16);
    }
    expect(moments[1].phasePixels.reduce((sum, count) => sum + count, 0)).toBe(22 * 21);
    // Rows 1981 … 2002 hold six of phases 1 and 2 and five of 0 and 3; columns 5 … 25 six of phase 1 and five of others.
    expect([...moments[1].phasePixels]).toEqual([
      25, 30, 25, 25, 30, 36, 30, 30, 30, 36, 30, 30, 25, 30, 25, 25,
    ]);
  });
});

describe('lag plans', () => {
  test('CROSS_LAGS has opposite lags at opposite places', () => {
    expect(CROSS_LAGS.length).toBe(25);
    expect(new Set(CROSS_LAGS.map(String)).size).toBe(25);
    for (const [i, [dy, dx]] of CROSS_LAGS.entries()) {
      expect(CROSS_LAGS[24 - i].map((distance) => 0 - distance)).toEqual([dy, dx]);
      expect(Math.max(Math.abs(dy), Math.abs(dx))).toBeLessThanOrEqual(2);
    }
  });

  test('COLOR_LAGS names each lag of the half plane once', () => {
    const { passes, reach } = COLOR_LAGS;
    const seen = passes.flatMap(({ dx, dy, first }) => {
      expect(dy + 2).toBeLessThanOrEqual(reach);
      return [0, 1, 2].slice(first).map((i) => lagIndex(reach, dy + i, dx));
    });
    expect(seen.length).toBe(61);
    expect(new Set(seen).size).toBe(61);
    expect(lagIndex(reach, -2, 4)).toBe(lagIndex(reach, 2, -4));
  });
});

describe('sumMoments() equals the definition, pixel by pixel', () => {
  const noise = (columns: number, rows: number, value: () => number) => ({
    width: columns,
    height: rows,
    data: Uint8Array.from({ length: columns * rows * 3 }, value),
  });

  test.each([
    ['smooth values', () => 100 + random.integer(9)],
    ['extreme contrast', () => 255 * random.integer(2)],
  ])('on overlapping crops of odd size: %s', (_, value) => {
    const small = noise(43, 38, value);
    for (const options of [
      { grid: 5, cropTiles: 2, cropStep: 1 },
      { grid: 4, cropTiles: 2, cropStep: 2 },
    ]) {
      const crops = layRegions(36, 41, options);
      for (const [r, found] of sumMoments(small, crops).entries()) {
        const { phasePixels, ...sums } = found;
        expect(phasePixels.length).toBe(16);
        expect(sums).toEqual(plainMoments(small, crops[r]));
      }
    }
  });

  test('where every residual of a filter is as large as it can be', () => {
    // A checkerboard of 0 and 255: the fifth filter gives 2040 and -2040 in turn.
    const [columns, rows] = [4500, 40];
    const data = new Uint8Array(columns * rows * 3);
    for (let p = 0; p < columns * rows; p++) {
      data.fill((Math.floor(p / columns) + (p % columns)) % 2 === 0 ? 255 : 0, 3 * p, 3 * p + 3);
    }
    const whole = { top: 0, bottom: rows - 2, left: 0, right: columns - 2 };
    const [{ colorLags, magnitudes, phases }] = sumMoments({ width: columns, height: rows, data }, [whole]);
    const table = colorLags.subarray(4 * COLOR_LAGS.tableSize);
    for (const [dy, dx] of [
      [0, 0],
      [0, 3],
      [4, -5],
      [5, 5],
    ]) {
      const sign = (dy + dx) % 2 === 0 ? 1 : -1;
      const pairs = (rows - 2 - dy) * (columns - 2 - Math.abs(dx));
      expect(table[lagIndex(COLOR_LAGS.reach, dy, dx)]).toBe(sign * pairs * 2040 ** 2);
    }
    const pixels = (rows - 2) * (columns - 2);
    expect([...magnitudes.subarray(40, 50)].slice(0, 9)).toEqual([
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      pixels,
      pixels * 2040,
    ]);
    expect(phases.subarray(4 * 16, 5 * 16).reduce((sum, value) => sum + value, 0)).toBe(pixels * 2040 ** 2);
  });
});
