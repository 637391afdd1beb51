import { type Assignment, rowsWhere } from '@ganscout/data-model';
import { type BootstrapOptions, bootstrapIntervals, checkOptions, type Interval } from './bootstrap.js';
import { rankScores } from './detection.js';
import {
  type DiscoveryRates,
  discoveryRates,
  joinCells,
  type ScoredCase,
  sourcesWithoutCluster,
} from './discovery-rates.js';
import { checkGroundTruth, type GroundTruth } from './ground-truth.js';

/** What else an evaluation needs or may use. Arrays have one value per image unless said otherwise. */
export interface EvaluationOptions {
  /** `knownCount` values: index into `truth.sources` of each known label, or -1 if the truth has no such source. */
  readonly knownSourceOfLabel: ArrayLike<number>;
  /** Labels after giving the unassigned images to clusters, each in [-1, clusterCount). */
  readonly completedLabels?: Int32Array | null | undefined;
  /** Larger is more out-of-distribution; no NaN. */
  readonly oodScore?: ArrayLike<number> | null | undefined;
  /** Known label that each image would have if none were rejected (for OSCR and CCR), in [-1, knownCount); the
   * assignment's labels if left out, so that a rejected known image counts as not attributed. */
  readonly attributed?: Int32Array | null | undefined;
  /** Intervals are computed only if given. `groups` has one value per image. */
  readonly bootstrap?: BootstrapOptions | null | undefined;
}

/** Figures of one assignment; plain numbers, strings, arrays and nulls, so that it can be written as JSON. */
export interface DiscoveryFigures extends DiscoveryRates {
  /** Images with a true source: the only ones that count anywhere here. */
  readonly imageCount: number;
  readonly knownImageCount: number;
  readonly unknownImageCount: number;
  /** Of them in a discovered cluster. */
  readonly discoveredImageCount: number;
  /** Discovered clusters of the assignment. */
  readonly clusterCount: number;
  /** Unknown sources with at least one image. */
  readonly trueUnknownSourceCount: number;
  /** clusterCount / trueUnknownSourceCount: above 1 the clusters are fragments, below 1 mixtures; null without one. */
  readonly clustersPerUnknownSource: number | null;
  /** Number of unknown sources that are not the largest source (ties: the one listed first) of any discovered
   * cluster, and their names. */
  readonly sourcesWithoutCluster: number;
  readonly sourcesWithoutClusterNames: readonly string[];
  /** Percentile intervals of the figures that have one; null if no bootstrap was asked for. */
  readonly intervals: { readonly [Name in keyof DiscoveryRates]?: Interval } | null;
  /** How the intervals were made. */
  readonly bootstrap: {
    readonly seed: number;
    readonly resamples: number;
    readonly confidence: number;
    readonly unit: 'image' | 'group';
  } | null;
}

/**
 * Scores an assignment of the discovery set against the ground truth: purity, NMI and ARI of each part, accuracies,
 * rates, numbers of clusters and the detection figures (see `DiscoveryPart` and `DiscoveryRates` for each).
 *
 * Images without a true source (-1) are left out of every figure. With no image, figures are null and counts 0.
 *
 * @param truth in the row order of the assignment; not modified.
 * @param assignment known labels in [0, knownCount), discovered ones above, -1 unassigned; not modified.
 * @throws {TypeError} if a length does not fit.
 * @throws {RangeError} if a label or an option is out of range, a score is NaN, or a known label belongs to a source
 * that the truth calls unknown.
 *
 * Cost: O(N log N) with an OOD score, else O(N); each resample O(N); and the matchings, O(a² · b) for a sources and b
 * labels or the reverse, a ≤ b.
 */
export function evaluateDiscovery(
  truth: GroundTruth,
  assignment: Assignment,
  options: EvaluationOptions,
): DiscoveryFigures {
  checkInputs(truth, assignment, options);
  const rows = rowsWhere(truth.labels, (label) => label !== -1);
  const given = scoredCase(truth, assignment, options, rows);
  const cells = joinCells(given);
  const everyRow = Int32Array.from(rows.keys());
  const { bootstrap } = options;
  const groups = bootstrap?.groups === undefined ? undefined : pick(bootstrap.groups, rows);
  const intervals = bootstrap
    ? bootstrapIntervals((drawn) => ({ ...discoveryRates(given, cells, drawn) }), rows.length, {
        ...bootstrap,
        groups,
      })
    : null;
  return {
    ...countImages(truth, assignment, given),
    ...discoveryRates(given, cells, everyRow),
    intervals,
    bootstrap: bootstrap ? describeBootstrap(truth.labels.length, bootstrap) : null,
  };
}

/**
 * Checks an assignment once and scores any of its images after that, as a bootstrap of several assignments side by side does.
 *
 * @param truth in the row order of the assignment; kept, not modified.
 * @returns what takes rows of the assignment, some repeated or left out, and gives their figures; rows without a true source
 *   are passed over.
 * @throws as {@link evaluateDiscovery}.
 *
 * Cost: O(N) once; a call is that of a resample there.
 */
export function discoveryScorer(
  truth: GroundTruth,
  assignment: Assignment,
  options: Omit<EvaluationOptions, 'bootstrap'>,
): (rows: Int32Array) => DiscoveryRates {
  checkInputs(truth, assignment, options);
  const scored = rowsWhere(truth.labels, (label) => label !== -1);
  const given = scoredCase(truth, assignment, options, scored);
  const cells = joinCells(given);
  const place = new Int32Array(truth.labels.length).fill(-1);
  scored.forEach((row, i) => {
    place[row] = i;
  });
  return (rows) =>
    discoveryRates(
      given,
      cells,
      rows.map((row) => place[row]).filter((row) => row !== -1),
    );
}

function countImages(truth: GroundTruth, assignment: Assignment, given: ScoredCase) {
  const { sources, labels, knownCount, isKnown } = given;
  const knownImageCount = sources.filter((source) => isKnown[source] === 1).length;
  const clusterCount = assignment.clusterCount - knownCount;
  const trueUnknownSourceCount = [...new Set(sources)].filter((source) => isKnown[source] === 0).length;
  const missed = sourcesWithoutCluster(given);
  return {
    imageCount: sources.length,
    knownImageCount,
    unknownImageCount: sources.length - knownImageCount,
    discoveredImageCount: labels.filter((label) => label >= knownCount).length,
    clusterCount,
    trueUnknownSourceCount,
    clustersPerUnknownSource: trueUnknownSourceCount === 0 ? null : clusterCount / trueUnknownSourceCount,
    sourcesWithoutCluster: missed.length,
    sourcesWithoutClusterNames: missed.map((source) => truth.sources[source]),
  };
}

function scoredCase(
  truth: GroundTruth,
  { labels, knownCount }: Assignment,
  { knownSourceOfLabel, completedLabels, oodScore, attributed }: EvaluationOptions,
  rows: Int32Array,
): ScoredCase {
  const sources = pick(truth.labels, rows);
  const closedSet = pick(attributed ?? labels, rows);
  const isCorrect = (row: number) =>
    closedSet[row] >= 0 && closedSet[row] < knownCount && knownSourceOfLabel[closedSet[row]] === sources[row];
  return {
    sources,
    labels: pick(labels, rows),
    completed: completedLabels ? pick(completedLabels, rows) : null,
    knownCount,
    knownSourceOfLabel,
    isKnown: truth.isKnown,
    scored: oodScore
      ? {
          ranks: rankScores(
            'evaluateDiscovery',
            Float64Array.from(rows, (row) => oodScore[row]),
          ),
          isOod: Uint8Array.from(sources, (source) => 1 - truth.isKnown[source]),
          isCorrect: Uint8Array.from(sources, (_, row) => (isCorrect(row) ? 1 : 0)),
        }
      : null,
  };
}

function describeBootstrap(imageCount: number, options: BootstrapOptions) {
  const { resamples, confidence, groups } = checkOptions(imageCount, options);
  const unit: 'image' | 'group' = groups === undefined ? 'image' : 'group';
  return { seed: options.seed, resamples, confidence, unit };
}

function checkInputs(truth: GroundTruth, assignment: Assignment, options: EvaluationOptions): void {
  const { labels, knownCount, clusterCount } = assignment;
  const { knownSourceOfLabel, completedLabels, oodScore, attributed, bootstrap } = options;
  checkGroundTruth(truth, labels.length);
  checkRange('assignment.labels', labels, clusterCount, labels.length);
  if (completedLabels) checkRange('completedLabels', completedLabels, clusterCount, labels.length);
  if (attributed) checkRange('attributed', attributed, knownCount, labels.length);
  checkRange('knownSourceOfLabel', knownSourceOfLabel, truth.sources.length, knownCount);
  for (let label = 0; label < knownCount; label++) {
    const source = knownSourceOfLabel[label];
    if (source !== -1 && truth.isKnown[source] !== 1) {
      throw new RangeError(
        `evaluateDiscovery: the source of known label ${label} must be known in truth.isKnown, ${source} (${truth.sources[source]}) is not`,
      );
    }
  }
  if (oodScore && oodScore.length !== labels.length) {
    throw new TypeError(
      `evaluateDiscovery: oodScore must have ${labels.length} values, got ${oodScore.length}`,
    );
  }
  if (bootstrap) checkOptions(labels.length, bootstrap);
}

function checkRange(name: string, values: ArrayLike<number>, end: number, length: number): void {
  if (values.length !== length) {
    throw new TypeError(`evaluateDiscovery: ${name} must have ${length} values, got ${values.length}`);
  }
  for (let i = 0; i < values.length; i++) {
    if (values[i] < -1 || values[i] >= end) {
      throw new RangeError(
        `evaluateDiscovery: ${name} must be in [-1, ${end}), got ${values[i]} at index ${i}`,
      );
    }
  }
}

function pick(values: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => values[row]);
}
