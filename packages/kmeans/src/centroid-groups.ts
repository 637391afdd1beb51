/** Centroids gathered in groups of neighbors; a row keeps one lower bound for each group. */
export interface CentroidGroups {
  readonly count: number;
  /** k, group of each centroid. */
  readonly groupOf: Int32Array;
  /** k, centroids ordered by group. */
  readonly members: Int32Array;
  /** count + 1, where each group begins in `members`. */
  readonly start: Int32Array;
}

/** Centroids that the kernel takes at once; all groups but the last of a size are whole multiples of it. */
export const PANEL = 8;

/**
 * Groups k centroids by halving: each half takes those that lie more to one end of the line between two centroids that
 * are far from each other.
 *
 * The groups only steer how much work the bounds save, never the result.
 *
 * @param size largest number of centroids in a group, a multiple of 8.
 *
 * Cost: O(k · D · log(k / size)).
 */
export function groupCentroids(centroids: Float32Array, dims: number, size: number): CentroidGroups {
  const k = centroids.length / dims;
  const members = Int32Array.from({ length: k }, (_, c) => c);
  const start = [0];
  const split = (from: number, to: number) => {
    if (to - from <= size) {
      start.push(to);
      return;
    }
    const along = positions(centroids, dims, members.subarray(from, to));
    const order = Array.from(along.keys()).sort((a, b) => along[a] - along[b] || a - b);
    members.set(
      order.map((at) => members[from + at]),
      from,
    );
    const middle = from + PANEL * Math.ceil((to - from) / 2 / PANEL);
    split(from, middle);
    split(middle, to);
  };
  split(0, k);
  const groupOf = new Int32Array(k);
  for (let g = 0; g + 1 < start.length; g++) {
    for (let m = start[g]; m < start[g + 1]; m++) groupOf[members[m]] = g;
  }
  return { count: start.length - 1, groupOf, members, start: Int32Array.from(start) };
}

/** Positions of the members on the line from the one farthest from the first to the one farthest from that. */
function positions(centroids: Float32Array, dims: number, members: Int32Array): Float64Array {
  const product = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += centroids[a * dims + d] * centroids[b * dims + d];
    return sum;
  };
  const farthest = (from: number) => {
    let best = from;
    let largest = 0;
    for (const c of members) {
      const squared = product(c, c) - 2 * product(c, from) + product(from, from);
      if (squared > largest) [best, largest] = [c, squared];
    }
    return best;
  };
  const one = farthest(members[0]);
  const other = farthest(one);
  return Float64Array.from(members, (c) => product(c, other) - product(c, one));
}
