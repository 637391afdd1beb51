import { describeSpace, type FeatureSet, isSameSpace, UNASSIGNED } from '@ganscout/data-model';
import { agreementsOf, batchRows } from './agreements.js';
import { conformalPValue, excessOver } from './calibration.js';
import { checkFeatures } from './checks.js';
import type { WtaDetector } from './detector.js';
import { bitsPerCode, packCodes } from './wta-hash.js';

/** Scores of N images against S sources. */
export interface WtaScores {
  readonly sourceCount: number;
  /** N × S, mean Hamming distance to the images of the source, in [0, H]; H for a source without images. */
  readonly distances: Float32Array;
  /** N × S, 1 where the source accepts the image. */
  readonly accepts: Uint8Array;
  /** N, the nearest source if it accepts the image, or -1. */
  readonly source: Int32Array;
  /** N, the source of smallest excess; ties to the lower label. */
  readonly nearest: Int32Array;
  /** N, excess of the second-nearest source minus that of the nearest, ≥ 0; Infinity if there is no second. */
  readonly margin: Float32Array;
  /** N, smallest excess: larger is more out-of-distribution. */
  readonly oodScore: Float32Array;
  /** N, in (0, 1]: share of images of the labelled sources that look at least this strange. */
  readonly pValue: Float32Array;
}

/**
 * Scores images against the detector's sources.
 *
 * If no source is calibrated (each has fewer than two images) nothing is accepted, nearest and score are by
 * plain mean distance, and the p-value is 1: there is nothing to compare with.
 *
 * @param features N × D in the detector's space; not modified.
 * @throws {TypeError} if the spaces or dims differ. @throws {RangeError} if a feature is not finite.
 *
 * Cost: O(N · (H · K + S · H / 8)) for K = 2, O(N · S) memory; exact.
 */
export function scoreImages(detector: WtaDetector, features: FeatureSet): WtaScores {
  const { hash, space, sourceCount, sizes, counts } = detector;
  if (features.dims !== hash.dims || !isSameSpace(features.space, space)) {
    throw new TypeError(
      `scoreImages: features must be in the detector's space, ${describeSpace(space)} with ${hash.dims} dims, got ${describeSpace(features.space)} with ${features.dims}`,
    );
  }
  checkFeatures('scoreImages', features);
  const rows = features.ids.length;
  const scores = {
    sourceCount,
    distances: new Float32Array(rows * sourceCount),
    accepts: new Uint8Array(rows * sourceCount),
    source: new Int32Array(rows).fill(UNASSIGNED),
    nearest: new Int32Array(rows),
    margin: new Float32Array(rows),
    oodScore: new Float32Array(rows),
    pValue: new Float32Array(rows),
  };
  const distances = new Float64Array(sourceCount);
  const batch = batchRows(Math.ceil((hash.hashCount * bitsPerCode(hash.windowSize)) / 8), sourceCount);
  for (let first = 0; first < rows; first += batch) {
    const codes = packCodes(hash, features.data, first, Math.min(rows, first + batch));
    const sums = agreementsOf({ hash, sourceCount, counts }, codes);
    for (let i = 0; i < codes.rows; i++) {
      for (let s = 0; s < sourceCount; s++) {
        distances[s] = meanDistance(hash.hashCount, sums[i * sourceCount + s], sizes[s]);
      }
      scoreRow(detector, first + i, distances, scores);
    }
  }
  return scores;
}

/** Mean Hamming distance to `size` images that agree in so many codes together; the largest one if there are none. */
export function meanDistance(hashCount: number, agreements: number, size: number): number {
  return hashCount - (size === 0 ? 0 : agreements / size);
}

/** Fills row `row` of the scores, which are overwritten, from its distances. */
function scoreRow(detector: WtaDetector, row: number, distances: Float64Array, scores: WtaScores): void {
  const { sourceCount, thresholds, reference } = detector;
  const calibrated = reference.length > 0;
  const at = row * sourceCount;
  let nearest = UNASSIGNED;
  let smallest = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let s = 0; s < sourceCount; s++) {
    scores.distances[at + s] = distances[s];
    if (calibrated && thresholds[s] === Number.NEGATIVE_INFINITY) continue;
    const excess = calibrated ? excessOver(distances[s], s, detector) : distances[s];
    if (calibrated && excess <= detector.acceptanceLimit) scores.accepts[at + s] = 1;
    if (excess < smallest) {
      second = smallest;
      smallest = excess;
      nearest = s;
    } else if (excess < second) second = excess;
  }
  scores.nearest[row] = nearest;
  scores.oodScore[row] = smallest;
  scores.margin[row] = second === Number.POSITIVE_INFINITY ? second : second - smallest;
  scores.pValue[row] = conformalPValue(reference, smallest);
  if (nearest !== UNASSIGNED && scores.accepts[at + nearest] === 1) scores.source[row] = nearest;
}

/**
 * Conformal p-value of a mean Hamming distance against the images of one source alone.
 *
 * (1 + number of the source's leave-one-out distances at least as large) / (n + 1); 1 for a source of fewer
 * than two images.
 *
 * Cost: O(log n).
 */
export function sourcePValue(detector: WtaDetector, source: number, distance: number): number {
  const { ownDistances, ownStart } = detector;
  return conformalPValue(ownDistances.subarray(ownStart[source], ownStart[source + 1]), distance);
}

/**
 * Labels by the network's choice wherever any source of the same kind accepts the image, as published.
 *
 * An image whose largest logit is a known source takes it if some known source accepts the image; one whose
 * largest logit is a cluster takes it if some cluster does; others get -1.
 *
 * @param argmax N, each in [0, S), label of the largest logit.
 * @param knownCount sources in [0, knownCount) are known, the others clusters.
 * @throws {TypeError} if there is not one argmax for each image.
 *
 * Source: the code published with Girish et al., ICCV 2021. The source named may not be the one that accepts:
 * {@link WtaScores.source} names that one.
 */
export function attributeByArgmax(
  scores: Pick<WtaScores, 'accepts' | 'source' | 'sourceCount'>,
  argmax: Int32Array,
  knownCount: number = scores.sourceCount,
): Int32Array {
  const { accepts, sourceCount } = scores;
  if (argmax.length !== scores.source.length) {
    throw new TypeError(
      `attributeByArgmax: argmax must hold one label for each of ${scores.source.length} images, got ${argmax.length}`,
    );
  }
  return argmax.map((label, i) => {
    const row = accepts.subarray(i * sourceCount, (i + 1) * sourceCount);
    const kind = label < knownCount ? row.subarray(0, knownCount) : row.subarray(knownCount);
    return kind.includes(1) ? label : UNASSIGNED;
  });
}
