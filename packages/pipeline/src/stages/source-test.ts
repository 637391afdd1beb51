import { type FeatureSet, rowsWhere, selectRows, UNASSIGNED } from '@ganscout/data-model';
import {
  assignFolds,
  conformalPValues,
  fitMahalanobis,
  fuseScores,
  type MahalanobisDetector,
  mahalanobisDistances,
} from '@ganscout/ood-scores';
import { crossFitDistances, fitWtaDetector, scoreImages, type WtaDetector } from '@ganscout/wta-ood';
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
  const { folds: foldCount, shrinkage } = options;
  const folds = assignFolds(labels, groups, foldCount, seed);
  const hash = crossFitDistances({ known: features, labels, sourceCount, folds, foldCount }, options, seed);
  const wta: number[] = [];
  const mahalanobis: number[] = [];
  for (let fold = 0; fold < foldCount; fold++) {
    const inside = rowsWhere(folds, (value) => value === fold);
    const outside = rowsWhere(folds, (value) => value !== fold);
    if (inside.length === 0 || outside.length === 0) continue;
    const labelsOutside = outside.map((row) => labels[row] as number);
    const fitted = fitMahalanobis(selectRows(features, outside), labelsOutside, sourceCount, shrinkage);
    const distances = mahalanobisDistances(fitted, selectRows(features, inside));
    inside.forEach((row, i) => {
      if (!canAccept(fitted.sizes, labels[row] as number)) return;
      wta.push(smallest(hash, row, fitted.sizes));
      mahalanobis.push(smallest(distances, i, fitted.sizes));
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
  const wta = fitWtaDetector(features, labels, sourceCount, options, seed);
  if (reference === null) return { falseRejectRate, wta, fused: null };
  const mahalanobis = fitMahalanobis(features, labels, sourceCount, options.shrinkage);
  return { falseRejectRate, wta, fused: { mahalanobis, reference } };
}

/** Scores images against the sources of a test. */
export function applySourceTest(
  { falseRejectRate, wta, fused }: SourceTest,
  images: FeatureSet,
): SourceScores {
  const scores = scoreImages(wta, images);
  if (fused === null) return { ...scores, hash: scores };
  const { sizes } = wta;
  const rows = images.ids.length;
  const distances = {
    wta: scores.distances,
    mahalanobis: mahalanobisDistances(fused.mahalanobis, images),
  };
  const parts = (['wta', 'mahalanobis'] as const).map((name) => ({
    reference: fused.reference[name],
    scores: new Float64Array(rows).map((_, i) => smallest(distances[name], i, sizes)),
  }));
  const fusedScores = fuseScores(parts);
  // Without a labelled image to compare with nothing can be said, so nothing is accepted.
  const pValue = fused.reference.wta.length === 0 ? new Float64Array(rows) : conformalPValues(fusedScores);
  const { nearest, margin } = nearestSources(distances.mahalanobis, rows, sizes);
  return {
    oodScore: new Float32Array(fusedScores.scores),
    pValue: new Float32Array(pValue),
    margin,
    nearest,
    source: nearest.map((label, i) => ((pValue[i] as number) > falseRejectRate ? label : UNASSIGNED)),
    hash: scores,
  };
}

/** Whether a source has the two images without which it can accept nothing. @param sizes S, images of each source. */
function canAccept(sizes: Int32Array, source: number): boolean {
  return (sizes[source] as number) >= 2;
}

/** Distance of a row to the nearest source that can accept; Infinity if there is none. */
function smallest(distances: Float32Array, row: number, sizes: Int32Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (let s = 0; s < sizes.length; s++) {
    if (canAccept(sizes, s)) best = Math.min(best, distances[row * sizes.length + s] as number);
  }
  return best;
}

/** Nearest source that can accept, by squared distance, and by how much farther the second is in roots; ties to the lower label. */
function nearestSources(distances: Float32Array, rows: number, sizes: Int32Array) {
  const nearest = new Int32Array(rows);
  const margin = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let first = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let s = 0; s < sizes.length; s++) {
      if (!canAccept(sizes, s)) continue;
      const distance = distances[i * sizes.length + s] as number;
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
