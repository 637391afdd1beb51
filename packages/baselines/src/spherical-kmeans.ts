import type { FeatureSet } from '@ganscout/data-model';
import { createRandom, meanByLabel } from '@ganscout/numeric';
import { checkFeatures, checkInteger } from './checks.js';
import { numberByFirstRow } from './components.js';
import { drawSeeds } from './direction-seeds.js';
import { type MostSimilar, mostSimilar } from './most-similar.js';
import { unitRows } from './row-space.js';

/** Options of {@link sphericalKmeans}. */
export interface SphericalKmeansOptions {
  /** Number of clusters, in [1, N]. */
  readonly clusterCount: number;
  /** Integer in [0, 2^53); equal seeds give equal bytes. */
  readonly seed: number;
  /** Number of seedings, at least 1; the result of the largest sum of cosines is kept. */
  readonly restarts: number;
  /** Largest number of iterations, at least 1. */
  readonly iterations: number;
}

/**
 * Splits the rows into clusters of similar direction: k-means by cosine, with centroids of unit length.
 *
 * Seeds are drawn by k-means++ on the rows at unit length. Stops when no label changes or after `iterations`. Ties go to the
 * lower label, of restarts to the first. A cluster that loses all its rows takes the row of the smallest cosine to its centroid.
 *
 * @param features N × D, finite; not modified. A row of zeros has cosine 0 to all.
 * @returns N labels, numbered by first row; fewer clusters than asked for where there are fewer distinct directions; empty if
 *   there is no row.
 * @throws {RangeError} if an option is out of range, or a feature is not finite.
 *
 * Cost: O(N · k · D) an iteration and for the seeding.
 * Source: I. S. Dhillon, D. S. Modha, "Concept decompositions for large sparse text data using clustering", Machine Learning
 * 42, 2001; seeding: D. Arthur, S. Vassilvitskii, "k-means++", SODA 2007.
 */
export function sphericalKmeans(features: FeatureSet, options: SphericalKmeansOptions): Int32Array {
  const { clusterCount, seed, restarts, iterations } = options;
  checkInteger('sphericalKmeans: restarts', restarts, 1, Number.MAX_SAFE_INTEGER);
  checkInteger('sphericalKmeans: iterations', iterations, 1, Number.MAX_SAFE_INTEGER);
  checkFeatures('sphericalKmeans', features);
  const { ids, dims } = features;
  if (ids.length === 0) return new Int32Array(0);
  checkInteger('sphericalKmeans: clusterCount', clusterCount, 1, ids.length);
  const rows = unitRows(features.data, dims);
  let best: SphericalResult | null = null;
  for (let restart = 0; restart < restarts; restart++) {
    const random = createRandom(seed, `spherical-kmeans/restart-${restart}`);
    const result = sphericalKmeansFrom(rows, drawSeeds(rows, dims, clusterCount, random), dims, iterations);
    if (best === null || result.totalCosine > best.totalCosine) best = result;
  }
  return numberByFirstRow((best as SphericalResult).labels);
}

/** Rows split by direction, before their clusters are numbered by first row. */
export interface SphericalResult {
  /** N, the most similar of `centroids`. */
  readonly labels: Int32Array;
  /** k × D, of unit length or zero. */
  readonly centroids: Float32Array;
  /** Sum of the cosines of the rows and their centroids. */
  readonly totalCosine: number;
}

/**
 * Iterates from the given centroids: each becomes the direction of the sum of its rows, then the rows are assigned again.
 *
 * @param rows N × D, of unit length or zero; not modified. @param initial k × D, the same; not modified.
 */
export function sphericalKmeansFrom(
  rows: Float32Array,
  initial: Float32Array,
  dims: number,
  iterations: number,
): SphericalResult {
  let centroids = initial;
  let assigned = mostSimilar(rows, centroids, dims);
  for (let iteration = 0; iteration < iterations; iteration++) {
    centroids = moveCentroids(rows, assigned, centroids, dims);
    const next = mostSimilar(rows, centroids, dims);
    const isSame = next.labels.every((label, row) => label === assigned.labels[row]);
    assigned = next;
    if (isSame) break;
  }
  const totalCosine = assigned.cosines.reduce((sum, cosine) => sum + cosine, 0);
  return { labels: assigned.labels, centroids, totalCosine };
}

/** Directions of the sums; one whose rows cancel out stays, one without rows moves to the row least like its centroid. */
function moveCentroids(
  rows: Float32Array,
  { labels, cosines }: MostSimilar,
  centroids: Float32Array,
  dims: number,
): Float32Array {
  const count = centroids.length / dims;
  const moved = unitRows(meanByLabel(rows, labels, dims, count), dims);
  const sizes = new Int32Array(count);
  for (const label of labels) sizes[label]++;
  const taken = new Set<number>();
  for (let c = 0; c < count; c++) {
    const at = c * dims;
    if (sizes[c] === 0) {
      const row = leastSimilar(labels, cosines, sizes, taken);
      if (row === -1) continue;
      taken.add(row);
      sizes[labels[row]]--;
      moved.set(rows.subarray(row * dims, (row + 1) * dims), at);
    } else if (moved.subarray(at, at + dims).every((value) => value === 0)) {
      moved.set(centroids.subarray(at, at + dims), at);
    }
  }
  return moved;
}

/** The row of the smallest cosine to its centroid that leaves another row there; ties to the lower row; -1 if there is none. */
function leastSimilar(
  labels: Int32Array,
  cosines: Float64Array,
  sizes: Int32Array,
  taken: ReadonlySet<number>,
): number {
  let least = -1;
  for (let row = 0; row < labels.length; row++) {
    if (sizes[labels[row]] < 2 || taken.has(row)) continue;
    if (least === -1 || cosines[row] < cosines[least]) least = row;
  }
  return least;
}
