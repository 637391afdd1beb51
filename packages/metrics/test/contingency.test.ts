import { describe, expect, it } from 'vitest';
import { columnMajorities, contingencyTable } from '../src/contingency.js';

const TRUTH = Int32Array.of(7, 7, 3, 3, 3, 7);
const LABELS = Int32Array.of(0, 0, 0, -1, -1, 5);

describe('contingencyTable()', () => {
  it('counts each pair that occurs, cells by row, then by column', () => {
    // Source 3: two at -1, one at 0. Source 7: two at 0, one at 5.
    const table = contingencyTable(TRUTH, LABELS);
    expect([...table.rowLabels]).toEqual([3, 7]);
    expect([...table.columnLabels]).toEqual([-1, 0, 5]);
    expect([...table.rowSums]).toEqual([3, 3]);
    expect([...table.columnSums]).toEqual([2, 3, 1]);
    expect([...table.cellRows]).toEqual([0, 0, 1, 1]);
    expect([...table.cellColumns]).toEqual([0, 1, 1, 2]);
    expect([...table.cellCounts]).toEqual([2, 1, 2, 1]);
    expect(table.total).toBe(6);
  });

  it('counts a row as often as it weighs', () => {
    const weighted = contingencyTable(Int32Array.of(3, 3, 7, 7), Int32Array.of(-1, 0, 0, 5), [2, 1, 2, 1]);
    expect(weighted).toEqual(contingencyTable(TRUTH, LABELS));
  });

  it('gives the same table whether there are few possible cells or more than images', () => {
    // 2000 sources × 2000 labels cannot be counted densely for 4000 images; compare with a plain map.
    const truth = Int32Array.from({ length: 4000 }, (_, i) => (i * 37) % 2000);
    const labels = Int32Array.from({ length: 4000 }, (_, i) => (i * 91) % 1999);
    const expected = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const key = `${truth[i]} ${labels[i]}`;
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    const { rowLabels, columnLabels, cellRows, cellColumns, cellCounts } = contingencyTable(truth, labels);
    const found = Array.from(cellCounts, (count, cell) => [
      `${rowLabels[cellRows[cell]!]} ${columnLabels[cellColumns[cell]!]}`,
      count,
    ]);
    expect(found).toHaveLength(expected.size);
    expect(new Map(found as [string, number][])).toEqual(expected);
  });

  it('accepts labels as far apart as integers go', () => {
    const table = contingencyTable(Int32Array.of(2147483647, -2147483648), Int32Array.of(0, 2000000000));
    expect([...table.rowLabels]).toEqual([-2147483648, 2147483647]);
    expect([...table.cellColumns]).toEqual([1, 0]);
  });

  it('does not depend on the row order, and leaves the labels unchanged', () => {
    const reversed = contingencyTable(TRUTH.toReversed(), LABELS.toReversed());
    expect(reversed).toEqual(contingencyTable(TRUTH, LABELS));
    expect([...LABELS]).toEqual([0, 0, 0, -1, -1, 5]);
  });

  it('is empty for no image', () => {
    expect(contingencyTable(new Int32Array(0), new Int32Array(0))).toMatchObject({ total: 0 });
  });

  it('refuses different lengths', () => {
    expect(() => contingencyTable(TRUTH, Int32Array.of(1))).toThrow('same length, got 6 and 1');
    expect(() => contingencyTable(TRUTH, LABELS, [1])).toThrow('weights must have 6 values, got 1');
  });
});

describe('columnMajorities()', () => {
  it('finds the largest source of each label, ties going to the lower', () => {
    const table = contingencyTable(Int32Array.of(1, 2, 2, 1, 2), Int32Array.of(0, 0, 0, 4, 4));
    expect([...columnMajorities(table).rows]).toEqual([1, 0]);
    expect([...columnMajorities(table).counts]).toEqual([2, 1]);
  });
});
