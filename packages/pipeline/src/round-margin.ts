import { type Assignment, type FeatureSet, selectRows } from '@ganscout/data-model';
import { meanByLabel } from '@ganscout/numeric';

/**
 * How much more the images of discovered clusters are like their own cluster than like the next one: the mean over them
 * of their mean cosine with the others of their cluster, minus the largest mean cosine with the images of another.
 *
 * It needs no truth, and values of two assignments compare if they are taken in the same space.
 *
 * @param discovery features of the whole discovery set.
 * @returns null with fewer than two clusters. Images that are alone in their cluster are left out.
 *
 * Cost: O(N · k · D).
 */
export function meanMargin(
  discovery: FeatureSet,
  { labels, knownCount, clusterCount }: Assignment,
): number | null {
  const count = clusterCount - knownCount;
  if (count < 2) return null;
  const rows = Int32Array.from(labels.keys()).filter((row) => (labels[row] as number) >= knownCount);
  const own = rows.map((row) => (labels[row] as number) - knownCount);
  const sizes = new Int32Array(count);
  for (const cluster of own) sizes[cluster]! += 1;
  const { data, dims } = selectRows(discovery, rows);
  const units = toUnitLength(data, dims);
  const means = meanByLabel(units, own, dims, count);
  let sum = 0;
  let counted = 0;
  own.forEach((cluster, i) => {
    const size = sizes[cluster] as number;
    if (size < 2) return;
    const inside = (dot(units, i, means, cluster, dims) * size - 1) / (size - 1);
    let outside = -1;
    for (let c = 0; c < count; c++) {
      if (c !== cluster) outside = Math.max(outside, dot(units, i, means, c, dims));
    }
    sum += inside - outside;
    counted += 1;
  });
  return counted === 0 ? null : sum / counted;
}

function toUnitLength(rows: Float32Array, dims: number): Float32Array {
  const units = rows.slice();
  for (let start = 0; start < units.length; start += dims) {
    const row = units.subarray(start, start + dims);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let d = 0; d < dims; d++) row[d]! /= length;
  }
  return units;
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, dims: number): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += (a[i * dims + d] as number) * (b[j * dims + d] as number);
  return sum;
}
