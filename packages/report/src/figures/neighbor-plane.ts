import type { FeatureSet } from '@ganscout/data-model';
import { nearestNeighbors } from '@ganscout/metrics';
import { createRandom, squaredDistance } from '@ganscout/numeric';
import { UMAP } from 'umap-js';
import type { Plane } from './principal-plane.js';

/** Nearest images of an image that it is kept near to, itself included. */
export const MAP_NEIGHBORS = 15;
/** With fewer rows there are no neighborhoods to show. */
export const LEAST_ROWS = 8;

/** Passes over the neighbors; half of what the library takes for few rows, as the start is a map already. */
const EPOCHS = 200;
/** How near the library lays rows at the least, about; at its own 0.1 a group of hundreds among thousands becomes a dot. */
const LEAST_DISTANCE = 0.5;
/** Largest coordinate at the start, and standard deviation of what is added to it so that equal rows part. */
const START_SIZE = 10;
const START_NOISE = 1e-4;
/** Epochs between two looks at the signal. */
const EPOCHS_AT_ONCE = 10;

/**
 * Lays rows out so that those that are near to each other by Euclidean distance stay near, by UMAP.
 *
 * Neighbors are exact; the start is the given plane, so that also far groups lie somewhat as they do there. Equal arguments give
 * equal bytes, whatever the number of threads.
 *
 * @param features N × D, finite, N of 8 or more; not modified. @param start of the same rows; not modified.
 * @throws what `signal` says if it is aborted.
 *
 * Cost: O(N² · D) for the neighbors and O(N) for the rest; with 8,000 rows some 15 s, 13 of them in the library, of which
 * two thirds go by in its 200 epochs, on arrays of arrays and with two powers a pair, and the rest in its sparse matrices,
 * which are maps by text.
 * Source: L. McInnes, J. Healy, J. Melville, "UMAP", arXiv:1802.03426, 2018, by the library umap-js. The start as in D. Kobak,
 * G. Linderman, "Initialization is critical for preserving global data structure", Nature Biotechnology 39, 2021.
 */
export async function neighborPlane(
  features: FeatureSet,
  start: Plane,
  seed: number,
  signal?: AbortSignal,
): Promise<Plane> {
  const random = createRandom(seed, 'report/neighbor-plane');
  const rows = features.ids.length;
  const nNeighbors = Math.min(MAP_NEIGHBORS, rows - 1);
  const umap = new UMAP({
    nNeighbors,
    nEpochs: EPOCHS,
    minDist: LEAST_DISTANCE,
    random: () => random.uniform(),
  });
  const { neighbors, distances } = neighborhoods(features, nNeighbors);
  umap.setPrecomputedKNN(neighbors, distances);
  // Of the rows themselves only their number counts where neighbors are given.
  const epochs = umap.initializeFit(neighbors);
  const points = umap.getEmbedding() as [number, number][];
  startFrom(start, points, () => START_NOISE * random.normal());
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % EPOCHS_AT_ONCE > 0) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return {
    x: Float32Array.from(points, ([x]) => x),
    y: Float32Array.from(points, ([, y]) => y),
  };
}

/** The nearest rows of each row, itself first, and how far they are. */
function neighborhoods(
  features: FeatureSet,
  count: number,
): { readonly neighbors: number[][]; readonly distances: number[][] } {
  const { ids, dims, data } = features;
  const all = Int32Array.from(ids.keys());
  const others = nearestNeighbors(features, all, all, count - 1);
  const neighbors = ids.map((_, row) => [
    row,
    ...others.subarray(row * (count - 1), (row + 1) * (count - 1)),
  ]);
  const distances = neighbors.map((near, row) =>
    near.map((other) => Math.sqrt(squaredDistance(data, row, data, other, dims))),
  );
  return { neighbors, distances };
}

/** Puts the points where they begin. @param points overwritten; the library goes on from them. */
function startFrom({ x, y }: Plane, points: [number, number][], noise: () => number): void {
  const size = [...x, ...y].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = size === 0 ? 0 : START_SIZE / size;
  points.forEach((point, row) => {
    point[0] = (x[row] as number) * scale + noise();
    point[1] = (y[row] as number) * scale + noise();
  });
}
