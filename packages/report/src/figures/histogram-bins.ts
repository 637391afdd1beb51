import { quantile } from '@ganscout/numeric';
import type { ScoreHistogram } from '../report-data.js';

/** Of every histogram. */
export const BINS = 40;
/** Share of values at each end that may lie beyond the axis, if they lie far off. */
const TAIL = 0.005;
/** How many times the width of the rest they must be off for that. */
const FAR = 1;

/** One value an image and what it is counted under. */
export interface Scored {
  readonly values: ArrayLike<number>;
  /** Name of the series of each value; null where it is in none. */
  readonly series: readonly (string | null)[];
  /** Series in the order of the figure. */
  readonly names: readonly string[];
}

/**
 * Edges of 40 equal bins over all finite values; without the outermost 0.5 % at an end where they lie farther off than all the others
 * are wide, as they would press these together.
 *
 * @returns 41 values, ascending; none without a finite value.
 */
export function binEdges(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) return [];
  let low = sorted[0] as number;
  let high = sorted.at(-1) as number;
  const [inner, outer] = [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
  const width = outer - inner;
  if (width > 0 && inner - low > FAR * width) low = inner;
  if (width > 0 && high - outer > FAR * width) high = outer;
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  return Array.from({ length: BINS + 1 }, (_, i) => low + ((high - low) * i) / BINS);
}

/** Counts the values of each series that has one; those beyond the edges in the outermost bins, NaN nowhere. */
export function countSeries(
  { values, series, names }: Scored,
  edges: readonly number[],
): ScoreHistogram['series'] {
  if (edges.length === 0) return [];
  const counts = new Map(names.map((name) => [name, new Array<number>(BINS).fill(0)]));
  const low = edges[0] as number;
  const width = (edges.at(-1) as number) - low;
  series.forEach((name, i) => {
    const value = values[i] as number;
    if (name === null || Number.isNaN(value)) return;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((value - low) / width) * BINS)));
    const own = counts.get(name) as number[];
    own[bin] = (own[bin] as number) + 1;
  });
  return [...counts].flatMap(([name, own]) =>
    own.some((count) => count > 0) ? [{ name, counts: own }] : [],
  );
}
