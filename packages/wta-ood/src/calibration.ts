import { quantile } from '@ganscout/numeric';

/** What turns the distance to a source into an excess that is comparable between sources. */
export interface SourceCalibration {
  /** S, mean Hamming distance at which the excess is 0; -Infinity where nothing is accepted. */
  readonly thresholds: Float64Array;
  /** S, distance that counts as an excess of 1. */
  readonly scales: Float64Array;
}

/** A source of so many images weighs its own scale and that of all sources equally. */
const POOLING_SIZE = 10;

/**
 * Threshold and scale of each source from its images' leave-one-out distances.
 *
 * Scale: the distance from the median to the 1 - falseRejectRate quantile, drawn towards the mean scale of all
 * sources where a source has few images; threshold: median plus scale.
 *
 * @param ownDistances source by source, ascending.
 * @param ownStart S + 1; a source without distances gets the threshold -Infinity.
 */
export function calibrateLeaveOneOut(
  ownDistances: Float64Array,
  ownStart: Int32Array,
  falseRejectRate: number,
): SourceCalibration {
  const sourceCount = ownStart.length - 1;
  const medians = new Float64Array(sourceCount);
  const scales = new Float64Array(sourceCount);
  let pooled = 0;
  for (let s = 0; s < sourceCount; s++) {
    const own = ownDistances.subarray(ownStart[s], ownStart[s + 1]);
    if (own.length === 0) continue;
    medians[s] = quantile(own, 0.5);
    scales[s] = Math.max(0, quantile(own, 1 - falseRejectRate) - medians[s]);
    pooled += (scales[s] * own.length) / ownDistances.length;
  }
  const thresholds = new Float64Array(sourceCount).fill(Number.NEGATIVE_INFINITY);
  for (let s = 0; s < sourceCount; s++) {
    const n = ownStart[s + 1] - ownStart[s];
    const scale = (n * scales[s] + POOLING_SIZE * pooled) / (n + POOLING_SIZE);
    if (n > 0) thresholds[s] = medians[s] + scale;
    // All images of all sources equally far: count in single permutations.
    scales[s] = scale > 0 ? scale : 1;
  }
  return { thresholds, scales };
}

/** Excess of a mean Hamming distance over the threshold of source s; +Infinity if s is uncalibrated. */
export function excessOver(distance: number, s: number, { thresholds, scales }: SourceCalibration): number {
  return (distance - thresholds[s]) / scales[s];
}

/** Smallest excess over all sources. */
export function smallestExcess(distances: Float64Array, calibration: SourceCalibration): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let s = 0; s < distances.length; s++) {
    if (calibration.thresholds[s] === Number.NEGATIVE_INFINITY) continue;
    smallest = Math.min(smallest, excessOver(distances[s], s, calibration));
  }
  return smallest;
}

/**
 * Excess up to which an image is accepted: with M reference values the ⌊rate · (M + 1)⌋-th largest.
 *
 * A new value exchangeable with the reference lies above it with probability ⌊rate · (M + 1)⌋ / (M + 1), at
 * most the rate. With fewer than 1 / rate - 1 values that would be 0; then the largest value is the limit,
 * and the probability 1 / (M + 1).
 *
 * @param reference ascending.
 */
export function acceptanceLimit(reference: Float64Array, rate: number): number {
  const count = reference.length;
  if (count === 0) return Number.NEGATIVE_INFINITY;
  return reference[count - Math.max(1, Math.floor(rate * (count + 1)))];
}

/**
 * Conformal p-value: (1 + number of reference values at least as large) / (M + 1).
 *
 * @param reference ascending.
 * Cost: O(log M).
 */
export function conformalPValue(reference: Float64Array, value: number): number {
  let low = 0;
  let high = reference.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reference[middle] < value) low = middle + 1;
    else high = middle;
  }
  return (1 + reference.length - low) / (reference.length + 1);
}
