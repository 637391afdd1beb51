import type { FeatureSet } from '@ganscout/data-model';
import { quantile, squaredDistance } from '@ganscout/numeric';
import { summarizeClusters } from './cluster-summary.js';

/** Share of the pairs of known sources that may lie nearer to each other than what counts as apart. */
const NEAR_PAIRS = 0.1;

/**
 * Takes from labelled images how far apart rows of one source may be: the limit of average linkage.
 *
 * `weight` times the median over the sources of the mean squared distance between two images of the source, plus
 * 1 - `weight` times the 0.1 quantile over the pairs of sources of the mean squared distance between their images, where
 * that is larger. Images of one group show the same content and would look too near, so only pairs of different groups
 * count; a source of a single group says nothing. With one source the limit is its own mean distance; if no source has
 * two groups, half of the distance between sources.
 *
 * @param known N × D; not modified.
 * @param labels N, each in [0, sourceCount). @param groups N, any integers; unequal for images of different content.
 * @param weight in [0, 1], of what is found within sources.
 * @returns a mean squared distance; 0 if there is nothing to take it from, so that nothing is joined.
 * @throws {TypeError} if labels or groups are not N long. @throws {RangeError} if weight is not in [0, 1].
 *
 * Cost: O(N · D + sourceCount² · D).
 */
export function limitFromKnown(
  known: FeatureSet,
  labels: Int32Array,
  groups: Int32Array,
  sourceCount: number,
  weight: number,
): number {
  if (!(weight >= 0 && weight <= 1)) {
    throw new RangeError(`limitFromKnown: weight must be in [0, 1], got ${weight}`);
  }
  if (groups.length !== labels.length) {
    throw new TypeError(`limitFromKnown: groups must hold ${labels.length} values, got ${groups.length}`);
  }
  const within = distancesWithin(known, labels, groups, sourceCount);
  const between = distancesBetween(known, labels, sourceCount);
  if (within.length === 0) return between.length === 0 ? 0 : quantile(between, NEAR_PAIRS) / 2;
  const own = quantile(within, 0.5);
  if (between.length === 0) return own;
  return weight * own + (1 - weight) * Math.max(own, quantile(between, NEAR_PAIRS));
}

/** Mean squared distance between images of different groups, for each source that has two groups. */
function distancesWithin(
  { data, dims }: FeatureSet,
  labels: Int32Array,
  groups: Int32Array,
  sourceCount: number,
): number[] {
  // Over all pairs of a set the squared distances sum to n Σ|x|² - |Σx|²; the pairs inside groups are taken off.
  const ofSources = Array.from({ length: sourceCount }, () => new PairSums(dims));
  const ofGroups = new Map<string, { source: number; sums: PairSums }>();
  for (let row = 0; row < labels.length; row++) {
    const source = labels[row];
    const key = `${source} ${groups[row]}`;
    const group = ofGroups.get(key) ?? { source, sums: new PairSums(dims) };
    ofGroups.set(key, group);
    const values = data.subarray(row * dims, (row + 1) * dims);
    ofSources[source].add(values);
    group.sums.add(values);
  }
  const totals = ofSources.map((sums) => ({ sum: sums.distances(), pairs: sums.pairs() }));
  for (const { source, sums } of ofGroups.values()) {
    totals[source].sum -= sums.distances();
    totals[source].pairs -= sums.pairs();
  }
  return totals.filter(({ pairs }) => pairs > 0).map(({ sum, pairs }) => Math.max(0, sum) / pairs);
}

/** Mean squared distance between the images of each pair of sources that have images. */
function distancesBetween(known: FeatureSet, labels: Int32Array, sourceCount: number): number[] {
  const { centroids, dims, sizes, spreads } = summarizeClusters(known, labels, sourceCount);
  const distances: number[] = [];
  for (let a = 0; a < sourceCount; a++) {
    for (let b = 0; b < a; b++) {
      if (sizes[a] === 0 || sizes[b] === 0) continue;
      distances.push(squaredDistance(centroids, a, centroids, b, dims) + spreads[a] + spreads[b]);
    }
  }
  return distances;
}

/** Sums from which the squared distances over all pairs of a set follow. */
class PairSums {
  #count = 0;
  #squares = 0;
  readonly #sum: Float64Array;

  constructor(dims: number) {
    this.#sum = new Float64Array(dims);
  }

  add(values: Float32Array): void {
    this.#count += 1;
    for (let d = 0; d < values.length; d++) {
      this.#sum[d] += values[d];
      this.#squares += values[d] * values[d];
    }
  }

  /** Sum over unordered pairs. */
  distances(): number {
    let length = 0;
    for (const value of this.#sum) length += value * value;
    return this.#count * this.#squares - length;
  }

  pairs(): number {
    return (this.#count * (this.#count - 1)) / 2;
  }
}
