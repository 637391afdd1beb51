import { contingencyTable } from './contingency.js';

/** How well each cluster of one labelling is found again in another. */
export interface JaccardStability {
  /** Labels of the first labelling, ascending, without -1. */
  readonly labels: Int32Array;
  /** Largest Jaccard index of each with any cluster of the second, in [0, 1]. */
  readonly jaccard: Float64Array;
  /** Label of the second that has it (ties: the lower), or -1 if none shares an image. */
  readonly matches: Int32Array;
  /** Mean of `jaccard` over the clusters, each counting the same; null without a cluster. */
  readonly mean: number | null;
}

/**
 * Compares two labellings of the same images: for each cluster A of the first, the largest |A ∩ B| / |A ∪ B| over
 * the clusters B of the second. Unassigned images (-1) form no cluster, but they count in the union of the other.
 *
 * For stability under resampling compare on the drawn images only, and average over several resamples. As a rule
 * of thumb of the source, a mean below 0.5 is a dissolved cluster and one from 0.75 on a stable one.
 *
 * @param labels N; not modified. @param otherLabels N; not modified.
 * @throws {TypeError} if the lengths differ.
 *
 * Cost: O(N). Source: C. Hennig, "Cluster-wise assessment of cluster stability", CSDA 52, 2007.
 */
export function jaccardStability(labels: Int32Array, otherLabels: Int32Array): JaccardStability {
  const table = contingencyTable(labels, otherLabels);
  const { rowLabels, columnLabels, rowSums, columnSums, cellRows, cellColumns, cellCounts } = table;
  const best = new Float64Array(rowLabels.length);
  const match = new Int32Array(rowLabels.length).fill(-1);
  for (let cell = 0; cell < cellCounts.length; cell++) {
    const row = cellRows[cell];
    const column = cellColumns[cell];
    if (columnLabels[column] === -1) continue;
    const jaccard = cellCounts[cell] / (rowSums[row] + columnSums[column] - cellCounts[cell]);
    if (jaccard > best[row]) {
      best[row] = jaccard;
      match[row] = columnLabels[column];
    }
  }
  const isCluster = (_: number, row: number) => rowLabels[row] !== -1;
  const jaccard = best.filter(isCluster);
  const mean = jaccard.length === 0 ? null : jaccard.reduce((sum, value) => sum + value, 0) / jaccard.length;
  return { labels: rowLabels.filter(isCluster), jaccard, matches: match.filter(isCluster), mean };
}
