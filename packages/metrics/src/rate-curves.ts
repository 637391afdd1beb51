import { aurocOfCounts, classTotals, countImages, oscrOfCounts, type ScoreCounts } from './detection.js';
import { thinPolyline } from './thin-polyline.js';

/** A curve from one rate to another over all thresholds of a score; straight lines between its points. */
export interface RateCurve {
  /** P values in [0, 1], never falling. */
  readonly x: Float64Array;
  /** P values in [0, 1], never falling. */
  readonly y: Float64Array;
  /** Under the whole curve, before points were left out. */
  readonly area: number;
  /** Largest distance of a point that was left out from the curve that is returned. */
  readonly deviation: number;
}

/** How many points of a curve are kept. */
export interface CurveOptions {
  /** At the most, 2 or more; 500 by default. Infinity for no limit. */
  readonly points?: number;
  /** Points this near to the curve without them are left out; 0.001 by default. 0 leaves out what is on the line. */
  readonly tolerance?: number;
}

/**
 * ROC curve: true-positive rate (y) against false-positive rate (x) over all thresholds, from (0, 0) to (1, 1).
 *
 * Equal scores share one threshold, so `area` equals `auroc`. Points are left out as long as the drawn curve stays
 * within `tolerance`; only where `points` do not suffice for that does it deviate by more, and `deviation` says so.
 *
 * @param isPositive N, 0 or 1; out-of-distribution in this project.
 * @param score N, larger is more positive; infinite values are the largest and smallest.
 * @throws {TypeError} if the lengths differ.
 * @throws {RangeError} if a score is NaN, a class has no image, or an option is out of range.
 *
 * Cost: O(N log N + N · P). Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006,
 * algorithm 1.
 */
export function rocCurve(
  isPositive: ArrayLike<number>,
  score: ArrayLike<number>,
  options: CurveOptions = {},
): RateCurve {
  const counts = countImages('rocCurve', isPositive, score);
  const { positive, negative } = classTotals(counts);
  const x = runningShares(counts.negatives, negative);
  const y = runningShares(counts.positives, positive);
  return thinnedCurve('rocCurve', { x, y, area: aurocOfCounts(counts) }, options);
}

/**
 * OSCR curve: known images accepted and attributed to their source, over all known (y), against unknown images accepted,
 * over all unknown (x), over all thresholds; from (0, 0) to (1, closed-set accuracy).
 *
 * Accepted are scores at or below the threshold. `area` equals `oscr`; points are left out as by `rocCurve`.
 *
 * @param isOod N, 1 for an image of an unknown source.
 * @param isCorrect N, whether the source attributed without any rejection is the true one; ignored where `isOod`.
 * @param oodScore N, larger is more out-of-distribution.
 * @throws as `rocCurve`.
 *
 * Cost: as `rocCurve`. Source: A. Dhamija, M. Günther, T. Boult, "Reducing network agnostophobia", NeurIPS 2018.
 */
export function oscrCurve(
  isOod: ArrayLike<number>,
  isCorrect: ArrayLike<number>,
  oodScore: ArrayLike<number>,
  options: CurveOptions = {},
): RateCurve {
  const counts = countImages('oscrCurve', isOod, oodScore, isCorrect);
  const { positive, negative } = classTotals(counts);
  const fromLowest = (values: ScoreCounts['correct'], total: number) =>
    runningShares(values.toReversed(), total);
  const x = fromLowest(counts.positives, positive);
  const y = fromLowest(counts.correct, negative);
  return thinnedCurve('oscrCurve', { x, y, area: oscrOfCounts(counts) }, options);
}

/** 0, then the share of the total that the first, the first two … counts make up. */
function runningShares(counts: Float64Array, total: number): Float64Array {
  const shares = new Float64Array(counts.length + 1);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i];
    shares[i + 1] = sum / total;
  }
  return shares;
}

function thinnedCurve(
  name: string,
  { x, y, area }: Omit<RateCurve, 'deviation'>,
  { points = 500, tolerance = 1e-3 }: CurveOptions,
): RateCurve {
  if (!(points >= 2)) throw new RangeError(`${name}: points must be 2 or more, got ${points}`);
  if (!(tolerance >= 0)) throw new RangeError(`${name}: tolerance must be 0 or more, got ${tolerance}`);
  const { kept, deviation } = thinPolyline(x, y, points, tolerance);
  const pick = (values: Float64Array) => Float64Array.from(kept, (at) => values[at]);
  return { x: pick(x), y: pick(y), area, deviation };
}
