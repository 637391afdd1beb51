import type { FeatureSet } from '@ganscout/data-model';
import { squaredDistanceWithin } from './squared-distance.js';

/** Edges in the order in which they were added; N - 1, none for no row. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Minimum spanning tree of the rows by mutual reachability: the largest of both core distances and the Euclidean distance.
 *
 * @param squaredCores N, squared core distances; zeros for the Euclidean distance alone. Not modified.
 *
 * Cost: N² · D / 2 in float64 at most; O(N · D) memory. Distances end early once they are too large to matter.
 * Source: R. C. Prim, "Shortest connection networks and some generalizations", Bell System Technical Journal 36(6), 1957.
 */
export function spanningTree({ data, dims, ids }: FeatureSet, squaredCores: Float64Array): SpanningTree {
  const count = ids.length;
  const edges = Math.max(0, count - 1);
  const tree = { from: new Int32Array(edges), to: new Int32Array(edges), weights: new Float64Array(edges) };
  const values = Float64Array.from(data);
  const outside = Int32Array.from({ length: edges }, (_, i) => i + 1);
  const reaches = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const links = new Int32Array(count);
  let added = 0;
  for (let edge = 0; edge < edges; edge++) {
    const left = outside.subarray(0, edges - edge);
    lowerReaches(values, dims, squaredCores, { added, left, reaches, links });
    const place = nearestPlace(left, reaches);
    added = left[place];
    tree.from[edge] = links[added];
    tree.to[edge] = added;
    tree.weights[edge] = Math.sqrt(reaches[added]);
    left[place] = left[left.length - 1];
  }
  return tree;
}

/** Rows outside of the tree, how far the tree is from each (squared), and from which of its rows. */
interface Frontier {
  readonly added: number;
  readonly left: Int32Array;
  readonly reaches: Float64Array;
  readonly links: Int32Array;
}

/** Takes the row that was added into what is known of those outside. */
function lowerReaches(
  values: Float64Array,
  dims: number,
  squaredCores: Float64Array,
  { added, left, reaches, links }: Frontier,
): void {
  for (let i = 0; i < left.length; i++) {
    const row = left[i];
    const known = reaches[row];
    const core = Math.max(squaredCores[added], squaredCores[row]);
    if (core >= known) continue;
    const reach = Math.max(core, squaredDistanceWithin(values, added * dims, row * dims, dims, known));
    if (reach >= known) continue;
    reaches[row] = reach;
    links[row] = added;
  }
}

/** Place of the row that is nearest to the tree; ties to the lower row. */
function nearestPlace(left: Int32Array, reaches: Float64Array): number {
  let place = 0;
  for (let i = 1; i < left.length; i++) {
    const difference = reaches[left[i]] - reaches[left[place]];
    if (difference < 0 || (difference === 0 && left[i] < left[place])) place = i;
  }
  return place;
}
