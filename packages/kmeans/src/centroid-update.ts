import { meanByLabel, squaredDistance } from '@ganscout/numeric';

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

const STRETCH = 1 + 1e-9;

/**
 * Moves each centroid to the mean of its rows.
 *
 * A cluster without rows keeps its centroid, or with 'reseed' takes the row farthest from its own centroid
 * (several such clusters take the farthest, second farthest … row, ties to the lower row); a row that lies
 * on its centroid is never taken. Neither raises the inertia.
 *
 * @param squared N, squared distance of each row to its old centroid.
 */
export function updateCentroids(
  data: Float32Array,
  labels: Int32Array,
  squared: Float64Array,
  old: { readonly centroids: Float32Array; readonly dims: number },
  emptyCluster: 'reseed' | 'keep',
): CentroidUpdate {
  const { dims } = old;
  const k = old.centroids.length / dims;
  const centroids = meanByLabel(data, labels, dims, k);
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
