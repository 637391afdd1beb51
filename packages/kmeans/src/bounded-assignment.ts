import { type CentroidGroups, groupCentroids, PANEL } from './centroid-groups.js';
import { codeVector, int16, type RowCodes, roundDown, roundUp } from './codes.js';
import { fourSquaredDistances, ownSquaredDistances } from './exact-distances.js';

/** Rows assigned to their nearest centroids, with what the next assignment can reuse. */
export interface AssignmentState {
  /** N, each in [0, k); -1 before the first assignment. */
  readonly labels: Int32Array;
  /** N, squared distance of each row to its centroid. */
  readonly squared: Float64Array;
  readonly groups: CentroidGroups;
  readonly codes: RowCodes;
  readonly kernel: KernelMemory;
}

/** What the kernel `challengers` reads and writes; see there. Distances are scaled as the codes are. */
interface KernelMemory {
  readonly setup: number;
  /** Each call's own bytes, one after the other. */
  readonly tiles: number;
  readonly labels: Int32Array;
  /** N × groups: no centroid of the group, other than the row's own, is nearer than this. */
  readonly lower: Float32Array;
  /** N × 4 words, as integers and as numbers. */
  readonly found: Int32Array;
  readonly foundValues: Float32Array;
  readonly panels: Int16Array;
  readonly columns: Float32Array;
  readonly columnLabels: Int32Array;
  readonly groupValues: Float32Array;
}

/** Bounds of all rows take at most this many bytes, by fewer and larger groups if need be. */
const MOST_BOUND_BYTES = 2 ** 28;
const SMALLEST_GROUP = 16;
const CALL_ROWS = 256;
const CALL_BYTES = 320;
/** Words of a panel's columns: steps, squares, labels. */
const COLUMN_WORDS = 3 * PANEL;
/** More than the rounding of distances in float64 and of bounds in float32 can add up to. */
const SHRINK = 1 - 2 ** -21;

/** State that knows nothing about any distance yet. Its memory is the kernels' until rows are coded again. */
export function startAssignment(codes: RowCodes, centroids: Float32Array): AssignmentState {
  const { rows, dims, pool } = codes;
  const k = centroids.length / dims;
  const mostGroups = Math.max(1, Math.floor(MOST_BOUND_BYTES / 4 / Math.max(1, rows)));
  const size = Math.max(SMALLEST_GROUP, PANEL * Math.ceil((2 * k) / mostGroups / PANEL));
  const groups = groupCentroids(centroids, dims, size);
  return {
    labels: new Int32Array(rows).fill(-1),
    squared: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    groups,
    codes,
    kernel: reserveMemory(codes, groups, pool),
  };
}

function reserveMemory(codes: RowCodes, groups: CentroidGroups, pool: RowCodes['pool']): KernelMemory {
  const { rows, rowBytes } = codes;
  const panelCount = panelStarts(groups)[groups.count];
  const setup = pool.reserve(64);
  const labels = pool.reserve(rows * 4);
  const lower = pool.reserve(rows * groups.count * 4);
  const found = pool.reserve(rows * 16);
  const scratch = pool.reserve(rows * 4);
  const tiles = pool.reserve(Math.ceil(rows / CALL_ROWS) * CALL_BYTES);
  const panels = pool.reserve(panelCount * rowBytes * PANEL);
  const columns = pool.reserve(panelCount * COLUMN_WORDS * 4);
  const groupWords = pool.reserve(groups.count * 16);
  const addresses = [
    codes.codes,
    codes.factsAddress,
    labels,
    lower,
    found,
    scratch,
    panels,
    columns,
    groupWords,
  ];
  pool.int32(setup, 11).set([...addresses, groups.count, rowBytes]);
  const starts = panelStarts(groups);
  const groupFacts = pool.int32(groupWords, groups.count * 4);
  for (let g = 0; g < groups.count; g++) groupFacts.set([starts[g], starts[g + 1]], g * 4);
  const columnLabels = pool.int32(columns, panelCount * COLUMN_WORDS);
  return {
    setup,
    tiles,
    labels: pool.int32(labels, rows),
    lower: pool.float32(lower, rows * groups.count).fill(0),
    found: pool.int32(found, rows * 4),
    foundValues: pool.float32(found, rows * 4),
    panels: int16(pool, panels, (panelCount * rowBytes * PANEL) / 2).fill(0),
    columns: pool.float32(columns, panelCount * COLUMN_WORDS),
    columnLabels,
    groupValues: pool.float32(groupWords, groups.count * 4),
  };
}

/** groups + 1, the first panel of each group; a group begins a panel. */
function panelStarts({ count, start }: CentroidGroups): Int32Array {
  const starts = new Int32Array(count + 1);
  for (let g = 0; g < count; g++) starts[g + 1] = starts[g] + Math.ceil((start[g + 1] - start[g]) / PANEL);
  return starts;
}

/**
 * Assigns each row to its nearest centroid; ties go to the lower label. Overwrites the state.
 *
 * Gives the labels of a full search in float64. A group of centroids is skipped only when a lower bound on its distances, by
 * the triangle inequality from earlier assignments, is larger than the distance to the row's own centroid; of the others
 * the distances of 16-bit codes tell which can be nearest, and where their errors leave that open, float64 decides.
 *
 * @param moves k, how far each centroid has moved since the last assignment, rounded up by 1e-9 of it.
 * @returns number of labels that changed.
 *
 * Cost: O(N · (D + k / 16)) plus D for each centroid of a group that no bound excludes.
 * Source: Y. Ding et al., "Yinyang k-means", ICML 2015 (group filter).
 * Departs from the source: the distance to the row's own centroid is computed at every assignment, which gives the inertia
 * as well; no filter within a group; groups by halving, so that each fills whole panels of the kernel.
 */
export function assignRows(
  data: Float32Array,
  centroids: Float32Array,
  moves: Float64Array,
  state: AssignmentState,
): number {
  const { labels, squared, codes, kernel, groups } = state;
  const { rows, dims, pool, facts, scale } = codes;
  if (labels[0] !== -1) ownSquaredDistances(data, centroids, dims, labels, squared);
  for (let i = 0; i < rows; i++) facts[i * 4 + 3] = roundUp(Math.sqrt(squared[i]) * scale);
  kernel.labels.set(labels);
  codeCentroids(centroids, moves, state);
  const calls: number[][] = [];
  for (let first = 0; first < rows; first += CALL_ROWS) {
    const tiles = kernel.tiles + calls.length * CALL_BYTES;
    calls.push([kernel.setup, first, Math.min(CALL_ROWS, rows - first), tiles]);
  }
  pool.run('challengers', calls);
  const search = exactSearch(groups.members.length);
  let changed = 0;
  for (let i = 0; i < rows; i++) {
    if (kernel.found[i * 4] === -1) continue;
    if (settleRow(data, i, centroids, state, search)) changed++;
  }
  return changed;
}

/** Lays the centroids' codes out for the kernel, and each group's largest error and move. */
function codeCentroids(
  centroids: Float32Array,
  moves: Float64Array,
  { codes, groups, kernel }: AssignmentState,
): void {
  const { rowBytes, scale } = codes;
  const { panels, columns, columnLabels, groupValues } = kernel;
  const pairs = rowBytes / 4;
  const code = new Int16Array(pairs * 2);
  const about = { step: 0, square: 0, error: 0 };
  for (let g = 0, panel = 0; g < groups.count; g++) {
    let error = 0;
    let move = 0;
    const size = groups.start[g + 1] - groups.start[g];
    for (let m = 0; m < PANEL * Math.ceil(size / PANEL); m++) {
      const column = (panel + Math.floor(m / PANEL)) * COLUMN_WORDS + (m % PANEL);
      if (m >= size) {
        columns[column] = 0;
        columns[column + PANEL] = Number.POSITIVE_INFINITY;
        columnLabels[column + 2 * PANEL] = -2;
        continue;
      }
      const label = groups.members[groups.start[g] + m];
      codeVector(centroids, label, codes, code, 0, about);
      columns[column] = about.step;
      columns[column + PANEL] = about.square;
      columnLabels[column + 2 * PANEL] = label;
      error = Math.max(error, about.error);
      move = Math.max(move, moves[label]);
      const at = (panel + Math.floor(m / PANEL)) * pairs * 2 * PANEL + 2 * (m % PANEL);
      for (let pair = 0; pair < pairs; pair++) {
        panels[at + pair * 2 * PANEL] = code[2 * pair];
        panels[at + pair * 2 * PANEL + 1] = code[2 * pair + 1];
      }
    }
    groupValues[g * 4 + 2] = roundUp(error);
    groupValues[g * 4 + 3] = roundUp(move * scale);
    panel += Math.ceil(size / PANEL);
  }
}

/** Scratch of {@link searchGroups}. */
interface ExactSearch {
  readonly candidates: Int32Array;
  readonly distances: Float64Array;
}

function exactSearch(k: number): ExactSearch {
  return { candidates: new Int32Array(k + 3), distances: new Float64Array(k + 3) };
}

/** Compares row i's own centroid with the one found, and with others if need be. Returns whether the label changed. */
function settleRow(
  data: Float32Array,
  i: number,
  centroids: Float32Array,
  state: AssignmentState,
  search: ExactSearch,
): boolean {
  const { labels, squared, groups, codes, kernel } = state;
  const { lower, found, foundValues } = kernel;
  const own = labels[i];
  const label = found[i * 4];
  search.candidates.fill(label, 0, 4);
  fourSquaredDistances(data, i * codes.dims, centroids, codes.dims, search.candidates, 0, search.distances);
  const distance = search.distances[0];
  const isNearer = distance < squared[i] || (distance === squared[i] && label < own);
  const limit = roundUp(Math.sqrt(isNearer ? distance : squared[i]) * codes.scale);
  const group = groups.groupOf[label];
  let rest = foundValues[i * 4 + 3];
  const row = i * groups.count;
  for (let g = 0; g < groups.count; g++) if (g !== group && lower[row + g] < rest) rest = lower[row + g];
  if (rest <= limit) return searchGroups(data, i, centroids, limit, state, search);
  if (!isNearer) return false;
  lower[row + group] = foundValues[i * 4 + 3];
  takeLabel(i, label, distance, state);
  return true;
}

/** Searches all groups whose bounds are at most the limit in float64. Returns whether the label changed. */
function searchGroups(
  data: Float32Array,
  i: number,
  centroids: Float32Array,
  limit: number,
  state: AssignmentState,
  { candidates, distances }: ExactSearch,
): boolean {
  const { labels, squared, groups, codes, kernel } = state;
  const { members, start } = groups;
  const row = i * groups.count;
  const own = labels[i];
  let count = 0;
  for (let g = 0; g < groups.count; g++) {
    if (kernel.lower[row + g] > limit) continue;
    for (let m = start[g]; m < start[g + 1]; m++) if (members[m] !== own) candidates[count++] = members[m];
    kernel.lower[row + g] = Number.POSITIVE_INFINITY;
  }
  for (let j = count; j % 4 !== 0; j++) candidates[j] = candidates[0];
  for (let j = 0; j < count; j += 4) {
    fourSquaredDistances(data, i * codes.dims, centroids, codes.dims, candidates, j, distances);
  }
  let label = own;
  let nearest = squared[i];
  for (let j = 0; j < count; j++) {
    if (distances[j] > nearest || (distances[j] === nearest && candidates[j] > label)) continue;
    label = candidates[j];
    nearest = distances[j];
  }
  for (let j = 0; j < count; j++) {
    if (candidates[j] === label) continue;
    const at = row + groups.groupOf[candidates[j]];
    kernel.lower[at] = Math.min(kernel.lower[at], roundDown(Math.sqrt(distances[j]) * codes.scale * SHRINK));
  }
  if (label === own) return false;
  takeLabel(i, label, nearest, state);
  return true;
}

/** Gives row i another label; the one it had becomes one of its group. */
function takeLabel(i: number, label: number, distance: number, state: AssignmentState): void {
  const { labels, squared, groups, codes, kernel } = state;
  const own = labels[i];
  if (own !== -1) {
    const at = i * groups.count + groups.groupOf[own];
    kernel.lower[at] = Math.min(kernel.lower[at], roundDown(Math.sqrt(squared[i]) * codes.scale * SHRINK));
  }
  labels[i] = label;
  squared[i] = distance;
}
