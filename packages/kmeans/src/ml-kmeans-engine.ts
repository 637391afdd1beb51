import { nearestCentroids } from '@ganscout/numeric';
import { kmeans as mlKMeans } from 'ml-kmeans';

/**
 * Lloyd's algorithm as the package ml-kmeans runs it, from given centroids: slow, to compare with.
 *
 * Empty clusters keep their centroids. Stops when no centroid moves by more than `largestMove` (squared distance). Labels and
 * inertia are those of the centroids returned, ties to the lower label.
 *
 * @param data N × D; not modified. @param initial k × D; not modified.
 * Cost: O(N · k · D) an iteration, on arrays of arrays.
 */
export function runMlKMeans(
  data: Float32Array,
  dims: number,
  initial: Float32Array,
  { maxIterations, largestMove }: { readonly maxIterations: number; readonly largestMove: number },
) {
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
}

function rowsOf(data: Float32Array, dims: number): number[][] {
  return Array.from({ length: data.length / dims }, (_, i) =>
    Array.from(data.subarray(i * dims, (i + 1) * dims)),
  );
}
