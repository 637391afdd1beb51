import type { FeatureSet } from '@ganscout/data-model';
import type { ChainClusters } from './merges.js';
import { squaredDistanceWithin } from './squared-distance.js';

/** A bound is divided by a factor and compared with a sum that is multiplied by it: room for the rounding of both. */
const ROOM = 1 + 2 ** -40;

/**
 * Clusters by Ward's distance: how much joining them adds to the sum of squared distances to the centroids.
 *
 * Source: J. H. Ward, "Hierarchical grouping to optimize an objective function", JASA 58(301), 1963.
 */
export function wardClusters({ data, dims, ids }: FeatureSet): ChainClusters {
  const centroids = Float64Array.from(data);
  const sizes = new Float64Array(ids.length).fill(1);
  return {
    distance(a, b, bound) {
      const factor = (sizes[a] * sizes[b]) / (sizes[a] + sizes[b]);
      const largest = (bound / factor) * ROOM;
      return factor * squaredDistanceWithin(centroids, a * dims, b * dims, dims, largest);
    },
    join(a, b) {
      const total = sizes[a] + sizes[b];
      for (let d = 0; d < dims; d++) {
        const at = a * dims + d;
        centroids[at] = (sizes[a] * centroids[at] + sizes[b] * centroids[b * dims + d]) / total;
      }
      sizes[a] = total;
    },
  };
}

/**
 * Clusters by the mean or the largest Euclidean distance of their rows, from a table of all pairs.
 *
 * Cost: N · (N - 1) / 2 distances in float64, in memory too.
 * Source: G. N. Lance, W. T. Williams, "A general theory of classificatory sorting strategies", The Computer Journal 9(4), 1967.
 */
export function tableClusters(
  { data, dims, ids }: FeatureSet,
  linkage: 'average' | 'complete',
): ChainClusters {
  const values = Float64Array.from(data);
  const sizes = new Float64Array(ids.length).fill(1);
  // Row i of the table has its distances to the rows before it.
  const table = new Float64Array((ids.length * (ids.length - 1)) / 2);
  const place = (a: number, b: number) => (a > b ? (a * (a - 1)) / 2 + b : (b * (b - 1)) / 2 + a);
  for (let i = 0, at = 0; i < ids.length; i++) {
    for (let j = 0; j < i; j++, at++) {
      table[at] = Math.sqrt(
        squaredDistanceWithin(values, i * dims, j * dims, dims, Number.POSITIVE_INFINITY),
      );
    }
  }
  return {
    distance: (a, b) => table[place(a, b)],
    join(a, b, active) {
      const total = sizes[a] + sizes[b];
      for (const other of active) {
        if (other === a) continue;
        const first = table[place(a, other)];
        const second = table[place(b, other)];
        table[place(a, other)] =
          linkage === 'complete' ? Math.max(first, second) : (sizes[a] * first + sizes[b] * second) / total;
      }
      sizes[a] = total;
    },
  };
}
