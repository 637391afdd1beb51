import { auroc } from './detection.js';

/**
 * Counts how often each class was taken for each: a confusion matrix.
 *
 * @param truth N, each in [0, rowCount); not modified. @param predicted N, each in [0, columnCount); not modified.
 * @param columnCount by default as many as rows.
 * @returns rowCount × columnCount, row-major: entry (i, j) counts the images of class i that were taken for class j.
 * @throws {TypeError} if the lengths differ. @throws {RangeError} if a class is out of range.
 */
export function confusionMatrix(
  truth: Int32Array,
  predicted: Int32Array,
  rowCount: number,
  columnCount = rowCount,
): Float64Array {
  checkClasses(truth, predicted);
  const counts = new Float64Array(rowCount * columnCount);
  for (const [i, row] of truth.entries()) {
    const column = predicted[i];
    const isInside = row >= 0 && row < rowCount && column >= 0 && column < columnCount;
    if (!isInside) {
      throw new RangeError(
        `confusionMatrix: classes must be in [0, ${rowCount}) and predictions in [0, ${columnCount}), got ${row} and ${column} in row ${i}`,
      );
    }
    counts[row * columnCount + column]++;
  }
  return counts;
}

/**
 * Share of images whose class was named right.
 *
 * @returns in [0, 1]; null for no image. @throws {TypeError} if the lengths differ.
 */
export function accuracy(truth: Int32Array, predicted: Int32Array): number | null {
  checkClasses(truth, predicted);
  if (truth.length === 0) return null;
  return truth.reduce((right, label, i) => right + Number(label === predicted[i]), 0) / truth.length;
}

/**
 * Mean over the classes that occur of the share of their images that were named right (recall), as scikit-learn's
 * `balanced_accuracy_score`.
 *
 * @returns in [0, 1]; null for no image. @throws {TypeError} if the lengths differ.
 */
export function balancedAccuracy(truth: Int32Array, predicted: Int32Array): number | null {
  checkClasses(truth, predicted);
  const byClass = new Map<number, { right: number; count: number }>();
  for (const [i, label] of truth.entries()) {
    const own = byClass.get(label) ?? { right: 0, count: 0 };
    byClass.set(label, own);
    own.count++;
    own.right += Number(predicted[i] === label);
  }
  if (byClass.size === 0) return null;
  return [...byClass.values()].reduce((sum, { right, count }) => sum + right / count, 0) / byClass.size;
}

/**
 * Area under the ROC curve of a classifier of k classes: that of class 1 where there are two; else the mean of those of each
 * class against all others ("one-vs-rest, macro").
 *
 * @param truth N, each in [0, k); classes that do not occur, or alone, are left out of the mean.
 * @param scores N × k, row-major, larger is more of that class; not modified.
 * @returns in [0, 1]; null if fewer than two classes occur.
 * @throws {TypeError} if there are not N × k scores. @throws {RangeError} if a score is NaN.
 *
 * Cost: O(k · N log N). Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006, section
 * 9; unweighted, as in scikit-learn's `roc_auc_score` with `average='macro'`.
 */
export function classifierAuroc(truth: Int32Array, scores: Float64Array, classCount: number): number | null {
  if (scores.length !== truth.length * classCount) {
    throw new TypeError(
      `classifierAuroc: scores must be ${truth.length} × ${classCount}, got ${scores.length} values`,
    );
  }
  const occurring = new Set(truth);
  if (occurring.size < 2) return null;
  const classes = classCount === 2 ? [1] : [...occurring].sort((a, b) => a - b);
  const areas = classes.map((label) =>
    auroc(
      truth.map((own) => Number(own === label)),
      Float64Array.from(truth, (_, i) => scores[i * classCount + label]),
    ),
  );
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

function checkClasses(truth: Int32Array, predicted: Int32Array): void {
  if (truth.length === predicted.length) return;
  throw new TypeError(
    `classes and predictions must have the same length, got ${truth.length} and ${predicted.length}`,
  );
}
