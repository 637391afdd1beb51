import { describeSpace, type FeatureSet, isSameSpace } from '@ganscout/data-model';
import { meanByLabel } from '@ganscout/numeric';
import { checkFeatures } from './checks.js';
import { mostSimilar } from './most-similar.js';
import { unitRows } from './row-space.js';

/**
 * Names each discovery row by the known source whose mean direction is nearest by cosine; none is rejected.
 *
 * A source's mean is that of its rows at unit length. Ties go to the lower label; a row of zeros goes to the lowest label.
 *
 * @param known M × D, finite; not modified. @param knownLabels M, each at least 0, or -1 for a row that is left out.
 * @param discovery N × D, finite, in the same space; not modified.
 * @returns N labels of known sources.
 * @throws {TypeError} if the labels are not M long, or the spaces differ.
 * @throws {RangeError} if a label is below -1, no known row has a label (N ≥ 1), or a feature is not finite.
 *
 * Cost: O(N · D · number of sources).
 * Source: R. Tibshirani et al., "Diagnosis of multiple cancer types by shrunken centroids of gene expression", PNAS 99(10),
 * 2002, without the shrinking, by cosine instead of Euclidean distance.
 */
export function nearestKnownSource(
  known: FeatureSet,
  knownLabels: Int32Array,
  discovery: FeatureSet,
): Int32Array {
  checkFeatures('nearestKnownSource', known);
  checkFeatures('nearestKnownSource', discovery);
  if (known.dims !== discovery.dims || !isSameSpace(known.space, discovery.space)) {
    throw new TypeError(
      `nearestKnownSource: both must be in one space, got ${describeSpace(known.space)} with ${known.dims} dims and ${describeSpace(discovery.space)} with ${discovery.dims}`,
    );
  }
  if (knownLabels.length !== known.ids.length) {
    throw new TypeError(
      `nearestKnownSource: knownLabels must have ${known.ids.length} values, one a row, got ${knownLabels.length}`,
    );
  }
  const lowest = knownLabels.reduce((least, label) => Math.min(least, label), 0);
  if (lowest < -1) {
    throw new RangeError(`nearestKnownSource: a label must be at least -1, got ${lowest}`);
  }
  const rows = discovery.ids.length;
  if (rows === 0) return new Int32Array(0);
  const sources = Int32Array.from(new Set(knownLabels))
    .filter((label) => label >= 0)
    .sort();
  if (sources.length === 0)
    throw new RangeError('nearestKnownSource: one known row or more must have a label');
  const { labels } = mostSimilar(
    unitRows(discovery.data, discovery.dims),
    sourceDirections(known, knownLabels, sources),
    known.dims,
  );
  return labels.map((source) => sources[source]);
}

/** The sources' means at unit length, in their order. */
function sourceDirections(known: FeatureSet, knownLabels: Int32Array, sources: Int32Array): Float32Array {
  const numbers = new Map(Array.from(sources, (label, number) => [label, number]));
  const numbered = knownLabels.map((label) => numbers.get(label) ?? -1);
  const data = meanByLabel(unitRows(known.data, known.dims), numbered, known.dims, sources.length);
  return unitRows(data, known.dims);
}
