import { COLOR_LAGS, CROSS_LAGS } from './lags.js';
import { MAGNITUDE_LIMITS } from './map-sums.js';
import { LEVELS, SEQUENCE_LENGTH } from './pattern-sums.js';
import {
  COLOR_PAIRS,
  PATTERN_FILTER_COUNT,
  RESIDUAL_FILTERS,
  SEQUENCE_FILTER_COUNT,
} from './residual-maps.js';
import { COLOR_CLASSES, SEQUENCE_CLASSES } from './residual-patterns.js';

/** A part of the descriptor whose values are of one kind. */
export interface DescriptorPart {
  readonly name: string;
  /** One sentence for people. */
  readonly meaning: string;
  /** Place of its first value in the descriptor. */
  readonly start: number;
  /** One name a value, in words. */
  readonly values: readonly string[];
}

const COLORS = ['red', 'green', 'blue'];
/** Of the residual filters, in their order. */
const FILTER_NAMES = [
  'difference in x',
  'difference in y',
  'second difference in x',
  'second difference in y',
  'second difference in x and y',
  'diagonal difference',
];
const MAP_NAMES = COLORS.flatMap((color) => FILTER_NAMES.map((filter) => `${color} ${filter}`));
const PAIR_NAMES = COLOR_PAIRS.map(([a, b]) => `${COLORS[a]} and ${COLORS[b]}`);
const PHASES = Array.from({ length: 16 }, (_, i) => `row ${i >> 2}, column ${i & 3} of 4`);

/** Lags dy in -5 … 0 and dx in -5 … 5. */
const LAGS = Array.from({ length: COLOR_LAGS.reach + 1 }, (_, i) => i - COLOR_LAGS.reach).flatMap((dy) =>
  Array.from({ length: 2 * COLOR_LAGS.reach + 1 }, (_, i) => `${i - COLOR_LAGS.reach} right, ${-dy} up`),
);

const PARTS: readonly Omit<DescriptorPart, 'start'>[] = [
  {
    name: 'lag correlations',
    meaning: 'how a residual goes with that some pixels away: smoothing, upsampling, periodic traces',
    values: names(MAP_NAMES, LAGS),
  },
  { name: 'energies', meaning: 'how strong residuals are: sharpness and noise', values: MAP_NAMES },
  {
    name: 'color correlations',
    meaning: 'how the residuals of two colors go together at a pixel',
    values: names(PAIR_NAMES, FILTER_NAMES),
  },
  {
    name: 'phase energies',
    meaning: 'how energy depends on the position modulo 4: upsampling by 2 or 4, blocks of JPEG',
    values: names(MAP_NAMES, PHASES),
  },
  {
    name: 'color-lag correlations',
    meaning: 'how the residuals of two colors go together some pixels apart',
    values: names(
      PAIR_NAMES.flatMap((pair) => FILTER_NAMES.map((filter) => `${pair}, ${filter}`)),
      CROSS_LAGS.filter(([dy, dx]) => dy !== 0 || dx !== 0).map(([dy, dx]) => `${dx} right, ${dy} down`),
    ),
  },
  {
    name: 'magnitude shares',
    meaning: 'how many residuals are small: flat areas, rounding, clipping',
    values: names(
      MAP_NAMES,
      Array.from(MAGNITUDE_LIMITS, (limit) => `at most ${limit}`),
    ),
  },
  {
    name: 'moment ratios',
    meaning: 'how heavy the tails of the residuals are',
    values: names(MAP_NAMES, ['mean magnitude over energy', 'fourth power over energy']),
  },
  {
    name: 'color patterns',
    meaning: 'which small residuals of red, green and blue meet at a pixel: rounding, color handling, JPEG',
    values: patternNames(PATTERN_FILTER_COUNT, COLOR_CLASSES, 3),
  },
  {
    name: 'sequence patterns',
    meaning: 'which small residuals follow each other: rounding, interpolation',
    values: patternNames(SEQUENCE_FILTER_COUNT, SEQUENCE_CLASSES, SEQUENCE_LENGTH),
  },
];

/** The parts of the descriptor in the order of its values. */
export const DESCRIPTOR_PARTS: readonly DescriptorPart[] = PARTS.map((part, i) => ({
  ...part,
  start: PARTS.slice(0, i).reduce((sum, { values }) => sum + values.length, 0),
}));

/** Every first name with every second one. */
function names(first: readonly string[], second: readonly string[]): string[] {
  return first.flatMap((a) => second.map((b) => `${a}, ${b}`));
}

/** Classes by their first patterns, as `difference in x, -2 0 1`. */
function patternNames(
  filterCount: number,
  { count, ofCode }: { readonly count: number; readonly ofCode: Uint8Array },
  length: number,
): string[] {
  const patterns = Array.from({ length: count }, (_, index) => {
    const code = ofCode.indexOf(index);
    const level = (i: number) => (Math.floor(code / LEVELS ** (length - 1 - i)) % LEVELS) - 2;
    return `pattern ${Array.from({ length }, (_, i) => level(i)).join(' ')}`;
  });
  return names(FILTER_NAMES.slice(0, Math.min(filterCount, RESIDUAL_FILTERS.length)), patterns);
}
