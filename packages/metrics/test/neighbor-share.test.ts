import { describe, expect, it } from 'vitest';
import { neighborShare } from '../src/neighbor-share.js';
import { onLine } from './line-features.js';

describe('neighborShare()', () => {
  it('takes the mean share over the images of each cluster', () => {
    // Two nearest of 0: 1, 3; of 1: 0, 3; of 10: 12, 13; of 12: 13, 10. 3 is of no cluster and 13 of the first.
    const features = onLine(0, 1, 3, 10, 12, 13);
    const labels = Int32Array.of(0, 0, -1, 1, 1, 0);
    const [first, second, empty] = neighborShare(features, labels, 3, { neighbors: 2, seed: 1 });
    // 13 has 12 and 10 next to it: shares 1/2, 1/2 and 0.
    expect(first).toBeCloseTo(1 / 3, 12);
    expect(second).toBe(1 / 2);
    expect(empty).toBeNaN();
  });

  it('looks at 15 neighbors, or at all others where they are fewer', () => {
    const near = Array.from({ length: 20 }, (_, i) => i);
    const far = Array.from({ length: 6 }, (_, i) => 1000 + i);
    const labels = Int32Array.from([...near, ...far], (value) => (value < 500 ? 0 : 1));
    // The six have five of their own among their 15 nearest.
    expect([...neighborShare(onLine(...near, ...far), labels, 2, { seed: 1 })]).toEqual([1, 5 / 15]);
    expect([...neighborShare(onLine(1, 2, 9), Int32Array.of(0, 0, 1), 2, { seed: 1 })]).toEqual([1 / 2, 0]);
    expect([...neighborShare(onLine(1), Int32Array.of(0), 1, { seed: 1 })]).toEqual([Number.NaN]);
    expect([...neighborShare(onLine(), Int32Array.of(), 0, { seed: 1 })]).toEqual([]);
  });

  it('does not depend on the order of images or on how clusters are called', () => {
    const values = Array.from({ length: 50 }, (_, i) => Math.sin(i * i) + (i % 3));
    const labels = Int32Array.from(values, (_, i) => (i % 5 === 4 ? -1 : i % 3));
    const [a, b, c] = neighborShare(onLine(...values), labels, 3, { neighbors: 4, seed: 1 });
    const names = Int32Array.of(2, 0, 1);
    const turned = labels.map((label) => (label === -1 ? -1 : names[label])).reverse();
    const again = neighborShare(onLine(...values.reverse()), turned, 3, { neighbors: 4, seed: 2 });
    expect(again[2]).toBeCloseTo(a, 12);
    expect(again[0]).toBeCloseTo(b, 12);
    expect(again[1]).toBeCloseTo(c, 12);
  });

  it('takes samples of many images, the same for the same seed, near the figure of all', () => {
    const values = Array.from({ length: 600 }, (_, i) => Math.sin(i * i) + (i % 2));
    const labels = Int32Array.from(values, (_, i) => i % 2);
    const features = onLine(...values);
    const few = { neighbors: 5, imagesPerCluster: 100, candidates: 300 };
    const sampled = neighborShare(features, labels, 2, { ...few, seed: 1 });
    const exact = neighborShare(features, labels, 2, { neighbors: 5, seed: 1 });
    expect(neighborShare(features, labels, 2, { ...few, seed: 1 })).toEqual(sampled);
    expect(neighborShare(features, labels, 2, { ...few, seed: 2 })).not.toEqual(sampled);
    for (const label of [0, 1]) expect(Math.abs(sampled[label] - exact[label])).toBeLessThan(0.1);
    expect([...features.data]).toEqual([...Float32Array.from(values)]);
  });

  it('cannot come to 1 for a small cluster where only some images are candidates', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i < 20 ? i : 1000 + i));
    const labels = Int32Array.from(values, (value) => (value < 500 ? 0 : -1));
    const shareOf = (candidates: number) =>
      neighborShare(onLine(...values), labels, 1, { candidates, seed: 3 })[0];
    expect(shareOf(400)).toBe(1);
    // About 5 of the 20 are among 100 candidates, so about a third of 15 neighbors.
    expect(shareOf(100)).toBeLessThan(0.75);
    expect(shareOf(100)).toBeGreaterThan(0);
  });

  it('refuses labels and options out of range', () => {
    const features = onLine(1, 2);
    expect(() => neighborShare(features, Int32Array.of(0), 1, { seed: 1 })).toThrow('2 values, got 1');
    expect(() => neighborShare(features, Int32Array.of(0, 1), 1, { seed: 1 })).toThrow('[-1, 1), got 1');
    const none = { neighbors: 0, seed: 1 };
    expect(() => neighborShare(features, Int32Array.of(0, 0), 1, none)).toThrow(
      'neighborShare: neighbors must be a positive integer, got 0',
    );
  });
});
