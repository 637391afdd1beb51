import { type RowSpace, visitProducts } from './row-space.js';

/**
 * Finds the nearest other row of each row, exactly; ties go to the lower row.
 *
 * Products in float32 leave few rows that can be the nearest; only these are compared in float64.
 *
 * @returns N; -1 where there is no other row.
 *
 * Cost: N² · D products.
 */
export function nearestOthers(space: RowSpace): Int32Array {
  const { count, lowest, highest } = space;
  const nearest = new Int32Array(count).fill(-1);
  visitProducts(space, Int32Array.from(nearest.keys()), (row, products) => {
    let smallest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      const value = highest[j] - 2 * products[j];
      if (value < smallest && j !== row) smallest = value;
    }
    const limit = smallest + 2 * space.slack(row);
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      if (lowest[j] - 2 * products[j] > limit || j === row) continue;
      const distance = space.squaredDistance(row, j);
      if (distance < best) {
        best = distance;
        nearest[row] = j;
      }
    }
  });
  return nearest;
}

/**
 * Squared distance of each row to its k-th nearest other row, exactly.
 *
 * @param k in [0, N - 1]; 0 stands for the row itself.
 *
 * Cost: N² · D products; O(N + k) memory.
 */
export function neighborDistances(space: RowSpace, k: number): Float64Array {
  const { count, lowest, highest } = space;
  const distances = new Float64Array(count);
  if (k === 0) return distances;
  const smallest = new Float64Array(k);
  visitProducts(space, Int32Array.from(distances.keys()), (row, products) => {
    smallest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < count; j++) {
      const value = highest[j] - 2 * products[j];
      if (value < smallest[k - 1] && j !== row) insert(smallest, value);
    }
    const limit = smallest[k - 1] + 2 * space.slack(row);
    smallest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < count; j++) {
      if (lowest[j] - 2 * products[j] > limit || j === row) continue;
      const distance = space.squaredDistance(row, j);
      if (distance < smallest[k - 1]) insert(smallest, distance);
    }
    distances[row] = smallest[k - 1];
  });
  return distances;
}

/** Puts a value in its place of an ascending list; the last one falls out. */
function insert(list: Float64Array, value: number): void {
  let place = list.length - 1;
  for (; place > 0 && list[place - 1] > value; place--) list[place] = list[place - 1];
  list[place] = value;
}
