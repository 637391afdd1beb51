import { type FeatureSet, selectRows, UNASSIGNED } from '@ganscout/data-model';
import {
  assignFolds,
  conformalPValues,
  fitMahalanobis,
  fuseScores,
  type MahalanobisDetector,
  mahalanobisDistances,
} from '@ganscout/ood-scores';
import { fitWtaDetector, scoreImages, type WtaDetector, type WtaScores } from '@ganscout/wta-ood';
import type { DetectionOptions } from '../config/schema.js';

/** Labelled images of S sources. */
export interface Members {
  readonly features: FeatureSet;
  /** Each in [0, sourceCount). */
  readonly labels: Int32Array;
  readonly sourceCount: number;
}

/** How strange labelled images of the known sources look when each is scored by what was fitted without it. */
export interface Reference {
  /** Smallest mean Hamming distance to a source. */
  readonly wta: Float64Array;
  /** Smallest squared Mahalanobis distance to a source. */
  readonly mahalanobis: Float64Array;
}

/** A fitted test of images against S sources. */
export interface SourceTest {
  readonly falseRejectRate: number;
  readonly wta: WtaDetector;
  /** Null if the hash alone decides, by its own calibration. */
  readonly fused: { readonly mahalanobis: MahalanobisDetector; readonly reference: Reference } | null;
}

/** Scores of N images against S sources. */
export interface SourceScores {
  /** N, larger is more out-of-distribution of all sources. */
  readonly oodScore: Float32Array;
  /** N, conformal, in (0, 1]; 0 where no labelled image could be compared with. */
  readonly pValue: Float32Array;
  /** N, lead of the nearest source over the second; Infinity with a single source. */
  readonly margin: Float32Array;
  readonly nearest: Int32Array;
  /** N, the nearest source if it accepts the image, or -1. */
  readonly source: Int32Array;
  /** N × S by the hash alone: mean Hamming distances, and whether the source accepts. */
  readonly hash: { readonly distances: Float32Array; readonly accepts: Uint8Array };
}

/**
 * Scores labelled images by tests fitted without their fold, so that the scores are those of new images.
 *
 * An image whose source has fewer than two images outside the fold is left out: it would look as strange as if its
 * source were unknown.
 *
 * @param groups images of one group show the same content and share a fold.
 */
export function crossFitReference(
  members: Members,
  groups: Int32Array,
  options: DetectionOptions,
  seed: number,
): Reference {
  const { features, labels, sourceCount } = members;
  const folds = assignFolds(labels, groups, options.folds, seed);
  const wta: number[] = [];
  const mahalanobis: number[] = [];
  for (let fold = 0; fold < options.folds; fold++) {
    const inside = rowsWhere(folds, (value) => value === fold);
    const outside = rowsWhere(folds, (value) => value !== fold);
    if (inside.length === 0 || outside.length === 0) continue;
    const fitted = {
      features: selectRows(features, outside),
      labels: outside.map((row) => labels[row] as number),
      sourceCount,
    };
    const both = fitBoth(fitted, options, seed);
    const distances = distancesTo(both, selectRows(features, inside));
    const isAlone = new Set(both.wta.uncalibrated);
    inside.forEach((row, i) => {
      if (isAlone.has(labels[row] as number)) return;
      wta.push(smallest(distances.wta, i, sourceCount));
      mahalanobis.push(smallest(distances.mahalanobis, i, sourceCount));
    });
  }
  return { wta: Float64Array.from(wta), mahalanobis: Float64Array.from(mahalanobis) };
}

/** Fits the test; `reference` is what labelled images of the known sources score, null to let the hash decide alone. */
export function fitSourceTest(
  members: Members,
  reference: Reference | null,
  options: DetectionOptions,
  seed: number,
): SourceTest {
  const { falseRejectRate } = options;
  const { features, labels, sourceCount } = members;
  if (reference === null) {
    return {
      falseRejectRate,
      wta: fitWtaDetector(features, labels, sourceCount, options, seed),
      fused: null,
    };
  }
  const { wta, mahalanobis } = fitBoth(members, options, seed);
  return { falseRejectRate, wta, fused: { mahalanobis, reference } };
}

/** Scores images against the sources of a test. */
export function applySourceTest(
  { falseRejectRate, wta, fused }: SourceTest,
  images: FeatureSet,
): SourceScores {
  const scores = scoreImages(wta, images);
  if (fused === null) return { ...scores, hash: scores };
  const { sourceCount } = wta;
  const distances = distancesTo({ wta, mahalanobis: fused.mahalanobis }, images, scores);
  const rows = images.ids.length;
  const parts = (['wta', 'mahalanobis'] as const).map((name) => ({
    reference: fused.reference[name],
    scores: Float64Array.from({ length: rows }, (_, i) => smallest(distances[name], i, sourceCount)),
  }));
  const fusedScores = fuseScores(parts);
  // Without a labelled image to compare with nothing can be said, so nothing is accepted.
  const pValue = fused.reference.wta.length === 0 ? new Float64Array(rows) : conformalPValues(fusedScores);
  const { nearest, margin } = nearestSources(distances.mahalanobis, rows, sourceCount);
  return {
    oodScore: Float32Array.from(fusedScores.scores),
    pValue: Float32Array.from(pValue),
    margin,
    nearest,
    source: nearest.map((label, i) => ((pValue[i] as number) > falseRejectRate ? label : UNASSIGNED)),
    hash: scores,
  };
}

interface BothDetectors {
  readonly wta: WtaDetector;
  readonly mahalanobis: MahalanobisDetector;
}

function fitBoth(
  { features, labels, sourceCount }: Members,
  options: DetectionOptions,
  seed: number,
): BothDetectors {
  return {
    wta: fitWtaDetector(features, labels, sourceCount, options, seed),
    mahalanobis: fitMahalanobis(features, labels, sourceCount, options.shrinkage),
  };
}

/** N × S distances, by the hash as it scored them; Infinity to a source of fewer than two images, which can accept nothing. */
function distancesTo(
  { wta, mahalanobis }: BothDetectors,
  images: FeatureSet,
  hash: Pick<WtaScores, 'distances'> = scoreImages(wta, images),
) {
  const distances = {
    wta: hash.distances.slice(),
    mahalanobis: mahalanobisDistances(mahalanobis, images),
  };
  for (const source of wta.uncalibrated) {
    for (let at = source; at < distances.wta.length; at += wta.sourceCount) {
      distances.wta[at] = Number.POSITIVE_INFINITY;
      distances.mahalanobis[at] = Number.POSITIVE_INFINITY;
    }
  }
  return distances;
}

function smallest(distances: Float32Array, row: number, sourceCount: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let s = 0; s < sourceCount; s++) best = Math.min(best, distances[row * sourceCount + s] as number);
  return best;
}

/** Nearest source by squared distance, and by how much farther the second is in roots; ties to the lower label. */
function nearestSources(distances: Float32Array, rows: number, sourceCount: number) {
  const nearest = new Int32Array(rows);
  const margin = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let first = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let s = 0; s < sourceCount; s++) {
      const distance = distances[i * sourceCount + s] as number;
      if (distance < first) {
        second = first;
        first = distance;
        nearest[i] = s;
      } else if (distance < second) second = distance;
    }
    margin[i] = first === Number.POSITIVE_INFINITY ? 0 : Math.sqrt(second) - Math.sqrt(first);
  }
  return { nearest, margin };
}

function rowsWhere(values: Int32Array, accepts: (value: number) => boolean): Int32Array {
  return Int32Array.from(values.keys()).filter((row) => accepts(values[row] as number));
}
