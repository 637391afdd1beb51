import { describe, expect, it } from 'vitest';
import { sampleForMap } from '../../src/figures/map-sample.js';

/** Labels by how often each occurs, label 0 first; all of one after all of the other. */
const labelsOf = (counts: readonly number[]) =>
  Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));

function countsIn(labels: Int32Array, rows: Int32Array): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const row of rows) counts[labels[row] as number] = (counts[labels[row] as number] ?? 0) + 1;
  return counts;
}

describe('sampleForMap()', () => {
  it('takes all images where they fit', () => {
    expect([...sampleForMap(labelsOf([1, 2]), 3, 1)]).toStrictEqual([0, 1, 2]);
    expect(sampleForMap(new Int32Array(0), 100, 1)).toHaveLength(0);
  });

  it('keeps twenty of each source, or all it has, and shares the rest of the room out by size', () => {
    const labels = labelsOf([3, 20, 1020, 2020]);
    // 3 + 20 + 20 + 20 are kept of 163 points: 100 are left for 1000 and 2000 more, 33 and 66.
    const rows = sampleForMap(labels, 163, 1);
    expect(countsIn(labels, rows)).toStrictEqual({ 0: 3, 1: 20, 2: 53, 3: 86 });
    expect(Array.from(rows)).toStrictEqual(Array.from(new Set(rows)).sort((a, b) => a - b));
  });

  it('leaves no source out while there is a point for each', () => {
    const labels = labelsOf([500, 1, 1, 500, 2]);
    expect(Object.keys(countsIn(labels, sampleForMap(labels, 5, 1)))).toHaveLength(5);
    expect(Object.keys(countsIn(labels, sampleForMap(labels, 9, 1)))).toHaveLength(5);
  });

  it('shows the largest sources where there are more than points', () => {
    const labels = labelsOf([3, 5, 4, 1]);
    expect(countsIn(labels, sampleForMap(labels, 2, 1))).toStrictEqual({ 1: 1, 2: 1 });
  });

  it('draws the same for the same seed, and other images for another', () => {
    const labels = labelsOf([500, 600]);
    expect(sampleForMap(labels, 100, 7)).toStrictEqual(sampleForMap(labels, 100, 7));
    expect(sampleForMap(labels, 100, 7)).not.toStrictEqual(sampleForMap(labels, 100, 8));
  });
});
