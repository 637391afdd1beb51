import { setKernelThreads } from '@ganscout/kernels';
import { createRandom, squaredDistance } from '@ganscout/numeric';
import { afterEach, describe, expect, it } from 'vitest';
import { nearestNeighborGraph, updateGraph } from '../src/nearest-neighbor-graph.js';

afterEach(() => setKernelThreads(1));

/** Every pair in float64; ties to the lower index. */
function fullSearch(points: Float32Array, dims: number, offsets: Float64Array) {
  const count = points.length / dims;
  const nearest = new Int32Array(count).fill(-1);
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const distance = squaredDistance(points, i, points, j, dims) + (offsets[i] + offsets[j]);
      if (j === i || distance >= distances[i]) continue;
      distances[i] = distance;
      nearest[i] = j;
    }
  }
  return { nearest, distances };
}

/** Points as told by `value`, with offsets that tie as well. */
function spaceOf(count: number, dims: number, value: () => number, offset: () => number = () => 0) {
  return {
    points: Float32Array.from({ length: count * dims }, value),
    dims,
    offsets: Float64Array.from({ length: count }, offset),
  };
}

describe('nearestNeighborGraph()', () => {
  const random = createRandom(3, 'test');
  it.each([
    ['random points', 300, 7, () => random.normal()],
    ['points on a grid, whose distances tie', 80, 3, () => Math.round(2 * random.normal())],
    ['points far from 0', 90, 16, () => 1e4 + random.normal()],
    ['points that differ in the last bit only', 60, 5, () => 1 + 2 ** -23 * Math.round(3 * random.uniform())],
    ['points of very unequal length', 70, 4, () => random.normal() * 10 ** (60 * random.uniform() - 30)],
    ['tiny points', 50, 4, () => random.normal() * 1e-30],
    ['equal points', 20, 2, () => 5],
  ])('equals a full search in float64: %s', (_, count, dims, value) => {
    for (const offset of [() => 0, () => Math.round(3 * random.uniform())]) {
      const space = spaceOf(count, dims, value, offset);
      const expected = fullSearch(space.points, dims, space.offsets);
      expect(nearestNeighborGraph(space)).toEqual(expected);
      setKernelThreads(2);
      expect(nearestNeighborGraph(space)).toEqual(expected);
      setKernelThreads(1);
    }
  });

  it('equals a full search over more points than a block has, whatever the number of threads', () => {
    const space = spaceOf(2048 + 300, 3, () => Math.round(40 * random.normal()));
    const expected = fullSearch(space.points, 3, space.offsets);
    expect(nearestNeighborGraph(space)).toEqual(expected);
    setKernelThreads(3);
    expect(nearestNeighborGraph(space)).toEqual(expected);
  });

  it('adds the offsets of both points to their distance', () => {
    // From 0: 1 + 5 = 6 to the point at 1, 4 to the one at 2.
    const graph = nearestNeighborGraph({
      points: Float32Array.of(0, 1, 2),
      dims: 1,
      offsets: Float64Array.of(0, 5, 0),
    });
    expect([...graph.nearest]).toEqual([2, 0, 0]);
    expect([...graph.distances]).toEqual([4, 6, 4]);
  });

  it('has no link from a single point', () => {
    const alone = { points: Float32Array.of(1, 2), dims: 2, offsets: new Float64Array(1) };
    expect([...nearestNeighborGraph(alone).nearest]).toEqual([-1]);
    const none = { points: new Float32Array(0), dims: 2, offsets: new Float64Array(0) };
    expect(nearestNeighborGraph(none).nearest.length).toBe(0);
  });
});

describe('updateGraph()', () => {
  it('gives the graph of a full search after some points have moved', () => {
    const random = createRandom(4, 'test');
    for (const [count, moved] of [
      [60, 1],
      [200, 30],
      [2300, 100],
    ]) {
      const before = spaceOf(count, 3, () => Math.round(6 * random.normal()));
      const graph = nearestNeighborGraph(before);
      const points = before.points.slice();
      const stale = new Uint8Array(count);
      for (let m = 0; m < moved; m++) {
        const i = Math.floor(count * random.uniform());
        stale[i] = 1;
        for (let d = 0; d < 3; d++) points[i * 3 + d] = Math.round(6 * random.normal());
      }
      const after = { ...before, points };
      const stillThere = stale.map((value, i) => (value === 1 || stale[graph.nearest[i]] === 1 ? 1 : 0));
      expect(updateGraph(graph, after, stillThere)).toEqual(fullSearch(points, 3, before.offsets));
    }
  });

  it('leaves its input unchanged', () => {
    const space = { points: Float32Array.of(0, 1, 3), dims: 1, offsets: new Float64Array(3) };
    const graph = nearestNeighborGraph(space);
    const before = structuredClone([graph, space]);
    updateGraph(graph, space, Uint8Array.of(0, 0, 1));
    expect([graph, space]).toEqual(before);
  });
});
