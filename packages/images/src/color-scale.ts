import type { Color } from './picture.js';

/**
 * Ways to show numbers as colors. `viridis` is told apart with every kind of color vision, and in print without color;
 * `blue-white-red` is for numbers on both sides of 0.
 */
export const COLOR_SCALES = ['blue-red', 'viridis', 'blue-white-red'] as const;

export type ColorScale = (typeof COLOR_SCALES)[number];

/** Colors at equal distances, between which the others are interpolated. */
const ANCHORS: Readonly<Record<ColorScale, readonly Color[]>> = {
  'blue-red': [
    [24, 32, 140],
    [36, 96, 214],
    [74, 178, 226],
    [180, 224, 170],
    [250, 220, 90],
    [244, 130, 44],
    [190, 16, 30],
  ],
  // Source: S. van der Walt, N. Smith, E. Firing, matplotlib 1.5, every 28th color; CC0.
  viridis: [
    [68, 1, 84],
    [72, 40, 120],
    [62, 74, 137],
    [49, 104, 142],
    [38, 130, 142],
    [31, 158, 137],
    [53, 183, 121],
    [109, 205, 89],
    [180, 222, 44],
    [253, 231, 37],
  ],
  'blue-white-red': [
    [20, 60, 160],
    [130, 170, 220],
    [248, 248, 248],
    [230, 140, 110],
    [160, 16, 30],
  ],
};

/** The color of a number. @param value in [0, 1]; what is outside takes the color of the nearer end. */
export function colorAt(scale: ColorScale, value: number): Color {
  const anchors = ANCHORS[scale];
  const place = Math.min(Math.max(value, 0), 1) * (anchors.length - 1);
  const first = Math.min(Math.floor(place), anchors.length - 2);
  const [low, high] = [anchors[first] as Color, anchors[first + 1] as Color];
  const mix = (c: 0 | 1 | 2) => Math.round(low[c] + (place - first) * (high[c] - low[c]));
  return [mix(0), mix(1), mix(2)];
}
