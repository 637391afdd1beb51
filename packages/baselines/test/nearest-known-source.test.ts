import { describe, expect, it } from 'vitest';
import { nearestKnownSource } from '../src/index.js';
import { lineOf, rowsOf, withNaN } from './rows.js';

describe('nearestKnownSource()', () => {
  const known = rowsOf([
    [1, 0],
    [0, 100],
    [4, 3],
    [0, -1],
  ]);

  it('takes the mean of directions, not of rows', () => {
    // Source 0 has (1, 0) and (0, 1) at unit length, so the direction (1, 1); by rows it would be nearly (0, 1). Source 1 has
    // (0.8, 0.6), source 2 (0, -1). Of (2, 2) the cosines are 1, 1.4 / √2 = 0.99 and less than 0; of (3, 1) 0.89 and 0.95.
    const discovery = rowsOf([
      [2, 2],
      [3, 1],
      [0.1, -1],
    ]);
    expect([...nearestKnownSource(known, Int32Array.of(0, 0, 1, 2), discovery)]).toEqual([0, 1, 2]);
  });

  it('leaves out rows labelled -1 and labels without rows', () => {
    const discovery = rowsOf([
      [2, 1],
      [0, -9],
    ]);
    expect([...nearestKnownSource(known, Int32Array.of(7, 3, -1, -1), discovery)]).toEqual([7, 7]);
  });

  it('gives a tie to the lower label, and a row of zeros to the lowest', () => {
    const two = rowsOf([
      [0, 1],
      [1, 0],
    ]);
    const discovery = rowsOf([
      [5, 5],
      [0, 0],
    ]);
    expect([...nearestKnownSource(two, Int32Array.of(4, 2), discovery)]).toEqual([2, 2]);
    expect([...nearestKnownSource(two, Int32Array.of(2, 4), discovery)]).toEqual([2, 2]);
  });

  it('names nothing where there is nothing to name', () => {
    expect([...nearestKnownSource(known, Int32Array.of(0, 0, 1, 2), rowsOf([], 2))]).toEqual([]);
    expect([...nearestKnownSource(rowsOf([], 2), new Int32Array(0), rowsOf([], 2))]).toEqual([]);
  });

  it('refuses other spaces, labels that do not fit, no label and NaN, and leaves its input unchanged', () => {
    const labels = Int32Array.of(0, 0, 1, 2);
    const elsewhere = { ...known, space: { ...known.space, round: 2 } };
    expect(() => nearestKnownSource(known, labels, elsewhere)).toThrow(TypeError);
    expect(() => nearestKnownSource(known, labels, lineOf(1))).toThrow(TypeError);
    expect(() => nearestKnownSource(known, Int32Array.of(0), known)).toThrow(
      'nearestKnownSource: knownLabels must have 4 values, one a row, got 1',
    );
    expect(() => nearestKnownSource(known, Int32Array.of(0, -2, 1, 2), known)).toThrow(RangeError);
    expect(() => nearestKnownSource(known, new Int32Array(4).fill(-1), known)).toThrow(/must have a label/);
    expect(() => nearestKnownSource(lineOf(1), Int32Array.of(0), withNaN())).toThrow(/got NaN in row 1/);
    const before = known.data.slice();
    nearestKnownSource(known, labels, known);
    expect(known.data).toEqual(before);
    expect([...labels]).toEqual([0, 0, 1, 2]);
  });
});
