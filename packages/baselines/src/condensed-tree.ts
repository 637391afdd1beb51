import type { LevelTree } from './level-tree.js';

/** A cluster that exists from the density at which it splits off to that at which it splits or vanishes. */
export interface CondensedCluster {
  /** Its node in the level tree, with all the rows it has when it splits off. */
  readonly node: number;
  /** Number of the cluster it is split from, which is lower; -1 for the whole set. */
  readonly parent: number;
  /** Excess of mass: over its rows, the sum of the density at which the row leaves less that at which the cluster begins. */
  readonly stability: number;
}

/**
 * Condenses a level tree: walking from the whole set to higher densities, a part of fewer than `minimumClusterSize` rows is
 * no cluster but rows that leave; where only one larger part is left the cluster goes on, and where two or more are, each is
 * a new cluster. Density is 1 / distance.
 *
 * @param minimumClusterSize at least 2, at most the number of rows.
 *
 * Source: Campello et al. 2013, algorithm 2 and equation 3.
 */
export function condenseTree(tree: LevelTree, minimumClusterSize: number): CondensedCluster[] {
  const clusters = [{ node: tree.sizes.length - 1, parent: -1, birth: 0, stability: 0 }];
  // The list grows while it is walked.
  for (let number = 0; number < clusters.length; number++) {
    const cluster = clusters[number];
    let node = cluster.node;
    for (let isWhole = true; isWhole; ) {
      const density = 1 / tree.heights[node];
      const large = tree.children[node].filter((child) => tree.sizes[child] >= minimumClusterSize);
      isWhole = large.length === 1;
      const leaving = tree.sizes[node] - (isWhole ? tree.sizes[large[0]] : 0);
      cluster.stability += leaving * (density - cluster.birth);
      if (isWhole) node = large[0];
      else
        for (const child of large)
          clusters.push({ node: child, parent: number, birth: density, stability: 0 });
    }
  }
  return clusters;
}

/**
 * Selects, of nested clusters, those whose stabilities have the largest sum; ties go to the larger cluster. The whole set is
 * never selected.
 *
 * @returns numbers of clusters, ascending.
 *
 * Source: Campello et al. 2013, algorithm 3 and equation 4.
 */
export function selectClusters(clusters: readonly CondensedCluster[]): number[] {
  const below = new Float64Array(clusters.length);
  const isBetter = new Uint8Array(clusters.length);
  for (let number = clusters.length - 1; number > 0; number--) {
    const { stability, parent } = clusters[number];
    isBetter[number] = stability >= below[number] ? 1 : 0;
    below[parent] += Math.max(stability, below[number]);
  }
  // A parent comes before its children, so what it covers is known when they are met.
  const isCovered = new Uint8Array(clusters.length);
  const selected: number[] = [];
  for (let number = 1; number < clusters.length; number++) {
    const { parent } = clusters[number];
    if (isCovered[parent] === 1 || (parent > 0 && isBetter[parent] === 1)) isCovered[number] = 1;
    else if (isBetter[number] === 1) selected.push(number);
  }
  return selected;
}
