import { type GraphSearch, nearestNeighborGraph, offer } from './nearest-neighbor-graph.js';

/** Links of a point, candidates while building and while searching, and neighbors asked for. */
const LINKS = 16;
const BUILD_CANDIDATES = 200;
const SEARCH_CANDIDATES = 50;
const NEIGHBORS = 8;
/** Below this many points the exact search is taken: it is faster. */
const FEWEST = 10_000;
const SEED = 100;

/**
 * Loads the package hnswlib-node and returns a search that finds the nearest point nearly always, in one thread, with a
 * fixed seed.
 *
 * Offsets are put into one more dimension: between a query of 0 and a point of the root of its offset the squared distance
 * is as much larger. Of the neighbors found distances are computed in float64. Fewer than 10,000 points are searched
 * exactly.
 *
 * @throws {Error} if the package is not installed.
 *
 * Cost: about k · log k distances, each of D.
 * Source: Y. Malkov, D. Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
 * Small World graphs", IEEE TPAMI 42(4), 2020.
 */
export async function loadHnswSearch(): Promise<GraphSearch> {
  const { default: hnswlib } = await import('hnswlib-node').catch((cause) => {
    throw new Error(
      'loadHnswSearch: search "hnsw" needs the package hnswlib-node, which could not be loaded; run npm install hnswlib-node@3.0.0 (it is compiled, so a C++ compiler is needed), or use search "exact"',
      { cause },
    );
  });
  return (space) => {
    const { points, dims, offsets } = space;
    const count = offsets.length;
    if (count < FEWEST) return nearestNeighborGraph(space);
    const vector = (i: number, last: number) => [...points.subarray(i * dims, (i + 1) * dims), last];
    const index = new hnswlib.HierarchicalNSW('l2', dims + 1);
    index.initIndex(count, LINKS, BUILD_CANDIDATES, SEED);
    for (let i = 0; i < count; i++) index.addPoint(vector(i, Math.sqrt(offsets[i])), i);
    index.setEf(SEARCH_CANDIDATES);
    const graph = {
      nearest: new Int32Array(count).fill(-1),
      distances: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    };
    for (let i = 0; i < count; i++) {
      for (const j of index.searchKnn(vector(i, 0), NEIGHBORS).neighbors) {
        if (j !== i) offer(graph, space, i, j);
      }
    }
    return graph;
  };
}
