import { concatenateRows, rowsWhere, selectRows } from '@ganscout/data-model';
import { kmeans, kmeansOptionsSchema } from '@ganscout/kmeans';
import { createRandom, permutation, quantile, type Random } from '@ganscout/numeric';
import type { StageOptions } from './config/schema.js';
import type { Exemplars } from './exemplars.js';
import { joinSpaces, type SpaceFeatures } from './space-features.js';
import { stageSeed } from './stage-runner.js';

/** N images that were tested for the established sources. */
export interface TestedRows {
  readonly features: SpaceFeatures;
  /** N, label of the source that accepted each, or -1. */
  readonly source: Int32Array;
  /** N, its p-value. */
  readonly pValue: Float32Array;
}

/** Images and exemplars in a fragment, on average. */
const FRAGMENT_ROWS = 8;
const PERMUTATIONS = 499;
/** Share of the permutations that may mix as little as what is found. */
const SIGNIFICANCE = 0.005;
/** A fragment is the strangers' if exemplars have less than this part of their share of all. */
const FOREIGN = 1 / 3;
/** The median p-value of images that are at home is 0.5; of strangers it is below this. */
const STRANGE_MEDIAN = 0.25;

/**
 * Finds images that a source accepted one by one, but that are not like its own when looked at together: a source that is there
 * must not swallow a new one that is like it.
 *
 * For each source the images that it accepted and its exemplars are split into small fragments. If the two mix significantly
 * less than chance (0.005, by permutation of who is who; statistic: the sum over fragments of accepted² / all), the images in
 * fragments with hardly an exemplar are strangers, unless they are fewer than `refine.minimumSize` or look as usual to the test
 * (median p-value of 0.25 or more): then the dump differs from the exemplars, but not as a new source would.
 *
 * @param seed the results do not depend on the number of threads.
 * @returns N, 1 for a stranger. They are proposed as candidates only: whether they are a source is for discovery and
 *   `openUpdateCheck` to say.
 *
 * Cost: for each source that accepted unusual images k-means of all that it accepted with its exemplars, and for a few 499
 * permutations of it.
 * Source: permutation tests, R. A. Fisher, "The Design of Experiments", 1935; that images of two sources mix less than chance,
 * J. H. Friedman and L. C. Rafsky, Ann. Statist. 7(4), 1979, there by a spanning tree.
 */
export function strangersAmong(
  established: Exemplars,
  tested: TestedRows,
  { ood, refine }: Pick<StageOptions, 'ood' | 'refine'>,
  seed: number,
): Uint8Array {
  const strangers = new Uint8Array(tested.source.length);
  const exemplars = joinSpaces(established.features, ood.space);
  const images = joinSpaces(tested.features, ood.space);
  const labels = [...new Set(tested.source)].filter((label) => label >= 0).sort((a, b) => a - b);
  for (const label of labels) {
    const accepted = rowsWhere(tested.source, (value) => value === label);
    const own = rowsWhere(established.labels, (value) => value === label);
    if (accepted.length < refine.minimumSize || own.length < refine.minimumSize) continue;
    // Half of the strangers lie below their median: where fewer images do, there is nothing to find.
    const unusual = accepted.filter((row) => (tested.pValue[row] as number) < STRANGE_MEDIAN);
    if (2 * unusual.length < refine.minimumSize) continue;
    const rows = concatenateRows(selectRows(exemplars, own), selectRows(images, accepted));
    const options = kmeansOptionsSchema.parse({
      rowsPerCluster: FRAGMENT_ROWS,
      maxIterations: ood.poolingIterations,
    });
    const fragments = kmeans(rows, options, stageSeed(seed, 'ood', label + 1)).labels;
    const strange = foreignOf(fragments, own.length).map((i) => accepted[i] as number);
    const pValues = [...strange].map((row) => tested.pValue[row] as number);
    if (strange.length < refine.minimumSize || quantile(pValues, 0.5) >= STRANGE_MEDIAN) continue;
    // The permutations come last, as they cost most and hardly a source comes so far.
    if (!mixesLessThanChance(fragments, own.length, createRandom(seed, `strangers/${label}`))) continue;
    for (const row of strange) strangers[row] = 1;
  }
  return strangers;
}

/** Places, among the accepted images, of those in foreign fragments. @param fragments of the exemplars, then of the images. */
function foreignOf(fragments: Int32Array, exemplarCount: number): Int32Array {
  const sizes = countFragments(fragments);
  const exemplars = countFragments(fragments.subarray(0, exemplarCount), sizes.length);
  const usual = exemplarCount / fragments.length;
  const isForeign = exemplars.map((own, fragment) =>
    Number(own < FOREIGN * usual * (sizes[fragment] as number)),
  );
  return rowsWhere(fragments.subarray(exemplarCount), (fragment) => isForeign[fragment] === 1);
}

function mixesLessThanChance(fragments: Int32Array, exemplarCount: number, random: Random): boolean {
  const sizes = countFragments(fragments);
  const separation = (accepted: Float64Array) =>
    accepted.reduce((sum, own, fragment) => sum + own ** 2 / Math.max(1, sizes[fragment] as number), 0);
  const found = separation(countFragments(fragments.subarray(exemplarCount), sizes.length));
  let asSeparate = 0;
  for (let i = 0; i < PERMUTATIONS; i++) {
    const order = permutation(random, fragments.length).subarray(exemplarCount);
    const drawn = order.map((place) => fragments[place] as number);
    if (separation(countFragments(drawn, sizes.length)) >= found) asSeparate += 1;
  }
  return (asSeparate + 1) / (PERMUTATIONS + 1) <= SIGNIFICANCE;
}

/** @param count of fragments; by default one more than the largest number. */
function countFragments(
  fragments: Int32Array,
  count = fragments.reduce((largest, fragment) => Math.max(largest, fragment), -1) + 1,
): Float64Array {
  const sizes = new Float64Array(count);
  for (const fragment of fragments) sizes[fragment]! += 1;
  return sizes;
}
