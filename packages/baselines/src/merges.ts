import { componentLabels, createComponents } from './components.js';

/** Clusters joined, each known by one of its rows, and how far they were from each other. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  readonly height: number;
}

/** Clusters of a chain, each known by a number in [0, N). */
export interface ChainClusters {
  /** How far two clusters are from each other; anything that is at least `bound` if it is at least that. */
  distance(a: number, b: number, bound: number): number;
  /** Adds cluster b to cluster a. @param active the clusters that are left, a among them. */
  join(a: number, b: number, active: Int32Array): void;
}

/**
 * Joins all clusters by the nearest-neighbor chain: from a cluster to its nearest and on, until two are nearest to each other.
 *
 * Of clusters equally near, the one before in the chain is taken, else the lowest. The merges are those of joining the two
 * nearest of all each time, in another order, where the distance is reducible and no two are equal.
 *
 * @returns N - 1 merges.
 *
 * Cost: O(N²) distances; O(N) memory. Source: F. Murtagh, "A survey of recent advances in hierarchical clustering algorithms",
 * The Computer Journal 26(4), 1983.
 */
export function mergeByChain(count: number, clusters: ChainClusters): Merge[] {
  const merges: Merge[] = [];
  let active = Int32Array.from({ length: count }, (_, number) => number);
  const chain: number[] = [];
  while (active.length > 1) {
    const top = chain.at(-1) ?? active[0];
    if (chain.length === 0) chain.push(top);
    const before = chain.at(-2) ?? -1;
    const { nearest, distance } = nearestCluster(clusters, active, top, before);
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [a, b] = top < before ? [top, before] : [before, top];
    merges.push({ a, b, height: distance });
    const place = active.indexOf(b);
    active = active.copyWithin(place, place + 1).subarray(0, -1);
    clusters.join(a, b, active);
  }
  return merges;
}

function nearestCluster(
  clusters: ChainClusters,
  active: Int32Array,
  top: number,
  before: number,
): { nearest: number; distance: number } {
  let nearest = before;
  let distance =
    before === -1 ? Number.POSITIVE_INFINITY : clusters.distance(top, before, Number.POSITIVE_INFINITY);
  for (let i = 0; i < active.length; i++) {
    const other = active[i];
    if (other === top || other === before) continue;
    const candidate = clusters.distance(top, other, distance);
    if (candidate >= distance) continue;
    nearest = other;
    distance = candidate;
  }
  return { nearest, distance };
}

/** The labels after the nearest merges, when `clusterCount` clusters are left; of equal heights the first merges are taken. */
export function cutMerges(merges: readonly Merge[], clusterCount: number): Int32Array {
  const rows = merges.length + 1;
  const components = createComponents(rows);
  const ascending = merges.toSorted((first, second) => first.height - second.height);
  for (const { a, b } of ascending.slice(0, rows - clusterCount)) components.join(a, b);
  return componentLabels(rows, components);
}
