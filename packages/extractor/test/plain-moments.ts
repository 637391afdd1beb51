import { COLOR_LAGS, CROSS_LAGS, lagIndex } from '../src/lags.js';
import type { Moments } from '../src/moments.js';
import type { Region } from '../src/regions.js';
import { COLOR_PAIRS, FILTER_DIFFERENCES, RESIDUAL_FILTERS } from '../src/residual-maps.js';
import type { RgbImage } from '../src/rgb-image.js';

type Residual = (color: number, f: number, y: number, x: number) => number;

/** The moments of one region by their definition, pixel by pixel: what `sumMoments` is compared with. */
export function plainMoments(image: RgbImage, region: Region): Omit<Moments, 'phasePixels'> {
  const { width, height, data } = image;
  const maps = Array.from({ length: 3 * RESIDUAL_FILTERS.length }, (_, m) => {
    const map = new Float64Array(width * height);
    forEachPixel({ top: 0, bottom: height - 2, left: 0, right: width - 2 }, (y, x) => {
      for (const [dy, dx, weight] of RESIDUAL_FILTERS[m % 6]) {
        map[y * width + x] += weight * data[((y + dy) * width + x + dx) * 3 + Math.floor(m / 6)];
      }
    });
    return map;
  });
  const residual: Residual = (color, f, y, x) => maps[color * 6 + f][y * width + x];
  return {
    rows: region.bottom - region.top,
    columns: region.right - region.left,
    ...plainLags(residual, region),
    ...plainMapSums(residual, region),
    ...plainPatterns(residual, region),
  };
}

function plainLags(residual: Residual, region: Region) {
  const colorLags = new Float64Array(18 * COLOR_LAGS.tableSize);
  const crossLags = new Float64Array(18 * CROSS_LAGS.length);
  const sumAt = (a: number, b: number, f: number, dy: number, dx: number) => {
    let sum = 0;
    forEachPixel(region, (y, x) => {
      if (isWithin(region, y + dy, x + dx)) sum += residual(a, f, y, x) * residual(b, f, y + dy, x + dx);
    });
    return sum;
  };
  for (let m = 0; m < 18; m++) {
    const [color, f] = [Math.floor(m / 6), m % 6];
    for (let dy = 0; dy <= COLOR_LAGS.reach; dy++) {
      for (let dx = dy === 0 ? 0 : -COLOR_LAGS.reach; dx <= COLOR_LAGS.reach; dx++) {
        const place = m * COLOR_LAGS.tableSize + lagIndex(COLOR_LAGS.reach, dy, dx);
        colorLags[place] = sumAt(color, color, f, dy, dx);
      }
    }
    const [a, b] = COLOR_PAIRS[color];
    for (const [i, [dy, dx]] of CROSS_LAGS.entries()) crossLags[m * 25 + i] = sumAt(a, b, f, dy, dx);
  }
  return { colorLags, crossLags };
}

function plainMapSums(residual: Residual, region: Region) {
  const phases = new Float64Array(18 * 16);
  const magnitudes = new Float64Array(18 * 10);
  for (let m = 0; m < 18; m++) {
    forEachPixel(region, (y, x) => {
      const magnitude = Math.abs(residual(Math.floor(m / 6), m % 6, y, x));
      phases[m * 16 + (y % 4) * 4 + (x % 4)] += magnitude ** 2;
      magnitudes[m * 10 + [0, 1, 2, 4, 8, 16, 32].filter((limit) => magnitude > limit).length]++;
      magnitudes[m * 10 + 8] += magnitude;
      magnitudes[m * 10 + 9] += magnitude ** 4;
    });
  }
  return { phases, magnitudes };
}

function plainPatterns(residual: Residual, region: Region) {
  const colorCodes = new Float64Array(5 * 125);
  const sequenceCodes = new Float64Array(4 * 625);
  const level = (color: number, f: number, y: number, x: number) =>
    2 + plainLevel(residual(color, f, y, x), FILTER_DIFFERENCES[f]);
  const code = (levels: number[]) => levels.reduce((sum, digit) => 5 * sum + digit, 0);
  for (let f = 0; f < 5; f++) {
    const [dy, dx] = f % 2 === 0 ? [0, 1] : [1, 0];
    forEachPixel(region, (y, x) => {
      colorCodes[f * 125 + code([0, 1, 2].map((color) => level(color, f, y, x)))]++;
      if (f === 4 || !isWithin(region, y + 3 * dy, x + 3 * dx)) return;
      for (const color of [0, 1, 2]) {
        sequenceCodes[f * 625 + code([0, 1, 2, 3].map((i) => level(color, f, y + i * dy, x + i * dx)))]++;
      }
    });
  }
  return { colorCodes, sequenceCodes };
}

/** A residual over the step of the quantizer, rounded, a half to even, and cut to -2 … 2. */
export function plainLevel(residual: number, step: number): number {
  const value = residual / step;
  const down = Math.floor(value);
  const isHalf = value - down === 0.5;
  const rounded = isHalf ? down + (Math.abs(down) % 2) : Math.round(value);
  return Math.max(-2, Math.min(2, rounded));
}

function forEachPixel({ top, bottom, left, right }: Region, visit: (y: number, x: number) => void): void {
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) visit(y, x);
}

function isWithin({ top, bottom, left, right }: Region, y: number, x: number): boolean {
  return y >= top && y < bottom && x >= left && x < right;
}
