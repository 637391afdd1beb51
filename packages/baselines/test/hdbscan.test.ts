import { describe, expect, it } from 'vitest';
import { condenseTree, selectClusters } from '../src/condensed-tree.js';
import { hdbscan } from '../src/index.js';
import { joinByLevel } from '../src/level-tree.js';
import { neighborDistances } from '../src/neighbors.js';
import { euclideanSpace } from '../src/row-space.js';
import { spanningTree } from '../src/spanning-tree.js';
import { clumps, lineOf, withNaN } from './rows.js';

const labelsOf = (...args: Parameters<typeof hdbscan>) => [...hdbscan(...args)];

describe('hdbscan()', () => {
  it('finds clumps of different density that no one distance separates', () => {
    // With 1 point: distances 0.1, 0.2 in the first clumps, 1 between them; 4 in the third, 20 before it. Two rows at least.
    const rows = lineOf(0, 0.1, 0.3, 1.3, 1.4, 1.6, 21.6, 25.6, 29.7);
    expect(labelsOf(rows, { minimumClusterSize: 3, minimumPoints: 1 })).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  });

  it('takes the cluster before its parts when it lasts longer', () => {
    // Density at which {0, 1, 2.5, 3.5} begins: 1/96.5; splits in two at 1/1.5, which vanish at 1: excess of mass
    // 4 (1/1.5 - 1/96.5) = 2.63 against 2 · 2 (1 - 1/1.5) = 1.33.
    const rows = lineOf(0, 1, 2.5, 3.5, 100, 101);
    expect(labelsOf(rows, { minimumClusterSize: 2, minimumPoints: 1 })).toEqual([0, 0, 0, 0, 1, 1]);
    // At 4 instead of 1.5: 4 (1/4 - 1/94) = 0.96 against 4 (1 - 1/4) = 3.
    const wider = lineOf(0, 1, 5, 6, 100, 101);
    expect(labelsOf(wider, { minimumClusterSize: 2, minimumPoints: 1 })).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('leaves rows as noise that fall off before the cluster splits off', () => {
    // 50 leaves the whole set, at distance 29; the parts split at 10.
    const rows = lineOf(50, 0, 1, 2, 12, 13, 14);
    expect(labelsOf(rows, { minimumClusterSize: 3, minimumPoints: 1 })).toEqual([-1, 0, 0, 0, 1, 1, 1]);
    // 5 leaves the first part, at distance 3, after it has split off at 7: it stays in it.
    const later = lineOf(5, 0, 1, 2, 12, 13, 14);
    expect(labelsOf(later, { minimumClusterSize: 3, minimumPoints: 1 })).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  it('leaves all as noise where nothing splits, or there are too few rows', () => {
    expect(labelsOf(lineOf(0, 1, 2, 3), { minimumClusterSize: 2, minimumPoints: 1 })).toEqual([
      -1, -1, -1, -1,
    ]);
    expect(labelsOf(lineOf(0, 0, 9, 9), { minimumClusterSize: 5, minimumPoints: 1 })).toEqual([
      -1, -1, -1, -1,
    ]);
    expect(labelsOf(lineOf(0, 0, 9, 9), { minimumClusterSize: 2, minimumPoints: 5 })).toEqual([
      -1, -1, -1, -1,
    ]);
    expect(labelsOf(lineOf(4), { minimumClusterSize: 2, minimumPoints: 1 })).toEqual([-1]);
    expect(labelsOf(lineOf(), { minimumClusterSize: 2, minimumPoints: 1 })).toEqual([]);
  });

  it('takes equal rows as clusters of endless density', () => {
    expect(labelsOf(lineOf(5, 1, 5, 1, 3), { minimumClusterSize: 2, minimumPoints: 1 })).toEqual([
      0, 1, 0, 1, -1,
    ]);
  });

  it('does not depend on the order of the rows, ties included', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i * i) % 23);
    const turned = values.toReversed();
    const options = { minimumClusterSize: 3, minimumPoints: 2 };
    const first = labelsOf(lineOf(...values), options);
    const second = labelsOf(lineOf(...turned), options).toReversed();
    expect(Math.max(...first)).toBeGreaterThan(0);
    const pairs = new Set(first.map((label, i) => `${label} ${second[i]}`));
    expect(pairs.size).toBe(new Set(first).size);
    expect(pairs.size).toBe(new Set(second).size);
  });

  it('finds clumps far apart, and only noise around them is left out', () => {
    const labels = labelsOf(clumps(300, 6, 5, 20), { minimumClusterSize: 10, minimumPoints: 5 });
    for (let i = 5; i < labels.length; i++) expect(labels[i]).toBe(i % 5);
  });

  it('refuses NaN and options out of range, and leaves its input unchanged', () => {
    expect(() => hdbscan(withNaN(), { minimumClusterSize: 2, minimumPoints: 1 })).toThrow(/got NaN in row 1/);
    expect(() => hdbscan(lineOf(1), { minimumClusterSize: 1, minimumPoints: 1 })).toThrow(
      'hdbscan: minimumClusterSize must be an integer of at least 2, got 1',
    );
    expect(() => hdbscan(lineOf(1), { minimumClusterSize: 2, minimumPoints: 0 })).toThrow(RangeError);
    const features = clumps(40, 3, 2, 9);
    const before = features.data.slice();
    hdbscan(features, { minimumClusterSize: 4, minimumPoints: 3 });
    expect(features.data).toEqual(before);
  });
});

describe('spanningTree()', () => {
  it('weighs an edge by the largest of both core distances and the distance', () => {
    // Second nearest counting the row itself: core distances 1, 1, 2, 7. Edges 0-1: 1, 1-3: 2, 3-10: 7.
    const features = lineOf(0, 1, 3, 10);
    const cores = neighborDistances(euclideanSpace(features), 1);
    expect([...cores]).toEqual([1, 1, 4, 49]);
    const { from, to, weights } = spanningTree(features, cores);
    expect([[...from], [...to], [...weights]]).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [1, 2, 7],
    ]);
  });
});

describe('joinByLevel() and condenseTree()', () => {
  const treeOf = (...values: number[]) =>
    joinByLevel(spanningTree(lineOf(...values), new Float64Array(values.length)));

  it('join all edges of one weight at once', () => {
    const tree = treeOf(0, 1, 2, 10, 11, 20);
    // 0, 1, 2 and 10, 11 at 1; then 20 - 11 = 9 and 10 - 2 = 8.
    expect(tree.heights.slice(6)).toEqual([1, 1, 8, 9]);
    expect(tree.sizes.slice(6)).toEqual([3, 2, 5, 6]);
    expect(tree.children.slice(6).map((nodes) => nodes.length)).toEqual([3, 2, 2, 2]);
  });

  it('give a cluster the density that its rows have gained', () => {
    const clusters = condenseTree(treeOf(0, 1, 2, 10, 11, 20), 2);
    // The whole set begins at 0; 20 leaves at 1/9, the five others part at 1/8. The parts vanish at 1.
    expect(clusters.map(({ parent }) => parent)).toEqual([-1, 0, 0]);
    const masses = clusters.map(({ stability }) => stability).sort();
    expect(masses[0]).toBeCloseTo(1 / 9 + 5 / 8, 12);
    expect(masses[1]).toBeCloseTo(2 * (1 - 1 / 8), 12);
    expect(masses[2]).toBeCloseTo(3 * (1 - 1 / 8), 12);
    expect(selectClusters(clusters)).toEqual([1, 2]);
  });
});

describe('selectClusters()', () => {
  const cluster = (parent: number, stability: number) => ({ node: 0, parent, stability });

  it('prefers a cluster to parts of the same sum, and parts at any depth to less', () => {
    expect(
      selectClusters([cluster(-1, 99), cluster(0, 3), cluster(0, 1), cluster(1, 1), cluster(1, 2)]),
    ).toEqual([1, 2]);
    // Cluster 1 has 3, its parts 1 and 1.5, whose parts have 1 and 1.25: 1 + 2.25 = 3.25.
    const deep = [
      cluster(-1, 0),
      cluster(0, 3),
      cluster(1, 1),
      cluster(1, 1.5),
      cluster(3, 1),
      cluster(3, 1.25),
    ];
    expect(selectClusters(deep)).toEqual([2, 4, 5]);
  });
});
