import { squaredDistance } from '@ganscout/numeric';
import { type CentroidGroups, groupCentroids } from './centroid-groups.js';
import { fourSquaredDistances } from './four-distances.js';

/** Rows assigned to their nearest centroids, with what the next assignment can reuse. */
export interface AssignmentState {
  /** N, each in [0, k). */
  readonly labels: Int32Array;
  /** N, squared distance of each row to its centroid. */
  readonly squared: Float64Array;
  /** N × groups: no centroid of the group, other than the row's own, is nearer than this. */
  readonly lower: Float32Array;
  readonly groups: CentroidGroups;
}

// Bounds are rounded down by more than storing them in float32 can round them up.
const SHRINK = 1 - 2 ** -22;

/** State that knows nothing about any distance yet. */
export function startAssignment(rows: number, centroids: Float32Array, dims: number): AssignmentState {
  const groups = groupCentroids(centroids, dims);
  return {
    labels: new Int32Array(rows),
    squared: new Float64Array(rows),
    lower: new Float32Array(rows * groups.count),
    groups,
  };
}

/**
 * Assigns each row to its nearest centroid; ties go to the lower label. Overwrites the state.
 *
 * Gives the labels of a full search: a centroid is skipped only when a lower bound on its distance,
 * by the triangle inequality from earlier iterations, is larger than the distance to the row's own centroid.
 *
 * @param moves k, how far each centroid has moved since the last assignment, rounded up by 1e-9 of it.
 * @returns number of labels that changed.
 *
 * Cost: O(N · (D + k / 10)) plus D for each centroid that no bound excludes.
 * Source: Y. Ding et al., "Yinyang k-means", ICML 2015 (group and local filter).
 * Departs from the source: the distance to the row's own centroid is computed at every assignment, which
 * gives the inertia as well; all candidates of a row are collected first and computed in fours.
 */
export function assignRows(
  data: Float32Array,
  dims: number,
  centroids: Float32Array,
  moves: Float64Array,
  state: AssignmentState,
): number {
  const { labels, squared, lower, groups } = state;
  const k = centroids.length / dims;
  const candidates = new Int32Array(k + 3);
  const distances = new Float64Array(k + 3);
  const groupMoves = largestMoves(moves, groups);
  let changed = 0;
  for (let i = 0; i < labels.length; i++) {
    const own = labels[i];
    const ownSquared = squaredDistance(data, i, centroids, own, dims);
    const count = collectCandidates(i, ownSquared, moves, groupMoves, state, candidates);
    for (let j = count; j % 4 !== 0; j++) candidates[j] = own;
    for (let j = 0; j < count; j += 4) {
      fourSquaredDistances(data, i * dims, centroids, dims, candidates, j, distances);
    }
    const best = nearestCandidate(own, ownSquared, candidates, distances, count);
    lowerBounds(i, best, candidates, distances, count, state);
    if (best === -1) {
      squared[i] = ownSquared;
      continue;
    }
    const g = i * groups.count + groups.groupOf[own];
    lower[g] = Math.min(lower[g], Math.sqrt(ownSquared) * SHRINK);
    squared[i] = distances[best];
    labels[i] = candidates[best];
    changed++;
  }
  return changed;
}

/** Lists the centroids that may be nearer to row i than its own; bounds move with the centroids. */
function collectCandidates(
  i: number,
  ownSquared: number,
  moves: Float64Array,
  groupMoves: Float64Array,
  { labels, lower, groups }: AssignmentState,
  candidates: Int32Array,
): number {
  const { count: groupCount, members, start } = groups;
  const own = labels[i];
  let count = 0;
  for (let g = 0; g < groupCount; g++) {
    const at = i * groupCount + g;
    const before = lower[at];
    const bound = Math.max(0, (before - groupMoves[g]) * SHRINK);
    if (bound * bound > ownSquared) {
      lower[at] = bound;
      continue;
    }
    let skipped = Number.POSITIVE_INFINITY;
    for (let m = start[g]; m < start[g + 1]; m++) {
      const c = members[m];
      if (c === own) continue;
      const memberBound = (before - moves[c]) * SHRINK;
      if (memberBound > 0 && memberBound * memberBound > ownSquared) {
        skipped = Math.min(skipped, memberBound);
      } else candidates[count++] = c;
    }
    lower[at] = skipped;
  }
  return count;
}

/** Index of the candidate that beats the row's own centroid, or -1. */
function nearestCandidate(
  own: number,
  ownSquared: number,
  candidates: Int32Array,
  distances: Float64Array,
  count: number,
): number {
  let best = -1;
  let bestLabel = own;
  let bestSquared = ownSquared;
  for (let j = 0; j < count; j++) {
    const distance = distances[j];
    if (distance < bestSquared || (distance === bestSquared && candidates[j] < bestLabel)) {
      best = j;
      bestLabel = candidates[j];
      bestSquared = distance;
    }
  }
  return best;
}

/** Lowers row i's bounds to the distances just computed, except the nearest one's. */
function lowerBounds(
  i: number,
  best: number,
  candidates: Int32Array,
  distances: Float64Array,
  count: number,
  { lower, groups }: AssignmentState,
): void {
  for (let j = 0; j < count; j++) {
    if (j === best) continue;
    const at = i * groups.count + groups.groupOf[candidates[j]];
    const bound = lower[at];
    // Squares first: most distances lower nothing, and need no root.
    if (distances[j] < bound * bound) lower[at] = Math.sqrt(distances[j]) * SHRINK;
  }
}

function largestMoves(moves: Float64Array, groups: CentroidGroups): Float64Array {
  const largest = new Float64Array(groups.count);
  for (let c = 0; c < moves.length; c++) {
    const g = groups.groupOf[c];
    largest[g] = Math.max(largest[g], moves[c]);
  }
  return largest;
}
