/**
 * Area under the ROC curve: the probability that a positive image scores higher than a negative one, ties half.
 *
 * In this project the positive class is out-of-distribution and a larger score is more so.
 *
 * @param isPositive N, 0 or 1. @param score N, NaN refused, infinite values are the largest and smallest.
 * @throws {TypeError} if the lengths differ.
 * @throws {RangeError} if a score is NaN, or a class has no image.
 *
 * Cost: O(N log N). Source: J. Hanley, B. McNeil, Radiology 143, 1982 (ties by midrank).
 */
export function auroc(isPositive: ArrayLike<number>, score: ArrayLike<number>): number {
  return aurocOfCounts(countImages('auroc', isPositive, score));
}

/**
 * Area under the precision-recall curve (AUPR) as average precision: the sum over thresholds of the gain in recall
 * times the precision, without interpolation, as scikit-learn's `average_precision_score`.
 *
 * Arguments, errors and cost as `auroc`. The value of a random score is the share of positives.
 */
export function averagePrecision(isPositive: ArrayLike<number>, score: ArrayLike<number>): number {
  return averagePrecisionOfCounts(countImages('averagePrecision', isPositive, score));
}

/**
 * Smallest false-positive rate of any threshold with a true-positive rate of at least `tpr`, without interpolation.
 *
 * Arguments, errors and cost as `auroc`. With out-of-distribution positive, it is the share of known images
 * rejected where 95 % of the unknown are. Papers whose positive class is in-distribution mean the share of
 * unknown images accepted where 95 % of the known are: swap the classes and the sign of the score for that.
 *
 * @param tpr in [0, 1].
 */
export function fprAtTpr(isPositive: ArrayLike<number>, score: ArrayLike<number>, tpr = 0.95): number {
  checkRate('fprAtTpr: tpr', tpr);
  return fprOfCounts(countImages('fprAtTpr', isPositive, score), tpr);
}

/**
 * Open-set classification rate (OSCR): the area under CCR against FPR over all thresholds of the score, where
 * CCR = known images accepted and attributed to their source, over all known, and FPR = unknown images accepted,
 * over all unknown. Accepted are scores at or below the threshold. In [0, closed-set accuracy].
 *
 * Equal scores share one threshold. The trapezoids begin at (0, 0); the end at (1, 1) adds no area, for the last
 * threshold accepts every image and so has FPR = 1.
 *
 * @param isOod N, 1 for an image of an unknown source.
 * @param isCorrect N, whether the source attributed without any rejection is the true one; ignored where `isOod`.
 * @param oodScore N, larger is more out-of-distribution.
 * @throws {TypeError} if the lengths differ. @throws {RangeError} if a score is NaN, or a class has no image.
 *
 * Cost: O(N log N). Source: A. Dhamija, M. Günther, T. Boult, "Reducing network agnostophobia", NeurIPS 2018.
 */
export function oscr(
  isOod: ArrayLike<number>,
  isCorrect: ArrayLike<number>,
  oodScore: ArrayLike<number>,
): number {
  return oscrOfCounts(countImages('oscr', isOod, oodScore, isCorrect));
}

/**
 * Largest correct classification rate (CCR, see `oscr`) of any threshold whose FPR is at most `maximumFpr`; 0 if
 * only the empty threshold reaches it. Arguments, errors and cost as `oscr`.
 *
 * @param maximumFpr in [0, 1].
 */
export function ccrAtFpr(
  isOod: ArrayLike<number>,
  isCorrect: ArrayLike<number>,
  oodScore: ArrayLike<number>,
  maximumFpr = 0.05,
): number {
  checkRate('ccrAtFpr: maximumFpr', maximumFpr);
  return ccrOfCounts(countImages('ccrAtFpr', isOod, oodScore, isCorrect), maximumFpr);
}

/** Images of each class at each distinct score, from the largest score down. */
export interface ScoreCounts {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  /** Negatives whose attribution is right. */
  readonly correct: Float64Array;
}

/** Rank of each score among the distinct ones, 0 for the largest. */
export interface ScoreRanks {
  readonly ranks: Int32Array;
  readonly distinctCount: number;
}

/** Ranks scores by value, equal ones together. @throws {RangeError} if one is NaN; `name` begins the message. */
export function rankScores(name: string, score: ArrayLike<number>): ScoreRanks {
  const sorted = new Float64Array(score);
  const wrong = sorted.findIndex(Number.isNaN);
  if (wrong !== -1) throw new RangeError(`${name}: scores must be numbers, got NaN in row ${wrong}`);
  sorted.sort();
  let distinctCount = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[distinctCount - 1]) sorted[distinctCount++] = sorted[i];
  }
  const ranks = new Int32Array(score.length);
  for (let i = 0; i < ranks.length; i++) {
    let low = 0;
    let high = distinctCount - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < score[i]) low = middle + 1;
      else high = middle;
    }
    ranks[i] = distinctCount - 1 - low;
  }
  return { ranks, distinctCount };
}

/** Counts the images of each class at each rank; `rows` may repeat or leave out rows. A kernel, not checked. */
export function countByRank(
  { ranks, distinctCount }: ScoreRanks,
  isPositive: ArrayLike<number>,
  isCorrect: ArrayLike<number>,
  rows: ArrayLike<number>,
): ScoreCounts {
  const positives = new Float64Array(distinctCount);
  const negatives = new Float64Array(distinctCount);
  const correct = new Float64Array(distinctCount);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const rank = ranks[row];
    if (isPositive[row] === 1) positives[rank]++;
    else {
      negatives[rank]++;
      correct[rank] += isCorrect[row];
    }
  }
  return { positives, negatives, correct };
}

/** Number of positive and negative images. */
export function classTotals({ positives, negatives }: ScoreCounts): { positive: number; negative: number } {
  return { positive: sum(positives), negative: sum(negatives) };
}

/** See `auroc`; both classes occur. */
export function aurocOfCounts(counts: ScoreCounts): number {
  const { positive, negative } = classTotals(counts);
  let above = 0;
  let area = 0;
  for (let rank = 0; rank < counts.positives.length; rank++) {
    area += counts.negatives[rank] * (above + counts.positives[rank] / 2);
    above += counts.positives[rank];
  }
  return area / positive / negative;
}

/** See `averagePrecision`; both classes occur. */
export function averagePrecisionOfCounts(counts: ScoreCounts): number {
  const { positive } = classTotals(counts);
  let truePositives = 0;
  let flagged = 0;
  let area = 0;
  for (let rank = 0; rank < counts.positives.length; rank++) {
    truePositives += counts.positives[rank];
    flagged += counts.positives[rank] + counts.negatives[rank];
    if (flagged > 0) area += (counts.positives[rank] / positive) * (truePositives / flagged);
  }
  return area;
}

/** See `fprAtTpr`; both classes occur. */
export function fprOfCounts(counts: ScoreCounts, tpr: number): number {
  const { positive, negative } = classTotals(counts);
  let truePositives = 0;
  let falsePositives = 0;
  for (let rank = 0; rank < counts.positives.length && truePositives / positive < tpr; rank++) {
    truePositives += counts.positives[rank];
    falsePositives += counts.negatives[rank];
  }
  return falsePositives / negative;
}

/** The same counts with the classes and the direction of the score swapped. */
export function swapClasses({ positives, negatives }: ScoreCounts): ScoreCounts {
  const swapped = { positives: negatives.toReversed(), negatives: positives.toReversed() };
  return { ...swapped, correct: new Float64Array(positives.length) };
}

/** See `oscr`; both classes occur, positive is out-of-distribution. */
export function oscrOfCounts(counts: ScoreCounts): number {
  const { positive, negative } = classTotals(counts);
  let accepted = 0;
  let area = 0;
  for (let rank = counts.positives.length - 1; rank >= 0; rank--) {
    area += counts.positives[rank] * (accepted + counts.correct[rank] / 2);
    accepted += counts.correct[rank];
  }
  return area / positive / negative;
}

/** See `ccrAtFpr`; both classes occur, positive is out-of-distribution. */
export function ccrOfCounts(counts: ScoreCounts, maximumFpr: number): number {
  const { positive, negative } = classTotals(counts);
  let accepted = 0;
  let unknownAccepted = 0;
  for (let rank = counts.positives.length - 1; rank >= 0; rank--) {
    unknownAccepted += counts.positives[rank];
    if (unknownAccepted / positive > maximumFpr) break;
    accepted += counts.correct[rank];
  }
  return accepted / negative;
}

/** Counts the images of each class at each distinct score. @throws as `auroc`; `name` begins the message. */
export function countImages(
  name: string,
  isPositive: ArrayLike<number>,
  score: ArrayLike<number>,
  isCorrect: ArrayLike<number> = new Uint8Array(score.length),
): ScoreCounts {
  if (isPositive.length !== score.length || isCorrect.length !== score.length) {
    throw new TypeError(
      `${name}: classes and scores must have the same length, got ${isPositive.length}, ${score.length} and ${isCorrect.length} attributions`,
    );
  }
  const rows = new Int32Array(score.length);
  for (let row = 0; row < rows.length; row++) {
    rows[row] = row;
    checkFlag(name, isPositive[row], row);
    checkFlag(name, isCorrect[row], row);
  }
  const counts = countByRank(rankScores(name, score), isPositive, isCorrect, rows);
  const { positive, negative } = classTotals(counts);
  if (positive === 0 || negative === 0) {
    throw new RangeError(
      `${name}: at least one image of each class is needed, got ${positive} positive and ${negative} negative`,
    );
  }
  return counts;
}

function checkFlag(name: string, value: number, row: number): void {
  if (value !== 0 && value !== 1)
    throw new RangeError(`${name}: classes must be 0 or 1, got ${value} in row ${row}`);
}

function checkRate(name: string, rate: number): void {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`${name} must be in [0, 1], got ${rate}`);
}

function sum(values: Float64Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result += values[i];
  return result;
}
