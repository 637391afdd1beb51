import { describe, expect, it } from 'vitest';
import { principalPlane } from '../../src/figures/principal-plane.js';
import { featuresOf, groupedFeatures } from './grouped-features.js';

describe('principalPlane()', () => {
  it('lays rows out along their directions of largest variance', async () => {
    // Deviations from the mean (1, 2, 0): ±2 along (3, 4, 0) / 5 and ±1 along (4, -3, 0) / 5, a pair of rows each. Sample
    // variances are 8 / 3 and 2 / 3, of 10 / 3 in all.
    const rows = [1 + 1.2, 2 + 1.6, 0, 1 - 1.2, 2 - 1.6, 0, 1 + 0.8, 2 - 0.6, 0, 1 - 0.8, 2 + 0.6, 0];
    const { plane, shares } = await principalPlane(featuresOf(Float32Array.from(rows), 3), 1);
    for (const [at, x] of [2, -2, 0, 0].entries()) expect(plane.x[at]).toBeCloseTo(x, 5);
    for (const [at, y] of [0, 0, 1, -1].entries()) expect(plane.y[at]).toBeCloseTo(y, 5);
    expect(shares[0]).toBeCloseTo(0.8, 5);
    expect(shares[1]).toBeCloseTo(0.2, 5);
  });

  it('has nothing upwards with one dim, and nothing at all with equal rows, one row and none', async () => {
    const line = await principalPlane(featuresOf(Float32Array.of(1, 3, 5), 1), 1);
    expect([...line.plane.x]).toStrictEqual([-2, 0, 2]);
    expect([...line.plane.y]).toStrictEqual([0, 0, 0]);
    expect(line.shares[0]).toBeCloseTo(1, 10);
    expect(line.shares[1]).toBe(0);
    for (const rows of [3, 1, 0]) {
      const { plane, shares } = await principalPlane(featuresOf(new Float32Array(rows * 4).fill(7), 4), 1);
      expect([...plane.x, ...plane.y]).toStrictEqual(new Array(2 * rows).fill(0));
      expect(shares).toStrictEqual([0, 0]);
    }
  });

  it('gives the same bytes again and leaves the features as they are', async () => {
    const { features } = groupedFeatures(60, { dims: 400 });
    const before = features.data.slice();
    const [first, second] = [await principalPlane(features, 3), await principalPlane(features, 3)];
    expect(first).toStrictEqual(second);
    expect(features.data).toStrictEqual(before);
  });
});
