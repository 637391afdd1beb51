import { describe, expect, it } from 'vitest';
import { jaccardStability } from '../src/stability.js';

describe('jaccardStability()', () => {
  it('gives each cluster the largest intersection over union', () => {
    // Cluster 4 = {0, 1, 2} against 0 = {0, 1} (2/3) and 1 = {2, 3, 4} (1/5); cluster 7 = {3, 4} against 1 (2/3).
    const stability = jaccardStability(Int32Array.of(4, 4, 4, 7, 7), Int32Array.of(0, 0, 1, 1, 1));
    expect([...stability.labels]).toEqual([4, 7]);
    expect([...stability.jaccard]).toEqual([2 / 3, 2 / 3]);
    expect([...stability.matches]).toEqual([0, 1]);
    expect(stability.mean).toBeCloseTo(2 / 3, 15);
  });

  it('counts unassigned images in the union but never as a cluster', () => {
    const stability = jaccardStability(Int32Array.of(0, 0, -1, 1, -1), Int32Array.of(5, -1, 5, -1, -1));
    // Cluster 0 = {0, 1} against 5 = {0, 2}: 1/3. Cluster 1 = {3} meets only -1.
    expect([...stability.jaccard]).toEqual([1 / 3, 0]);
    expect([...stability.matches]).toEqual([5, -1]);
    expect(stability.mean).toBeCloseTo(1 / 6, 15);
  });

  it('is 1 for the same clusters under other names', () => {
    expect(jaccardStability(Int32Array.of(0, 0, 1, -1), Int32Array.of(8, 8, 2, -1)).mean).toBe(1);
  });

  it('gives ties to the lower label', () => {
    expect([...jaccardStability(Int32Array.of(0, 0), Int32Array.of(3, 2)).matches]).toEqual([2]);
  });

  it('has no mean without a cluster, and refuses different lengths', () => {
    expect(jaccardStability(new Int32Array(0), new Int32Array(0)).mean).toBeNull();
    expect(jaccardStability(Int32Array.of(-1), Int32Array.of(0)).mean).toBeNull();
    expect(() => jaccardStability(Int32Array.of(1), new Int32Array(0))).toThrow(TypeError);
  });
});
