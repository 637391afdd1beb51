import { createRandom, squaredDistance } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { nearestNeighborGraph } from '../src/nearest-neighbor-graph.js';

describe('nearestNeighborGraph()', () => {
  it.each([1, 7, 16, 40])('equals a full search with %i dims', (dims) => {
    const random = createRandom(dims, 'test');
    const count = 80;
    // Rounded, so that distances tie.
    const points = Float32Array.from({ length: count * dims }, () => Math.round(2 * random.normal()));
    const { nearest, distances: found } = nearestNeighborGraph(points, dims);
    for (let i = 0; i < count; i++) {
      const distances = Array.from({ length: count }, (_, j) =>
        j === i ? Number.POSITIVE_INFINITY : squaredDistance(points, i, points, j, dims),
      );
      const best = Math.min(...distances);
      expect(found[i]).toBe(best);
      expect(nearest[i]).toBe(distances.indexOf(best));
    }
  });

  it('adds the offsets of both points to their distance', () => {
    // From 0: 1 + 5 = 6 to the point at 1, 4 to the one at 2.
    const graph = nearestNeighborGraph(Float32Array.of(0, 1, 2), 1, Float64Array.of(0, 5, 0));
    expect([...graph.nearest]).toEqual([2, 0, 0]);
    expect([...graph.distances]).toEqual([4, 6, 4]);
  });

  it('has no link from a single point', () => {
    expect([...nearestNeighborGraph(Float32Array.of(1, 2), 2).nearest]).toEqual([-1]);
    expect(nearestNeighborGraph(new Float32Array(0), 2).nearest.length).toBe(0);
  });
});
