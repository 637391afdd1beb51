import type { FeatureSet } from '@ganscout/data-model';
import { checkFeatures, checkInteger } from './checks.js';
import { type Components, createComponents, numberByFirstRow } from './components.js';
import { euclideanSpace, type RowSpace, visitProducts } from './row-space.js';

/** More than the share by which a square and a sum of three terms are rounded in float64. */
const ROUNDING = 2 ** -48;

/** Options of {@link dbscan}. */
export interface DbscanOptions {
  /** Euclidean distance up to which rows are neighbors, at least 0; see `kDistanceKnee`. */
  readonly epsilon: number;
  /** Neighbors that make a row a core row, itself included; at least 1. */
  readonly minimumPoints: number;
}

/**
 * Joins rows in dense places into clusters and leaves the others as noise (DBSCAN).
 *
 * A row with at least `minimumPoints` rows within `epsilon`, itself included, is a core row; core rows within `epsilon` of
 * each other are in one cluster. A row that is no core row but within `epsilon` of one joins it; of several clusters, the one
 * whose first core row stands first, as in scikit-learn.
 *
 * @param features N × D, finite; not modified.
 * @returns N, labels from 0 numbered by first row; -1 for noise.
 * @throws {RangeError} if epsilon is negative or not finite, minimumPoints is no integer of at least 1, or a feature is not finite.
 *
 * Cost: 2 · N² · D products in float32, in float64 only where those leave a doubt; O(N · (D + minimumPoints)) memory.
 * Source: M. Ester et al., "A density-based algorithm for discovering clusters in large spatial databases with noise", KDD 1996.
 */
export function dbscan(features: FeatureSet, options: DbscanOptions): Int32Array {
  const { epsilon, minimumPoints } = options;
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`dbscan: epsilon must be finite and at least 0, got ${epsilon}`);
  }
  checkInteger('dbscan: minimumPoints', minimumPoints, 1, Number.MAX_SAFE_INTEGER);
  checkFeatures('dbscan', features);
  const space = euclideanSpace(features);
  const sparse = new Map<number, Int32Array>();
  const neighbors = new Int32Array(space.count);
  visitProducts(space, Int32Array.from(neighbors.keys()), (row, products) => {
    const found = listWithin(space, epsilon, row, products, neighbors);
    if (found < minimumPoints) sparse.set(row, neighbors.slice(0, found));
  });
  const components = joinCoreRows(space, epsilon, sparse);
  const labels = Int32Array.from({ length: space.count }, (_, row) => {
    const near = sparse.get(row);
    if (near === undefined) return components.find(row);
    const clusters = near.filter((other) => !sparse.has(other)).map(components.find);
    return clusters.length === 0 ? -1 : clusters.reduce((lowest, cluster) => Math.min(lowest, cluster));
  });
  return numberByFirstRow(labels);
}

/** Writes the rows within epsilon of the given one to `into`, itself included, and returns how many there are. */
function listWithin(
  { count, weights, lowest, highest, slack, squaredDistance }: RowSpace,
  epsilon: number,
  row: number,
  products: Float32Array,
  into: Int32Array,
): number {
  // The square of epsilon is rounded, so what is nearly equal to it is left to the comparison in float64.
  const squared = epsilon * epsilon;
  const surelyWithin = squared * (1 - ROUNDING) - weights[row] - slack(row);
  const surelyBeyond = squared * (1 + ROUNDING) - weights[row] + slack(row);
  let found = 0;
  for (let j = 0; j < count; j++) {
    const twice = 2 * products[j];
    if (lowest[j] - twice > surelyBeyond) continue;
    if (highest[j] - twice < surelyWithin || Math.sqrt(squaredDistance(row, j)) <= epsilon) into[found++] = j;
  }
  return found;
}

/** Sets of the core rows; each sparse row is left alone. */
function joinCoreRows(space: RowSpace, epsilon: number, sparse: ReadonlyMap<number, Int32Array>): Components {
  const components = createComponents(space.count);
  const into = new Int32Array(space.count);
  const isCore = Uint8Array.from(into, (_, row) => (sparse.has(row) ? 0 : 1));
  const core = Int32Array.from(into.keys()).filter((row) => isCore[row] === 1);
  visitProducts(space, core, (row, products) => {
    const found = listWithin(space, epsilon, row, products, into);
    for (let at = 0; at < found; at++) if (isCore[into[at]] === 1) components.join(row, into[at]);
  });
  return components;
}
