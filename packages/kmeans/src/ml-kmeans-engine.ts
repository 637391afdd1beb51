import { nearestCentroids } from '@ganscout/numeric';
import type { KMeansResult } from './kmeans.js';

/**
 * What iterates from given centroids instead of this package.
 *
 * @param data N × D; not modified. @param initial k × D; not modified.
 * @param limits stops when no centroid moves by more than `largestMove` (squared distance).
 */
export type KMeansEngine = (
  data: Float32Array,
  dims: number,
  initial: Float32Array,
  limits: { readonly maxIterations: number; readonly largestMove: number },
) => KMeansResult;

/**
 * Loads the package ml-kmeans, some 260 modules, and returns what runs Lloyd's algorithm as it does: slow, to compare with.
 *
 * Empty clusters keep their centroids. Labels and inertia are those of the centroids returned, ties to the lower label.
 *
 * Cost: O(N · k · D) an iteration, on arrays of arrays.
 */
export async function loadMlKMeans(): Promise<KMeansEngine> {
  const { kmeans: mlKMeans } = await import('ml-kmeans');
  return (data, dims, initial, { maxIterations, largestMove }) => {
    const k = initial.length / dims;
    const found = mlKMeans(rowsOf(data, dims), k, {
      initialization: rowsOf(initial, dims),
      maxIterations,
      tolerance: largestMove,
    });
    const centroids = Float32Array.from(found.centroids.flat());
    const { labels, squaredDistances } = nearestCentroids(data, centroids, dims);
    const inertia = squaredDistances.reduce((sum, value) => sum + value, 0);
    const { iterations, converged } = found;
    return {
      labels,
      centroids,
      clusterCount: k,
      inertia,
      inertiaByIteration: [inertia],
      iterations,
      converged,
    };
  };
}

function rowsOf(data: Float32Array, dims: number): number[][] {
  return Array.from({ length: data.length / dims }, (_, i) =>
    Array.from(data.subarray(i * dims, (i + 1) * dims)),
  );
}
