import { type FeatureSet, rowsWhere, UNASSIGNED } from '@ganscout/data-model';
import { createRandom, permutation } from '@ganscout/numeric';
import { fillKernelMatrix, kernelMatrixMegabytes } from './kernel-matrix.js';
import { landmarkFeatures } from './landmark-features.js';
import { leaveOneOutDecisions } from './least-squares.js';
import type { RefineOptions } from './options.js';
import { createKernelRows, type RbfRows, scaleGamma } from './rbf-kernel.js';
import { ownClusterDecisions, trainingDecisions } from './support-vector-machine.js';

/** What refining left of the clusters. */
export interface RefineResult {
  /** N, the label given, or -1 where the row was released; labels are not renumbered. */
  readonly labels: Int32Array;
  /** N, how clearly the row belongs to its cluster: positive if it does; 0 for rows given as unassigned. */
  readonly decisions: Float32Array;
  /** One for each label in [0, clusterCount). */
  readonly clusters: readonly RefinedCluster[];
}

/** One cluster before and after. */
export interface RefinedCluster {
  readonly label: number;
  /** Rows it had. */
  readonly size: number;
  /** Rows it has; 0 if it dissolved. */
  readonly kept: number;
  /** Whether all its rows were released. */
  readonly dissolved: boolean;
}

/**
 * Releases rows that do not belong to their cluster, and dissolves clusters that do not hold together.
 *
 * Each cluster is separated from the rows of all other clusters by a classifier with RBF kernel. A cluster
 * dissolves if at most `minimumShare` of its rows, or fewer than `minimumSize`, are judged to belong to it;
 * otherwise it loses the rows judged not to. A single cluster has nothing to be compared with: all its rows
 * belong to it. Rows given as unassigned take no part.
 *
 * @param features N × D, finite; not modified.
 * @param labels N, each -1 or in [0, clusterCount); not modified.
 * @param seed integer in [0, 2^53); draws the landmarks.
 * @throws {TypeError} if there is not one label for each row.
 * @throws {RangeError} if a label is out of range or a feature is not finite.
 *
 * Cost: 'nystrom' O(N · m · (D + m)) for all clusters together, m landmarks; 'svm' O(N) an iteration
 * of each machine, and O(N² · D) for the kernel matrix, or O(N · D) for each support vector where it does not fit.
 * Source: S. Girish et al., ICCV 2021 ('svm', judged on its own training rows).
 * Departs from the source: by default rows are judged by a fit without them, and classes are balanced.
 */
export function refineClusters(
  features: FeatureSet,
  labels: Int32Array,
  clusterCount: number,
  options: RefineOptions,
  seed: number,
): RefineResult {
  checkInput(features, labels, clusterCount);
  const decisions = new Float32Array(labels.length);
  const members = rowsWhere(labels, (label) => label !== UNASSIGNED);
  if (members.length > 0) {
    const values = memberDecisions(features, labels, members, options, seed);
    for (let i = 0; i < members.length; i++) decisions[members[i]] = values[i];
  }
  return applyDecisions(labels, decisions, clusterCount, options);
}

/** Decision value of each assigned row about its own cluster. */
function memberDecisions(
  { data, dims }: FeatureSet,
  labels: Int32Array,
  members: Int32Array,
  options: RefineOptions,
  seed: number,
): Float64Array {
  const memberData = gatherRows(data, dims, members);
  const { compact, count } = compactMembers(labels, members);
  if (count === 1) return new Float64Array(members.length).fill(1);
  const gamma = options.gamma === 'scale' ? scaleGamma(memberData, dims) : options.gamma;
  const rows: RbfRows = { data: memberData, dims, gamma };
  if (options.solver === 'svm') return machineDecisions(rows, compact, count, options);
  const random = createRandom(seed, 'refine/landmarks');
  const landmarks = permutation(random, members.length).slice(0, options.landmarkCount).sort();
  return leaveOneOutDecisions(landmarkFeatures(rows, landmarks), compact, count, options.regularization);
}

function machineDecisions(
  rows: RbfRows,
  labels: Int32Array,
  clusterCount: number,
  options: RefineOptions,
): Float64Array {
  const { cost, kernelCacheMegabytes } = options;
  if (kernelMatrixMegabytes(labels.length) <= kernelCacheMegabytes) {
    return ownClusterDecisions(fillKernelMatrix(rows), labels, clusterCount, cost);
  }
  const kernelRow = createKernelRows(rows, kernelCacheMegabytes);
  const decisions = new Float64Array(labels.length);
  for (let c = 0; c < clusterCount; c++) {
    const positive = Uint8Array.from(labels, (label) => (label === c ? 1 : 0));
    const values = trainingDecisions(kernelRow, positive, cost);
    for (let i = 0; i < labels.length; i++) if (labels[i] === c) decisions[i] = values[i];
  }
  return decisions;
}

function applyDecisions(
  labels: Int32Array,
  decisions: Float32Array,
  clusterCount: number,
  { minimumSize, minimumShare }: RefineOptions,
): RefineResult {
  const sizes = new Int32Array(clusterCount);
  const positives = new Int32Array(clusterCount);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === UNASSIGNED) continue;
    sizes[labels[i]]++;
    if (decisions[i] > 0) positives[labels[i]]++;
  }
  const clusters = Array.from(sizes, (size, label) => {
    const positive = positives[label];
    const dissolved = positive < minimumSize || positive <= minimumShare * size;
    return { label, size, kept: dissolved ? 0 : positive, dissolved };
  });
  const refined = labels.map((label, i) => {
    if (label === UNASSIGNED || clusters[label].dissolved || decisions[i] <= 0) return UNASSIGNED;
    return label;
  });
  return { labels: refined, decisions, clusters };
}

function gatherRows(data: Float32Array, dims: number, rows: Int32Array): Float32Array {
  if (rows.length * dims === data.length) return data;
  const gathered = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    gathered.set(data.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return gathered;
}

/** Labels of the members without gaps. */
function compactMembers(labels: Int32Array, members: Int32Array): { compact: Int32Array; count: number } {
  const found = [...new Set(members.map((row) => labels[row]))].sort((a, b) => a - b);
  const renumbered = new Map(found.map((label, i) => [label, i]));
  return { compact: members.map((row) => renumbered.get(labels[row]) as number), count: found.length };
}

function checkInput({ ids, dims, data }: FeatureSet, labels: Int32Array, clusterCount: number): void {
  if (labels.length !== ids.length) {
    throw new TypeError(
      `refineClusters: labels must hold one value for each of ${ids.length} rows, got ${labels.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label < UNASSIGNED || label >= clusterCount);
  if (wrong !== -1) {
    throw new RangeError(
      `refineClusters: labels must be in [-1, ${clusterCount}), got ${labels[wrong]} in row ${wrong}`,
    );
  }
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken !== -1) {
    const row = Math.floor(broken / dims);
    throw new RangeError(
      `refineClusters: every feature must be finite, got ${data[broken]} in row ${row} (${ids[row]})`,
    );
  }
}
