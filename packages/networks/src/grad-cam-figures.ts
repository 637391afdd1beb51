import type { HeatMap } from './grad-cam-tiles.js';

/** Where a map has its weight. */
export interface MapFigures {
  /** Pixel of the largest value, the first of equals in reading order; null if the map is zero everywhere. */
  readonly peak: { readonly x: number; readonly y: number } | null;
  /** Largest value. */
  readonly largest: number;
  /** Share of the sum that lies in the middle half of the width and of the height; 0.25 for an even map. */
  readonly centerShare: number | null;
  /** Share of the sum that lies within an eighth of the width or height from a border; 0.4375 for an even map. */
  readonly borderShare: number | null;
  /** Smallest share of the pixels that holds half of the sum: 0.5 for an even map, near 0 for a spot. */
  readonly halfSumArea: number | null;
}

/**
 * Measures a map.
 *
 * @param map at least 0; not modified.
 *
 * Cost: O(N log N) for N pixels.
 */
export function describeMap({ width, height, data }: HeatMap): MapFigures {
  const at = data.reduce((best, value, i) => (value > data[best]! ? i : best), 0);
  const largest = data[at] ?? 0;
  const sum = data.reduce((total, value) => total + value, 0);
  if (!(sum > 0)) return { peak: null, largest: 0, centerShare: null, borderShare: null, halfSumArea: null };
  const frame = (part: number) => ({
    left: width * part,
    right: width * (1 - part),
    top: height * part,
    bottom: height * (1 - part),
  });
  const inside = (part: number) => sumInside({ width, height, data }, frame(part)) / sum;
  return {
    peak: { x: at % width, y: Math.floor(at / width) },
    largest,
    centerShare: inside(1 / 4),
    borderShare: 1 - inside(1 / 8),
    halfSumArea: areaOfHalf(data, sum),
  };
}

/** The map over its largest value: between 0 and 1. A map of zeros stays so. */
export function normalizeMap({ width, height, data }: HeatMap): HeatMap {
  const largest = data.reduce((best, value) => Math.max(best, value), 0);
  return { width, height, data: largest === 0 ? data.slice() : data.map((value) => value / largest) };
}

/** Sum over the pixels whose middles lie inside. */
function sumInside(
  { width, height, data }: HeatMap,
  { left, right, top, bottom }: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>,
): number {
  let sum = 0;
  for (let y = Math.ceil(top - 0.5); y + 0.5 < bottom && y < height; y++) {
    for (let x = Math.ceil(left - 0.5); x + 0.5 < right && x < width; x++) sum += data[y * width + x]!;
  }
  return sum;
}

function areaOfHalf(data: Float32Array, sum: number): number {
  const sorted = data.toSorted().reverse();
  let held = 0;
  const count = sorted.findIndex((value) => {
    held += value;
    return held >= sum / 2;
  });
  return (count + 1) / data.length;
}
