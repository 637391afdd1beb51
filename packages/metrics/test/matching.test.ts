import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { matchingAccuracy, optimalAssignment } from '../src/matching.js';

const total = (weights: Float64Array, columns: number, columnOf: Int32Array) =>
  columnOf.reduce((sum, column, row) => (column === -1 ? sum : sum + weights[row * columns + column]!), 0);

/** Largest total over all ways to give the rows from `row` on a free column or, beyond the columns, none. */
function bestTotal(weights: Float64Array, rows: number, columns: number, row = 0, used = 0): number {
  if (row === rows) return 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < columns; c++) {
    if ((used & (1 << c)) !== 0) continue;
    const rest = bestTotal(weights, rows, columns, row + 1, used | (1 << c));
    best = Math.max(best, weights[row * columns + c]! + rest);
  }
  return best;
}

describe('optimalAssignment()', () => {
  it('gives up the largest weight where the total gains', () => {
    // Greedy takes 10 and then 1; the best is 9 + 8.
    expect([...optimalAssignment(Float64Array.of(10, 9, 8, 1), 2, 2)]).toEqual([1, 0]);
  });

  it('pairs all of the smaller side, even at a loss', () => {
    expect([...optimalAssignment(Float64Array.of(-5, -2, -9), 1, 3)]).toEqual([1]);
    expect([...optimalAssignment(Float64Array.of(-5, -2, -9), 3, 1)]).toEqual([-1, 0, -1]);
  });

  it('equals trying every pairing, on random matrices with ties', () => {
    const random = createRandom(3, 'weights');
    for (let trial = 0; trial < 60; trial++) {
      const columns = 1 + random.integer(6);
      const rows = 1 + random.integer(columns);
      const weights = Float64Array.from({ length: rows * columns }, () => random.integer(5) - 1);
      const columnOf = optimalAssignment(weights, rows, columns);
      expect(new Set(columnOf).size).toBe(rows);
      expect(total(weights, columns, columnOf)).toBe(bestTotal(weights, rows, columns));
    }
  });

  it('gives the same total for the transpose, and leaves the weights unchanged', () => {
    const random = createRandom(4, 'weights');
    const weights = Float64Array.from({ length: 7 * 30 }, () => random.uniform());
    const kept = weights.slice();
    const transposed = Float64Array.from(
      { length: 210 },
      (_, i) => weights[(i % 7) * 30 + Math.floor(i / 7)]!,
    );
    const first = total(weights, 30, optimalAssignment(weights, 7, 30));
    expect(total(transposed, 7, optimalAssignment(transposed, 30, 7))).toBeCloseTo(first, 12);
    expect(weights).toEqual(kept);
  });

  it('returns -1 for rows without any column, and nothing for no row', () => {
    expect([...optimalAssignment(new Float64Array(0), 2, 0)]).toEqual([-1, -1]);
    expect(optimalAssignment(new Float64Array(0), 0, 3)).toHaveLength(0);
  });

  it('refuses a wrong shape and NaN', () => {
    expect(() => optimalAssignment(new Float64Array(5), 2, 3)).toThrow('must be 2 × 3, got 5 values');
    expect(() => optimalAssignment(Float64Array.of(1, Number.NaN), 1, 2)).toThrow('got NaN at index 1');
  });
});

describe('matchingAccuracy()', () => {
  it('counts what the best one-to-one pairing gets right', () => {
    // Cluster 5 holds 3 of source 0 and 2 of source 1, cluster 6 two of source 0. Majority voting would give 5 of 7;
    // one to one, either 5→0 (3 right) or 5→1 and 6→0 (4 right).
    const truth = Int32Array.of(0, 0, 0, 1, 1, 0, 0);
    const labels = Int32Array.of(5, 5, 5, 5, 5, 6, 6);
    expect(matchingAccuracy(truth, labels)).toBe(4 / 7);
  });

  it('counts unassigned images as wrong, also where -1 would be the best match', () => {
    expect(matchingAccuracy(Int32Array.of(0, 0, 0, 1), Int32Array.of(-1, -1, -1, 2))).toBe(0.25);
    expect(matchingAccuracy(Int32Array.of(0, 1), Int32Array.of(-1, -1))).toBe(0);
  });

  it('is 1 for renamed sources, and one image of each source for singletons', () => {
    expect(matchingAccuracy(Int32Array.of(0, 0, 1, 2), Int32Array.of(8, 8, 3, 0))).toBe(1);
    expect(matchingAccuracy(Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 2, 3))).toBe(0.5);
  });

  it('refuses no image', () => {
    expect(() => matchingAccuracy(new Int32Array(0), new Int32Array(0))).toThrow('at least one image');
  });
});
