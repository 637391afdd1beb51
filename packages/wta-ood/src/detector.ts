import type { FeatureSet, FeatureSpace } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { agreementsOf, batchRows, type CodeCounts, ownAgreements } from './agreements.js';
import {
  acceptanceLimit,
  calibrateLeaveOneOut,
  type SourceCalibration,
  smallestExcess,
} from './calibration.js';
import { checkFeatures, checkLabels } from './checks.js';
import { countCodes } from './code-counts.js';
import type { WtaOptions } from './options.js';
import { pairwiseQuantile } from './pairwise-quantile.js';
import { createWtaHash, type PackedCodes, packCodes, sliceCodes, type WtaHash } from './wta-hash.js';

/**
 * A fitted detector: plain numbers and typed arrays, so that it can be saved as it is.
 *
 * The excess of image x over source c is (d - thresholds[c]) / scales[c], where d is the mean Hamming
 * distance of x to the images of c. A source accepts x if the excess is at most `acceptanceLimit`.
 */
export interface WtaDetector {
  readonly hash: WtaHash;
  /** Space of the features it was fitted on. */
  readonly space: FeatureSpace;
  readonly sourceCount: number;
  /** S, number of labelled images of each source. */
  readonly sizes: Int32Array;
  /** S × H × K, number of images of the source with each code. */
  readonly counts: Int32Array;
  /** S; infinite (negative) for an uncalibrated source, which accepts nothing. */
  readonly thresholds: Float64Array;
  /** S, positive. */
  readonly scales: Float64Array;
  /** Leave-one-out mean distances of the labelled images, source by source, ascending within a source. */
  readonly ownDistances: Float64Array;
  /** S + 1, where each source begins in `ownDistances`; nothing for a source of fewer than two images. */
  readonly ownStart: Int32Array;
  /** Smallest excess of each labelled image, its own source left-one-out, ascending. */
  readonly reference: Float64Array;
  readonly acceptanceLimit: number;
  /** Sources of fewer than two images: no distance can be left out, so they accept nothing. */
  readonly uncalibrated: readonly number[];
}

/**
 * Fits the winner-take-all hash detector on labelled images (known sources, or discovered clusters too).
 *
 * Calibration 'leave-one-out': each labelled image is scored as if it were new. Threshold and scale of a
 * source come from its images' distances; the acceptance limit is then the conformal quantile of the smallest
 * excess over *all* sources, so `falseRejectRate` is the rate at which new images of the labelled sources
 * are rejected, although an image has as many chances of being accepted as there are sources.
 *
 * Calibration 'pairwise': the threshold is `thresholdQuantile` of the distances between single images of the
 * source, without self-pairs; accepted below it. Its false-reject rate is whatever comes out.
 *
 * @param known N × D, one space; standardize before. Not modified.
 * @param labels N, each in [0, sourceCount).
 * @param seed integer in [0, 2^53): permutations, and pairs where they are sampled.
 * @param hash permutations to use instead of those of the seed, for example another detector's.
 * @throws {TypeError} if there is not one label for each image, or the hash is for other dims.
 * @throws {RangeError} if a label is out of range, a feature is not finite, or dims < windowSize.
 *
 * Cost: O(N · H · K + N · S · H / 8); 'pairwise' adds O(min(pairs, pairSampleSize) · H / 32) a source.
 * Source: S. Girish et al., "Towards Discovery and Attribution of Open-world GAN Generated Images",
 * ICCV 2021 (test), with the mean distance computed from shares of codes; conformal p-values
 * after V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005, section 2.2.
 * Departs from the source: default calibration; self-pairs never count.
 */
export function fitWtaDetector(
  known: FeatureSet,
  labels: Int32Array,
  sourceCount: number,
  options: WtaOptions,
  seed: number,
  hash: WtaHash = createWtaHash(known.dims, options.hashCount, options.windowSize, seed),
): WtaDetector {
  checkFeatures('fitWtaDetector', known);
  checkLabels('fitWtaDetector', known, labels, sourceCount, hash);
  const codes = packCodes(hash, known.data, 0, labels.length);
  const sizes = new Int32Array(sourceCount);
  for (const label of labels) sizes[label]++;
  const counts = countCodes(hash, codes, labels, sourceCount);
  const shares = { hash, sourceCount, counts };
  const own = leaveOneOutDistances(shares, codes, labels, sizes);
  const { ownDistances, ownStart } = sortBySource(own, labels, sizes);
  const calibration =
    options.calibration === 'leave-one-out'
      ? calibrateLeaveOneOut(ownDistances, ownStart, options.falseRejectRate)
      : calibratePairwise(codes, labels, sizes, options, seed);
  const reference = referenceExcess({ shares, codes, labels, sizes, own, calibration });
  return {
    hash,
    space: known.space,
    sourceCount,
    sizes,
    counts,
    ...calibration,
    ownDistances,
    ownStart,
    reference,
    acceptanceLimit:
      options.calibration === 'leave-one-out'
        ? acceptanceLimit(reference, options.falseRejectRate)
        : BELOW_ZERO,
    uncalibrated: Array.from(sizes.keys()).filter((s) => sizes[s] < 2),
  };
}

// 'pairwise' accepts strictly below the threshold: an excess of at most the largest negative number.
const BELOW_ZERO = -Number.MIN_VALUE;

/** N, mean distance of each image to the others of its source; NaN if there is no other. */
function leaveOneOutDistances(
  shares: CodeCounts,
  codes: PackedCodes,
  labels: Int32Array,
  sizes: Int32Array,
): Float64Array {
  const agreeing = ownAgreements(shares, codes, labels);
  return Float64Array.from(labels, (label, i) => {
    const n = sizes[label];
    // The image agrees with itself in all H codes, so leaving it out changes only the divisor.
    return n < 2 ? Number.NaN : (n * shares.hash.hashCount - agreeing[i]) / (n - 1);
  });
}

function sortBySource(
  own: Float64Array,
  labels: Int32Array,
  sizes: Int32Array,
): { ownDistances: Float64Array; ownStart: Int32Array } {
  const sourceCount = sizes.length;
  const ownStart = new Int32Array(sourceCount + 1);
  for (let s = 0; s < sourceCount; s++) ownStart[s + 1] = ownStart[s] + (sizes[s] < 2 ? 0 : sizes[s]);
  const ownDistances = new Float64Array(ownStart[sourceCount]);
  const next = ownStart.slice();
  for (let i = 0; i < labels.length; i++) {
    if (sizes[labels[i]] >= 2) ownDistances[next[labels[i]]++] = own[i];
  }
  for (let s = 0; s < sourceCount; s++) ownDistances.subarray(ownStart[s], ownStart[s + 1]).sort();
  return { ownDistances, ownStart };
}

function calibratePairwise(
  codes: PackedCodes,
  labels: Int32Array,
  sizes: Int32Array,
  options: WtaOptions,
  seed: number,
): SourceCalibration {
  const rowsOf: number[][] = Array.from(sizes, () => []);
  for (let i = 0; i < labels.length; i++) rowsOf[labels[i]].push(i);
  const thresholds = Float64Array.from(rowsOf, (rows, source) => {
    if (rows.length < 2) return Number.NEGATIVE_INFINITY;
    const random = createRandom(seed, `wta-ood/pairs-${source}`);
    return pairwiseQuantile(codes, rows, options.thresholdQuantile, options.pairSampleSize, random);
  });
  return { thresholds, scales: new Float64Array(sizes.length).fill(1) };
}

/** Smallest excess of each image whose own source is calibrated, the image itself left out; ascending. */
function referenceExcess(fit: {
  readonly shares: CodeCounts;
  readonly codes: PackedCodes;
  readonly labels: Int32Array;
  readonly sizes: Int32Array;
  readonly own: Float64Array;
  readonly calibration: SourceCalibration;
}): Float64Array {
  const { shares, codes, labels, sizes, own } = fit;
  const { sourceCount } = shares;
  const reference = new Float64Array(labels.length);
  const distances = new Float64Array(sourceCount);
  const batch = batchRows(codes.bytesPerRow, sourceCount);
  let count = 0;
  for (let first = 0; first < codes.rows; first += batch) {
    const rows = Math.min(batch, codes.rows - first);
    const sums = agreementsOf(shares, sliceCodes(codes, first, rows));
    for (let i = 0; i < rows; i++) {
      const label = labels[first + i];
      if (sizes[label] < 2) continue;
      for (let s = 0; s < sourceCount; s++) {
        distances[s] = shares.hash.hashCount - sums[i * sourceCount + s] / sizes[s];
      }
      distances[label] = own[first + i];
      reference[count++] = smallestExcess(distances, fit.calibration);
    }
  }
  return reference.slice(0, count).sort();
}
