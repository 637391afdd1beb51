import type { KernelMatrix } from './kernel-matrix.js';

/** Stopping tolerance on the violation of the optimality conditions, and the floor of a curvature. */
const TOLERANCE = 1e-3;
const SMALLEST_CURVATURE = 1e-12;

/** Dual variables being optimized. */
interface DualState {
  /** N, +1 or -1. */
  readonly sign: Float64Array;
  /** N, each in [0, cost]. */
  readonly alpha: Float64Array;
  /** N, gradient of the dual objective. */
  readonly gradient: Float64Array;
  readonly cost: number;
}

/**
 * Trains a support vector machine with kernel diagonal 1 and returns its decision values on its training rows.
 *
 * Sequential minimal optimization with second-order choice of the pair, until no pair violates optimality by
 * 1e-3 or more. Ties go to the lower row.
 *
 * @param kernelRow row i of the kernel matrix.
 * @param positive N, 1 for rows of the cluster, 0 for others; both must occur.
 * @returns N, positive on the side of the cluster.
 *
 * Cost: O(N) an iteration, and a kernel row for each new support vector.
 * Source: R.-E. Fan, P.-H. Chen, C.-J. Lin, "Working set selection using second order information for training
 * support vector machines", JMLR 6, 2005, algorithm 2 with selection WSS 2; offset as in LIBSVM.
 * Departs from the source: no shrinking.
 */
export function trainingDecisions(
  kernelRow: (row: number) => Float32Array,
  positive: Uint8Array,
  cost: number,
): Float64Array {
  const count = positive.length;
  const state: DualState = {
    sign: Float64Array.from(positive, (value) => (value === 1 ? 1 : -1)),
    alpha: new Float64Array(count),
    gradient: new Float64Array(count).fill(-1),
    cost,
  };
  for (let iteration = 0; iteration < iterationLimit(count); iteration++) {
    const first = mostViolating(state);
    if (first === -1) break;
    const firstRow = kernelRow(first);
    const second = bestPartner(state, first, firstRow);
    if (second === -1) break;
    optimizePair(state, first, second, firstRow, kernelRow(second));
  }
  return decisionsOf(state);
}

/** Machines that are trained at once, each with 24 bytes a row of its own. */
const BATCH_MACHINES = 64;

/**
 * Trains one support vector machine a cluster on a kernel matrix, and returns each row's decision value about its own.
 *
 * The same machines, to the bit, as {@link trainingDecisions} trains; several at a time.
 *
 * @param labels N, each in [0, clusterCount); every cluster has a row, and there are two or more.
 *
 * Cost: O(N) an iteration.
 */
export function ownClusterDecisions(
  { pool, address, stride }: KernelMatrix,
  labels: Int32Array,
  clusterCount: number,
  cost: number,
): Float64Array {
  const labelsAt = pool.reserve(stride * 4);
  const rowsAt = pool.reserve(BATCH_MACHINES * stride * 24);
  pool.int32(labelsAt, stride).fill(NO_CLUSTER).set(labels);
  const limits = [cost, TOLERANCE, SMALLEST_CURVATURE, iterationLimit(labels.length)];
  const decisions = new Float64Array(labels.length);
  for (let first = 0; first < clusterCount; first += BATCH_MACHINES) {
    const size = Math.min(BATCH_MACHINES, clusterCount - first);
    const machines = Array.from({ length: size }, (_, i) => {
      const ascents = rowsAt + i * stride * 24;
      return { cluster: first + i, ascents, alphas: ascents + stride * 8, masks: ascents + stride * 16 };
    });
    const calls = machines.map(({ cluster, ascents, alphas, masks }) => {
      return [address, stride, labelsAt, cluster, ...limits, ascents, alphas, masks, masks + stride * 4];
    });
    pool.run('supportVectorMachine', calls);
    for (const { cluster, ascents, alphas } of machines) {
      const sign = Float64Array.from(labels, (label) => (label === cluster ? 1 : -1));
      const gradient = pool.float64(ascents, labels.length).map((ascent, i) => -sign[i] * ascent);
      const values = decisionsOf({ sign, gradient, alpha: pool.float64(alphas, labels.length), cost });
      for (let i = 0; i < labels.length; i++) if (labels[i] === cluster) decisions[i] = values[i];
    }
  }
  return decisions;
}

/** Label of the rows that fill up a matrix: no cluster's, so the machines never choose them. */
const NO_CLUSTER = -1;

function iterationLimit(rows: number): number {
  return Math.max(10_000_000, 100 * rows);
}

/** Whether the product of sign and dual variable can still grow. */
function canGrow({ sign, alpha, cost }: DualState, i: number): boolean {
  return sign[i] === 1 ? alpha[i] < cost : alpha[i] > 0;
}

/** Whether the product of sign and dual variable can still shrink. */
function canShrink({ sign, alpha, cost }: DualState, i: number): boolean {
  return sign[i] === 1 ? alpha[i] > 0 : alpha[i] < cost;
}

function mostViolating(state: DualState): number {
  const { sign, gradient } = state;
  let best = -1;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < sign.length; i++) {
    const value = -sign[i] * gradient[i];
    if (value > largest && canGrow(state, i)) {
      largest = value;
      best = i;
    }
  }
  return best;
}

/** The row that with `first` lowers the dual objective most, or -1 if nothing violates by the tolerance. */
function bestPartner(state: DualState, first: number, firstRow: Float32Array): number {
  const { sign, gradient } = state;
  const up = -sign[first] * gradient[first];
  let best = -1;
  let largestGain = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let j = 0; j < sign.length; j++) {
    if (!canShrink(state, j)) continue;
    const value = -sign[j] * gradient[j];
    if (value < smallest) smallest = value;
    const difference = up - value;
    if (difference <= 0) continue;
    const curvature = Math.max(SMALLEST_CURVATURE, 2 - 2 * firstRow[j]);
    const gain = (difference * difference) / curvature;
    if (gain > largestGain) {
      largestGain = gain;
      best = j;
    }
  }
  return up - smallest < TOLERANCE ? -1 : best;
}

/** Moves both variables along the equality constraint to the optimum within [0, cost]; updates the gradient. */
function optimizePair(
  { sign, alpha, gradient, cost }: DualState,
  i: number,
  j: number,
  rowI: Float32Array,
  rowJ: Float32Array,
): void {
  const curvature = Math.max(SMALLEST_CURVATURE, 2 - 2 * rowI[j]);
  const wanted = (sign[j] * gradient[j] - sign[i] * gradient[i]) / curvature;
  const roomI = sign[i] === 1 ? cost - alpha[i] : alpha[i];
  const roomJ = sign[j] === 1 ? alpha[j] : cost - alpha[j];
  const step = Math.min(wanted, roomI, roomJ);
  alpha[i] = step === roomI ? (sign[i] === 1 ? cost : 0) : alpha[i] + sign[i] * step;
  alpha[j] = step === roomJ ? (sign[j] === 1 ? 0 : cost) : alpha[j] - sign[j] * step;
  for (let t = 0; t < sign.length; t++) gradient[t] += sign[t] * step * (rowI[t] - rowJ[t]);
}

function decisionsOf(state: DualState): Float64Array {
  const offset = decisionOffset(state);
  return state.gradient.map((value, i) => state.sign[i] * (value + 1) - offset);
}

/** Mean of sign · gradient over the free variables, or the middle of the interval the bounded ones leave. */
function decisionOffset({ sign, alpha, gradient, cost }: DualState): number {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let sum = 0;
  let free = 0;
  for (let i = 0; i < sign.length; i++) {
    const value = sign[i] * gradient[i];
    if (alpha[i] > 0 && alpha[i] < cost) {
      sum += value;
      free++;
    } else if ((alpha[i] === 0) === (sign[i] === 1)) high = Math.min(high, value);
    else low = Math.max(low, value);
  }
  return free > 0 ? sum / free : (low + high) / 2;
}
