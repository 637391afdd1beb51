import { squaredDistance } from '@ganscout/numeric';

/** New centroids, and how far they are from the old ones. */
export interface CentroidUpdate {
  /** k × D. */
  readonly centroids: Float32Array;
  /** k, distance moved, rounded up by 1e-9 of it so that bounds stay valid. */
  readonly moves: Float64Array;
  /** Sum of the squared distances moved. */
  readonly squaredMove: number;
  /** Number of empty clusters that were moved to a row. */
  readonly reseeded: number;
}

/** Sums of the rows of each label, with the labels they were made with. */
export interface LabelSums {
  /** k × D. */
  readonly sums: Float64Array;
  readonly counts: Int32Array;
  /** N; -1 before the first update. */
  readonly labels: Int32Array;
}

const STRETCH = 1 + 1e-9;

export function startSums(rows: number, dims: number, k: number): LabelSums {
  return {
    sums: new Float64Array(k * dims),
    counts: new Int32Array(k),
    labels: new Int32Array(rows).fill(-1),
  };
}

/**
 * Moves each centroid to the mean of its rows.
 *
 * A cluster without rows keeps its centroid, or with 'reseed' takes the row farthest from its own centroid
 * (several such clusters take the farthest, second farthest … row, ties to the lower row); a row that lies
 * on its centroid is never taken. Neither raises the inertia.
 *
 * @param squared N, squared distance of each row to its old centroid.
 * @param state sums of the update before; overwritten.
 *
 * Cost: O(N + k · D), plus D for each row of a cluster that lost or gained rows: those are added up again in their order,
 * so that the sums are those of a full pass.
 */
export function updateCentroids(
  data: Float32Array,
  labels: Int32Array,
  squared: Float64Array,
  old: { readonly centroids: Float32Array; readonly dims: number },
  emptyCluster: 'reseed' | 'keep',
  state: LabelSums,
): CentroidUpdate {
  const { dims } = old;
  const k = old.centroids.length / dims;
  addUp(data, labels, dims, state);
  const centroids = new Float32Array(k * dims);
  for (let c = 0; c < k; c++) {
    const count = Math.max(1, state.counts[c]);
    for (let at = c * dims; at < (c + 1) * dims; at++) centroids[at] = state.sums[at] / count;
  }
  const empty = emptyLabels(labels, k);
  const rows = emptyCluster === 'reseed' ? farthestRows(squared, empty.length) : [];
  empty.forEach((label, e) => {
    const row = rows[e];
    const values =
      row === undefined
        ? old.centroids.subarray(label * dims, (label + 1) * dims)
        : data.subarray(row * dims, (row + 1) * dims);
    centroids.set(values, label * dims);
  });
  const squaredMoves = Float64Array.from({ length: k }, (_, c) =>
    squaredDistance(centroids, c, old.centroids, c, dims),
  );
  return {
    centroids,
    moves: squaredMoves.map((value) => Math.sqrt(value) * STRETCH),
    squaredMove: squaredMoves.reduce((sum, value) => sum + value, 0),
    reseeded: rows.length,
  };
}

/** Adds up the rows of every cluster whose rows are others than before. */
function addUp(
  data: Float32Array,
  labels: Int32Array,
  dims: number,
  { sums, counts, labels: before }: LabelSums,
) {
  const isStale = new Uint8Array(counts.length);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === before[i]) continue;
    isStale[labels[i]] = 1;
    counts[labels[i]]++;
    if (before[i] === -1) continue;
    isStale[before[i]] = 1;
    counts[before[i]]--;
  }
  isStale.forEach((stale, c) => {
    if (stale === 1) sums.fill(0, c * dims, (c + 1) * dims);
  });
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (isStale[label] === 0) continue;
    const p = i * dims;
    const q = label * dims;
    for (let d = 0; d < dims; d++) sums[q + d] += data[p + d];
  }
  before.set(labels);
}

/** Labels in [0, k) that do not occur, ascending. */
export function emptyLabels(labels: Int32Array, k: number): number[] {
  const occurs = new Uint8Array(k);
  for (const label of labels) occurs[label] = 1;
  const empty: number[] = [];
  for (let c = 0; c < k; c++) if (occurs[c] === 0) empty.push(c);
  return empty;
}

function farthestRows(squared: Float64Array, count: number): number[] {
  if (count === 0) return [];
  const rows = Array.from(squared.keys()).filter((row) => squared[row] > 0);
  return rows.sort((a, b) => squared[b] - squared[a] || a - b).slice(0, count);
}
