import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { joinClusters } from '../src/cluster-summary.js';
import { type ClusterSummary, mergeClusters, mergeGirish2021, mergeOptionsSchema } from '../src/index.js';

/** Centroid linkage with limit "spread", unless told. */
function options(overrides: Record<string, unknown> = {}) {
  return mergeOptionsSchema.parse({ linkage: 'centroid', limit: 'spread', ...overrides });
}

/** Clusters on a line with the given centroids; sizes 10 and spreads 1 unless told. */
function onLine(positions: readonly number[], sizes?: readonly number[], spreads?: readonly number[]) {
  return {
    centroids: Float32Array.from(positions),
    dims: 1,
    sizes: Int32Array.from(sizes ?? positions.map(() => 10)),
    spreads: Float64Array.from(spreads ?? positions.map(() => 1)),
  };
}

describe('mergeClusters()', () => {
  // Nearest neighbors on 0, 1, 3, 10, 12: 0 ↔ 1, 3 → 1, 10 ↔ 12.
  const line = onLine([0, 1, 3, 10, 12]);

  it('joins mutual nearest neighbors only', () => {
    const result = mergeClusters(line, options(mergeGirish2021));
    expect([...result.newLabels]).toEqual([0, 0, 1, 2, 2]);
    expect(result).toMatchObject({ clusterCount: 3, iterations: [{ links: 2, clusterCount: 3 }] });
  });

  it('joins along chains when told so', () => {
    const result = mergeClusters(line, options({ ...mergeGirish2021, connection: 'chained' }));
    expect([...result.newLabels]).toEqual([0, 0, 0, 1, 1]);
    expect(result.iterations).toEqual([{ links: 3, clusterCount: 2 }]);
  });

  it('joins only where the centroids are no farther than the spread inside', () => {
    // Pooled spread of two clusters of 10 with spread 1: 20 / 18 = 1.11. Squared distances 1, 4 and 4.
    const once = mergeClusters(line, options({ connection: 'chained', repeat: false }));
    expect([...once.newLabels]).toEqual([0, 0, 1, 2, 3]);
    // Factor 3.6 · 1.11 = 4 exactly: a link of the limit's length still joins.
    const wider = mergeClusters(line, options({ connection: 'chained', repeat: false, limitFactor: 3.6 }));
    expect([...wider.newLabels]).toEqual([0, 0, 0, 1, 1]);
    const narrower = mergeClusters(
      line,
      options({ connection: 'chained', repeat: false, limitFactor: 3.59 }),
    );
    expect([...narrower.newLabels]).toEqual([0, 0, 1, 2, 3]);
  });

  it('repeats with new centroids and spreads until no link is left', () => {
    // 0 and 1 join: centroid 0.5, spread 1 + 0.25. The next link is 1.5 to 2: 0.5 squared 2.25 against
    // (20 · 1.25 + 10 · 1) / 28 = 1.25, too far with factor 1. With factor 2: 2.25 ≤ 2.5, they join.
    const clusters = onLine([0, 1, 2]);
    const one = mergeClusters(clusters, options());
    expect([...one.newLabels]).toEqual([0, 0, 1]);
    expect(one.iterations).toEqual([
      { links: 1, clusterCount: 2 },
      { links: 0, clusterCount: 2 },
    ]);
    const two = mergeClusters(clusters, options({ limitFactor: 2 }));
    expect([...two.newLabels]).toEqual([0, 0, 0]);
    expect(two.iterations.map((iteration) => iteration.links)).toEqual([1, 1, 0]);
  });

  it('weighs the centroids of joined clusters by size', () => {
    // 0 (30 rows) and 4 (10 rows) join at 1: squared distance 16 against 40 / 38 · factor. The joined spread is
    // 1 + (30 · 1² + 10 · 3²) / 40 = 4. Then 9.5 is 8.5 away: 72.25 against (40 · 4 + 10 · 1) / 48 · factor,
    // so it joins from factor 20.4 on. Unweighted, the centroid would be 2 and the factor below 20.
    const clusters = onLine([0, 4, 9.5], [30, 10, 10]);
    expect([...mergeClusters(clusters, options({ limitFactor: 15 })).newLabels]).toEqual([0, 1, 2]);
    expect([...mergeClusters(clusters, options({ limitFactor: 20.3 })).newLabels]).toEqual([0, 0, 1]);
    expect([...mergeClusters(clusters, options({ limitFactor: 20.5 })).newLabels]).toEqual([0, 0, 0]);
  });

  it('gives single rows the spread of all clusters', () => {
    // Singles at 0 and 1.2; clusters of 11 rows with sum of squares 22: pooled spread 44 / 20 = 2.2 ≥ 1.44.
    const clusters = onLine([0, 1.2, 50, 90], [1, 1, 11, 11], [0, 0, 2, 2]);
    expect([...mergeClusters(clusters, options()).newLabels]).toEqual([0, 0, 1, 2]);
    expect([...mergeClusters(clusters, options({ limitFactor: 0.6 })).newLabels]).toEqual([0, 1, 2, 3]);
  });

  it('breaks ties to the lower label, so equal distances make pairs and no ring', () => {
    // Corners of a square: 0 → 1 (not 3), 1 → 0, 2 → 1, 3 → 0.
    const square = {
      centroids: Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1),
      dims: 2,
      sizes: Int32Array.of(1, 1, 1, 1),
      spreads: new Float64Array(4),
    };
    expect([...mergeClusters(square, options(mergeGirish2021)).newLabels]).toEqual([0, 0, 1, 2]);
  });

  it('joins clusters in the same place', () => {
    expect([...mergeClusters(onLine([5, 5, 5], [1, 1, 1], [0, 0, 0]), options()).newLabels]).toEqual([
      0, 0, 0,
    ]);
  });

  it('numbers new clusters by their lowest old label', () => {
    expect([...mergeClusters(onLine([9, 0, 9.1, 0.1]), options()).newLabels]).toEqual([0, 1, 0, 1]);
  });

  it('joins the same clusters in any order of them', () => {
    const random = createRandom(1, 'test');
    const positions = Array.from({ length: 60 }, () => random.uniform() * 100);
    const groupsOf = (order: readonly number[]) => {
      const { newLabels } = mergeClusters(
        onLine(order.map((c) => positions[c])),
        options({ limitFactor: 3 }),
      );
      const groups = new Map<number, number[]>();
      order.forEach((c, at) => {
        groups.set(
          newLabels[at],
          [...(groups.get(newLabels[at]) ?? []), c].sort((a, b) => a - b),
        );
      });
      return new Set([...groups.values()].map(String));
    };
    const order = positions.map((_, c) => c);
    expect(groupsOf(order.toReversed())).toEqual(groupsOf(order));
    expect(groupsOf(order).size).toBeLessThan(50);
  });

  it('joins by average linkage up to the limit of the known sources', () => {
    // Mean squared distance of rows: 1 + 1 + 1 = 3 between 0 and 1; then 0.5 (spread 1.25) to 3: 6.25 + 2.25 = 8.5.
    const clusters = onLine([0, 1, 3]);
    const average = options({ linkage: 'average', limit: 'known' });
    expect([...mergeClusters(clusters, average, 2.99).newLabels]).toEqual([0, 1, 2]);
    expect([...mergeClusters(clusters, average, 3).newLabels]).toEqual([0, 0, 1]);
    expect([...mergeClusters(clusters, average, 8.49).newLabels]).toEqual([0, 0, 1]);
    expect([...mergeClusters(clusters, average, 8.51).newLabels]).toEqual([0, 0, 0]);
    expect(() => mergeClusters(clusters, average)).toThrow(/needs a knownLimit/);
  });

  it('links by average linkage to a tight cluster rather than to a wide one that is nearer', () => {
    // From 0: to 2 (spread 9) 4 + 1 + 9 = 14, to 3 (spread 0) 9 + 1 + 0 = 10.
    const clusters = onLine([0, 2, -3], [10, 10, 10], [1, 9, 0]);
    const average = options({ linkage: 'average', limit: 'known', repeat: false });
    expect([...mergeClusters(clusters, average, 11).newLabels]).toEqual([0, 1, 0]);
  });

  it('takes no cluster and one cluster', () => {
    expect(mergeClusters(onLine([]), options())).toMatchObject({ clusterCount: 0 });
    expect([...mergeClusters(onLine([4]), options()).newLabels]).toEqual([0]);
  });

  it('refuses an empty cluster, NaN, and repetition without a limit', () => {
    expect(() => mergeClusters(onLine([0, 1], [3, 0]), options())).toThrow('cluster 1 has none');
    expect(() => mergeClusters(onLine([0, Number.NaN]), options())).toThrow(/must be finite/);
    expect(() => mergeClusters(line, options({ limit: 'none' }))).toThrow(/repeat must be false/);
    expect(() => mergeClusters({ ...line, dims: 2 }, options())).toThrow(TypeError);
  });

  it('repeats as if every iteration searched all pairs again', () => {
    const random = createRandom(2, 'test');
    const positions = Array.from({ length: 90 }, () => Math.round(60 * random.uniform()));
    for (const linkage of ['average', 'centroid']) {
      const repeated = mergeClusters(onLine(positions), options({ linkage, limit: 'known' }), 60);
      const once = options({ linkage, limit: 'known', repeat: false });
      let clusters: ClusterSummary = onLine(positions);
      for (const { links, clusterCount } of repeated.iterations) {
        const { newLabels, iterations } = mergeClusters(clusters, once, 60);
        expect(iterations).toEqual([{ links, clusterCount }]);
        clusters = joinClusters(clusters, newLabels, clusterCount);
      }
      expect(repeated.iterations.length).toBeGreaterThan(3);
      expect(repeated.clusterCount).toBe(clusters.sizes.length);
    }
  });

  it('leaves its input unchanged', () => {
    const before = structuredClone(line);
    mergeClusters(line, options({ limitFactor: 100 }));
    expect(line).toEqual(before);
  });
});
