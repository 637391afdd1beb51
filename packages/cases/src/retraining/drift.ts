/** What tells whether images have come to differ from those that the present model was made from. */
export interface DriftInput {
  /** Discovery images that the last run or retraining had. */
  readonly imagesAtTraining: number;
  /** Share of its discovery images that it left without a source. */
  readonly unassignedAtTraining: number;
  /** Images added since. */
  readonly imagesAdded: number;
  /** Those of them that have no source. */
  readonly bufferedAdded: number;
  /** p-values, by the calibrated test, of the added images that a source accepted. */
  readonly acceptedPValues: ArrayLike<number>;
  /** Of that test, in (0, 1). */
  readonly falseRejectRate: number;
}

/** What drift is judged by; null where too few images were added. */
export interface DriftFigures {
  /** Images added over images at the last training. */
  readonly growth: number;
  /** Share of the added images without a source, its lower confidence bound, and what the bound may be at the most. */
  readonly bufferShare: number | null;
  readonly bufferBound: number | null;
  readonly bufferLimit: number;
  /** How far p-values of accepted images lie below uniform ones, and how far they may. */
  readonly pValueDistance: number | null;
  readonly pValueLimit: number | null;
}

/** Whether to train again, and why. */
export interface Drift {
  readonly retrain: boolean;
  /** One sentence each, with figures; empty if there is no reason. */
  readonly reasons: readonly string[];
  readonly figures: DriftFigures;
}

/** A case that has grown by half is trained again in any case: so all retrainings together cost a few times the last. */
const GROWTH = 0.5;
/** Below these many images, shares and distributions say nothing. */
const FEWEST = 100;
/** Fewer new images than this share of the old ones could not change what a training comes to. */
const LEAST_GROWTH = 0.01;
/** Share without a source that is tolerated above what the run had and what the test rejects wrongly. */
const BUFFER_EXCESS = 0.1;
/**
 * Distance of the distributions that is tolerated: p-values are only about uniform. In finished runs those of accepted images
 * lay up to 0.08 below it, those of known sources alone up to 0.18, and under the preset girish2021 0.20.
 */
const TOLERATED_DISTANCE = 0.2;
/** Chance of either finding where nothing drifts. */
const SIGNIFICANCE = 0.001;
/** Normal quantile of that chance, one-sided. */
const QUANTILE = 3.0902;

/**
 * Says whether a case has drifted from what it was trained on so far that it should be trained again.
 *
 * Reasons are: as many images were added as there were (growth of 1); more of the added images are without a source than
 * the run's own share, the test's false reject rate and 0.1 explain; and accepted images look stranger than the test was
 * calibrated for. The last two need at least 100 images that are at least 1 % of those trained on, and must be significant
 * at 0.001: the first by the lower Wilson bound of the share; the second by the one-sided Kolmogorov–Smirnov distance of
 * p-values from the uniform distribution on (false reject rate, 1], which must exceed 0.2 by its critical value. Images
 * that look more like their source than calibrated are no drift.
 *
 * @throws {RangeError} if a count is negative, fractional or larger than the one it is part of, or a rate is not in range.
 *
 * Cost: O(p-values · log p-values).
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927;
 * N. V. Smirnov, "Table for estimating the goodness of fit of empirical distributions", Ann. Math. Stat. 19, 1948 (the
 * one-sided limit, P(√n D⁺ > t) → e^(-2t²)).
 */
export function measureDrift(input: DriftInput): Drift {
  checkInput(input);
  const { imagesAtTraining, imagesAdded, bufferedAdded, unassignedAtTraining, falseRejectRate } = input;
  const growth = imagesAdded / imagesAtTraining;
  const isEnough = (count: number) => count >= FEWEST && growth >= LEAST_GROWTH;
  const isShareKnown = isEnough(imagesAdded);
  const bufferLimit = unassignedAtTraining + falseRejectRate + BUFFER_EXCESS;
  const accepted = input.acceptedPValues.length;
  const isDistanceKnown = isEnough(accepted);
  const figures: DriftFigures = {
    growth,
    bufferShare: isShareKnown ? bufferedAdded / imagesAdded : null,
    bufferBound: isShareKnown ? lowerBound(bufferedAdded, imagesAdded) : null,
    bufferLimit,
    pValueDistance: isDistanceKnown ? distanceBelowUniform(input.acceptedPValues, falseRejectRate) : null,
    pValueLimit: isDistanceKnown
      ? TOLERATED_DISTANCE + Math.sqrt(-Math.log(SIGNIFICANCE) / (2 * accepted))
      : null,
  };
  const reasons = reasonsOf(figures, input);
  return { retrain: reasons.length > 0, reasons, figures };
}

function reasonsOf(figures: DriftFigures, input: DriftInput): string[] {
  const { growth, bufferShare, bufferBound, bufferLimit, pValueDistance, pValueLimit } = figures;
  const { imagesAtTraining, imagesAdded } = input;
  const reasons: string[] = [];
  if (growth >= GROWTH) {
    const growing = `${imagesAdded} images were added to the ${imagesAtTraining} of the last training`;
    reasons.push(`the case has grown by half: ${growing}`);
  }
  if (bufferShare !== null && bufferBound !== null && bufferBound > bufferLimit) {
    const shares = `${percent(bufferShare)} (at least ${percent(bufferBound)}) of the ${imagesAdded} added images are without a source`;
    reasons.push(`sources are missing: ${shares}, where up to ${percent(bufferLimit)} are expected`);
  }
  if (pValueDistance !== null && pValueLimit !== null && pValueDistance > pValueLimit) {
    const distance = `their p-values lie ${pValueDistance.toFixed(3)} below uniform ones, where up to ${pValueLimit.toFixed(3)} is expected`;
    reasons.push(
      `accepted images look stranger than at the last training: ${distance} (${input.acceptedPValues.length} images)`,
    );
  }
  return reasons;
}

/** Lower bound of a share, one-sided at 0.001. */
function lowerBound(count: number, total: number): number {
  const share = count / total;
  const square = QUANTILE ** 2 / total;
  const spread = QUANTILE * Math.sqrt((share * (1 - share)) / total + square / (4 * total));
  return Math.max(0, (share + square / 2 - spread) / (1 + square));
}

/** Largest excess of the share of values up to a point over that of the uniform distribution on (rate, 1]; 0 at the least. */
function distanceBelowUniform(values: ArrayLike<number>, rate: number): number {
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  for (const [i, value] of sorted.entries()) {
    const uniform = Math.max(0, (value - rate) / (1 - rate));
    distance = Math.max(distance, (i + 1) / sorted.length - uniform);
  }
  return distance;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function checkInput(input: DriftInput): void {
  const { imagesAtTraining, imagesAdded, bufferedAdded, unassignedAtTraining, falseRejectRate } = input;
  const check = (name: string, value: number, low: number, high: number) => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    throw new RangeError(`measureDrift: ${name} must be an integer in [${low}, ${high}], got ${value}`);
  };
  check('imagesAtTraining', imagesAtTraining, 1, Number.MAX_SAFE_INTEGER);
  check('imagesAdded', imagesAdded, 0, Number.MAX_SAFE_INTEGER);
  check('bufferedAdded', bufferedAdded, 0, imagesAdded);
  check('the number of acceptedPValues', input.acceptedPValues.length, 0, imagesAdded - bufferedAdded);
  if (!(unassignedAtTraining >= 0 && unassignedAtTraining <= 1)) {
    throw new RangeError(`measureDrift: unassignedAtTraining must be in [0, 1], got ${unassignedAtTraining}`);
  }
  if (!(falseRejectRate > 0 && falseRejectRate < 1)) {
    throw new RangeError(`measureDrift: falseRejectRate must be in (0, 1), got ${falseRejectRate}`);
  }
  for (let i = 0; i < input.acceptedPValues.length; i++) {
    const value = input.acceptedPValues[i] as number;
    if (!(value >= 0 && value <= 1))
      throw new RangeError(`measureDrift: acceptedPValues[${i}] must be in [0, 1], got ${value}`);
  }
}
