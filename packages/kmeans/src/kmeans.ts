import type { FeatureSet } from '@ganscout/data-model';
import { createRandom, meanByLabel, type Random, squaredDistance } from '@ganscout/numeric';
import { assignRows, startAssignment } from './bounded-assignment.js';
import { emptyLabels, startSums, updateCentroids } from './centroid-update.js';
import { codeRows, type RowCodes } from './codes.js';
import type { KMeansEngine } from './ml-kmeans-engine.js';
import { automaticClusterCount, type KMeansOptions } from './options.js';
import { chooseRandomRows, chooseSeeds } from './seeding.js';

/** Rows split into clusters; each row's centroid is the nearest one in `centroids`. */
export interface KMeansResult {
  /** N, each in [0, clusterCount). */
  readonly labels: Int32Array;
  /** clusterCount × D, row-major. */
  readonly centroids: Float32Array;
  readonly clusterCount: number;
  /** Sum of the squared Euclidean distances of the rows to their centroids. */
  readonly inertia: number;
  /** Inertia at the start centroids, then after each iteration; never rises. With 'ml-kmeans' the last one only. */
  readonly inertiaByIteration: readonly number[];
  readonly iterations: number;
  /** Whether it stopped before `maxIterations`. */
  readonly converged: boolean;
}

/**
 * Splits the rows into clusters by k-means: k-means++ seeding or random rows, then Lloyd's algorithm.
 *
 * Every label in [0, clusterCount) occurs: clusterCount is less than asked for when there are fewer distinct
 * rows, or when a cluster is empty at the end. No rows give no clusters. Of several restarts the one of least
 * inertia is returned, ties to the first. Stops as {@link kmeansFrom} does.
 *
 * @param features N × D, finite; not modified.
 * @param seed integer in [0, 2^53); equal seeds give equal bytes.
 * @param mlKMeans what `loadMlKMeans` returns; needed by engine 'ml-kmeans' only.
 * @throws {RangeError} if clusterCount is larger than N (N ≥ 1), or a feature is not finite.
 *
 * Cost: see {@link kmeansFrom}; seeding costs at most a few iterations without bounds, with 'k-means++-greedy' about
 * ln k of them.
 * Source: S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
 */
export function kmeans(
  features: FeatureSet,
  options: KMeansOptions,
  seed: number,
  mlKMeans: KMeansEngine | null = null,
): KMeansResult {
  checkFinite(features);
  const rows = features.ids.length;
  if (rows === 0) return emptyResult();
  const count = options.clusterCount === 'auto' ? automaticClusterCount(rows, options) : options.clusterCount;
  if (!Number.isInteger(count) || count < 1 || count > rows) {
    throw new RangeError(`kmeans: clusterCount must be an integer in [1, ${rows}], got ${count}`);
  }
  let best: KMeansResult | undefined;
  for (let restart = 0; restart < options.restarts; restart++) {
    const random = createRandom(seed, `kmeans/restart-${restart}`);
    const codes = codeRows(features.data, features.dims);
    const seeds = drawSeeds(features, codes, count, options, random);
    const result =
      options.engine === 'ml-kmeans'
        ? checkedEngine(mlKMeans)(features.data, features.dims, seeds, {
            maxIterations: options.maxIterations,
            largestMove: (smallestMove(features, options.tolerance) * features.dims) / seeds.length,
          })
        : iterate(features, codes, seeds, options);
    if (best === undefined || result.inertia < best.inertia) best = result;
  }
  return dropEmptyClusters(best as KMeansResult, features.dims);
}

function checkedEngine(engine: KMeansEngine | null): KMeansEngine {
  if (engine !== null) return engine;
  throw new RangeError('kmeans: engine "ml-kmeans" needs what loadMlKMeans returns, got none');
}

function drawSeeds(
  { data, dims }: FeatureSet,
  codes: RowCodes,
  count: number,
  { initialization }: KMeansOptions,
  random: Random,
): Float32Array {
  if (initialization === 'random') return chooseRandomRows(data, dims, count, random);
  const weighting = initialization === 'k-means++-distance' ? 'plain' : 'squared';
  const trialCount = initialization === 'k-means++-greedy' ? 2 + Math.floor(Math.log(count)) : 1;
  return chooseSeeds(data, codes, count, { weighting, trialCount }, random);
}

/**
 * Splits the rows into k clusters by Lloyd's algorithm, starting from the given centroids.
 *
 * An iteration moves the centroids to the means of their rows, then assigns the rows again. Stops when no
 * label changes and no empty cluster was moved, when the centroids move less than `tolerance`, or after
 * `maxIterations`. Ties go to the lower label. A cluster may be empty at the end.
 *
 * @param features N × D, finite; not modified.
 * @param initial k × D, row-major, finite; not modified.
 * @throws {TypeError} if `initial` is not k × D. @throws {RangeError} if k is 0 or a value is not finite.
 *
 * Cost: O(N · k · D) for the first iteration, usually far less for the others; memory, kept for later calls: 2 · N · D bytes
 * and N · k / 8 values, the latter at most 256 MB. Runs on the threads of `setKernelThreads`, which change nothing else.
 * Source: Lloyd 1982; labels found by the bounds of Y. Ding et al., "Yinyang k-means", ICML 2015.
 * Departs from the source: a cluster that loses all its rows is moved to the farthest row or stays
 * (`emptyCluster`).
 */
export function kmeansFrom(
  features: FeatureSet,
  initial: Float32Array,
  options: Pick<KMeansOptions, 'maxIterations' | 'tolerance' | 'emptyCluster'>,
): KMeansResult {
  checkFinite(features);
  const count = initial.length / features.dims;
  if (!Number.isInteger(count)) {
    throw new TypeError(
      `kmeansFrom: initial must hold rows of ${features.dims} values, got ${initial.length} values`,
    );
  }
  if (count < 1) throw new RangeError('kmeansFrom: initial must hold at least one centroid, got none');
  if (!initial.every(Number.isFinite)) {
    throw new RangeError('kmeansFrom: every value of initial must be finite, got NaN or infinity');
  }
  return iterate(features, codeRows(features.data, features.dims, initial), initial.slice(), options);
}

function iterate(
  { data, dims }: FeatureSet,
  codes: RowCodes,
  initial: Float32Array,
  options: Pick<KMeansOptions, 'maxIterations' | 'tolerance' | 'emptyCluster'>,
): KMeansResult {
  const k = initial.length / dims;
  const rows = data.length / dims;
  const smallest = smallestMove({ data, dims }, options.tolerance);
  const state = startAssignment(codes, initial);
  const sums = startSums(rows, dims, k);
  let centroids = initial;
  assignRows(data, centroids, new Float64Array(k), state);
  const inertiaByIteration = [sum(state.squared)];
  let converged = false;
  let iterations = 0;
  while (!converged && iterations < options.maxIterations) {
    const update = updateCentroids(
      data,
      state.labels,
      state.squared,
      { centroids, dims },
      options.emptyCluster,
      sums,
    );
    centroids = update.centroids;
    const changed = assignRows(data, centroids, update.moves, state);
    inertiaByIteration.push(sum(state.squared));
    iterations++;
    converged = update.reseeded === 0 && (changed === 0 || update.squaredMove < smallest);
  }
  return {
    labels: state.labels,
    centroids,
    clusterCount: k,
    inertia: inertiaByIteration[iterations],
    inertiaByIteration,
    iterations,
    converged,
  };
}

function dropEmptyClusters(result: KMeansResult, dims: number): KMeansResult {
  const empty = new Set(emptyLabels(result.labels, result.clusterCount));
  if (empty.size === 0) return result;
  const kept = Array.from({ length: result.clusterCount }, (_, c) => c).filter((c) => !empty.has(c));
  const renumbered = new Map(kept.map((label, i) => [label, i]));
  const centroids = new Float32Array(kept.length * dims);
  kept.forEach((label, i) => {
    centroids.set(result.centroids.subarray(label * dims, (label + 1) * dims), i * dims);
  });
  const labels = result.labels.map((label) => renumbered.get(label) as number);
  return { ...result, labels, centroids, clusterCount: kept.length };
}

/** Sum of squared moves of all centroids below which iterating stops: tolerance times the mean variance of a feature. */
function smallestMove({ data, dims }: Pick<FeatureSet, 'data' | 'dims'>, tolerance: number): number {
  const rows = data.length / dims;
  const mean = meanByLabel(data, new Int32Array(rows), dims, 1);
  let total = 0;
  for (let i = 0; i < rows; i++) total += squaredDistance(data, i, mean, 0, dims);
  return tolerance * (total / Math.max(1, data.length));
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

function emptyResult(): KMeansResult {
  return {
    labels: new Int32Array(0),
    centroids: new Float32Array(0),
    clusterCount: 0,
    inertia: 0,
    inertiaByIteration: [0],
    iterations: 0,
    converged: true,
  };
}

function checkFinite({ ids, dims, data }: FeatureSet): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / dims);
      throw new RangeError(
        `kmeans: every feature must be finite, got ${data[i]} in row ${row} (${ids[row]})`,
      );
    }
  }
}
