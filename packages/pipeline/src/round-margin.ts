import { type Assignment, discoveredRows, type FeatureSet, selectRows } from '@ganscout/data-model';
import { meanByLabel } from '@ganscout/numeric';
import { changedShare } from './label-state.js';

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
export function meanMargin(discovery: FeatureSet, assignment: Assignment): number | null {
  const { labels, knownCount, clusterCount } = assignment;
  const count = clusterCount - knownCount;
  if (count < 2) return null;
  const rows = discoveredRows(assignment);
  const own = rows.map((row) => (labels[row] as number) - knownCount);
  const sizes = new Int32Array(count);
  for (const cluster of own) sizes[cluster]! += 1;
  const { data: units, dims } = selectRows(discovery, rows);
  scaleToUnitLength(units, dims);
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

/** @param rows overwritten. */
function scaleToUnitLength(rows: Float32Array, dims: number): void {
  for (let start = 0; start < rows.length; start += dims) {
    const row = rows.subarray(start, start + dims);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let d = 0; d < dims; d++) row[d]! /= length;
  }
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, dims: number): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += (a[i * dims + d] as number) * (b[j * dims + d] as number);
  return sum;
}

/** Fall of the margin from which on a round counts as having collapsed. */
const COLLAPSE = 0.05;
/** Share of the images below which a round that makes clusters anew has changed hardly anything. */
const HARDLY = 0.005;

/**
 * Says why a round is to be undone, or null: its clusters have a mean margin smaller by more than 0.05, as
 * {@link meanMargin} measures it.
 *
 * A guard against collapse, no measure of which round is better: small differences of the margin say nothing.
 *
 * @param discovery features in a space that is the same for both, whatever space made the clusters.
 */
export function whyUndone(
  discovery: FeatureSet,
  before: Assignment,
  after: Assignment,
  round: number,
): string | null {
  const was = meanMargin(discovery, before);
  const is = meanMargin(discovery, after);
  if (was === null || is === null || was - is <= COLLAPSE) return null;
  return `round ${round} was undone: the mean margin of its clusters fell from ${was.toFixed(3)} to ${is.toFixed(3)}`;
}

/** Says why no round is to follow one that made clusters anew, or null: less than 0.5 % of the images moved. */
export function whySettled(before: Assignment, after: Assignment, round: number): string | null {
  const share = changedShare(before, after);
  return share < HARDLY ? `round ${round} moved ${(100 * share).toFixed(1)} % of the images` : null;
}
