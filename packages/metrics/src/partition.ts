import { type ContingencyTable, columnMajorities, contingencyTable } from './contingency.js';

/**
 * Average purity: the sum over clusters of the largest source count, over N. In (0, 1].
 *
 * Grows with the number of clusters and is 1 when each image has its own, so read it beside NMI or ARI.
 * A label of -1 is one more cluster.
 *
 * @param truth N true sources. @param labels N labels.
 * @throws {RangeError} if N = 0. @throws {TypeError} if the lengths differ.
 *
 * Cost: O(N). Source: Y. Zhao, G. Karypis, "Criterion functions for document clustering", 2001, equation 13.
 */
export function averagePurity(truth: Int32Array, labels: Int32Array): number {
  if (truth.length === 0 && labels.length === 0) {
    throw new RangeError('averagePurity: at least one image is needed, got none');
  }
  return purityOfTable(contingencyTable(truth, labels));
}

/**
 * Normalized mutual information over the arithmetic mean of the two entropies (NMI). In [0, 1].
 *
 * As scikit-learn: 1 if both have one cluster only (or N = 0), else 0 if the mutual information is 0.
 * A label of -1 is one more cluster.
 *
 * @param truth N true sources. @param labels N labels.
 * @throws {TypeError} if the lengths differ.
 *
 * Cost: O(N). Source: A. Strehl, J. Ghosh, "Cluster ensembles", JMLR 3, 2002; with the arithmetic mean, equal to
 * the V-measure of A. Rosenberg, J. Hirschberg, 2007.
 */
export function normalizedMutualInformation(truth: Int32Array, labels: Int32Array): number {
  return nmiOfTable(contingencyTable(truth, labels));
}

/**
 * Adjusted Rand index (ARI). At most 1, about 0 for labels drawn at random, negative for less agreement than that.
 *
 * As scikit-learn: 1 if no pair of images is together in one labelling and apart in the other (so for N < 2).
 * A label of -1 is one more cluster.
 *
 * @param truth N true sources. @param labels N labels.
 * @throws {TypeError} if the lengths differ.
 *
 * Cost: O(N). Source: L. Hubert, P. Arabie, "Comparing partitions", Journal of Classification 2, 1985, in the
 * pair-count form of D. Steinley, 2004.
 */
export function adjustedRandIndex(truth: Int32Array, labels: Int32Array): number {
  return ariOfTable(contingencyTable(truth, labels));
}

/** Average purity of a table with at least one image. */
export function purityOfTable(table: ContingencyTable): number {
  return sum(columnMajorities(table).counts) / table.total;
}

/** NMI of a table, see `normalizedMutualInformation`. */
export function nmiOfTable(table: ContingencyTable): number {
  const { total, rowSums, columnSums, cellRows, cellColumns, cellCounts } = table;
  if (rowSums.length === columnSums.length && rowSums.length <= 1) return 1;
  let information = 0;
  for (let cell = 0; cell < cellCounts.length; cell++) {
    const count = cellCounts[cell];
    // Products of counts are exact, so independent labellings have ratio 1 and information 0 without rounding.
    const ratio = (count * total) / (rowSums[cellRows[cell]] * columnSums[cellColumns[cell]]);
    information += (count / total) * Math.log(ratio);
  }
  if (information <= 0) return 0;
  return Math.min(1, (2 * information) / (entropy(rowSums, total) + entropy(columnSums, total)));
}

/** ARI of a table, see `adjustedRandIndex`. */
export function ariOfTable(table: ContingencyTable): number {
  const squares = sumOfSquares(table.cellCounts);
  const together = squares - table.total;
  const onlyTruth = sumOfSquares(table.rowSums) - squares;
  const onlyLabels = sumOfSquares(table.columnSums) - squares;
  if (onlyTruth === 0 && onlyLabels === 0) return 1;
  const apart = table.total ** 2 - onlyTruth - onlyLabels - squares;
  return (
    (2 * (together * apart - onlyTruth * onlyLabels)) /
    ((together + onlyTruth) * (onlyTruth + apart) + (together + onlyLabels) * (onlyLabels + apart))
  );
}

function entropy(counts: Float64Array, total: number): number {
  let result = 0;
  for (const count of counts) result -= (count / total) * Math.log(count / total);
  return result;
}

function sum(values: Float64Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result += values[i];
  return result;
}

function sumOfSquares(values: Float64Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result += values[i] * values[i];
  return result;
}
