import { describe, expect, it } from 'vitest';
import {
  compactLabels,
  createAssignment,
  discoveredRows,
  rowsWhere,
  unassignedRows,
} from '../src/assignment.js';

describe('createAssignment()', () => {
  it('keeps valid labels and counts', () => {
    const labels = Int32Array.of(-1, 0, 2, 3, 2);
    expect(createAssignment(labels, 2, 4)).toEqual({ labels, knownCount: 2, clusterCount: 4 });
  });

  it('accepts known labels that do not occur, and no image at all', () => {
    expect(createAssignment(Int32Array.of(-1), 3, 3).clusterCount).toBe(3);
    expect(createAssignment(new Int32Array(0), 0, 0).labels).toHaveLength(0);
  });

  it('refuses a label out of range and names the row', () => {
    expect(() => createAssignment(Int32Array.of(0, 2), 1, 2)).toThrow(
      'labels must be in [-1, 2), got 2 in row 1',
    );
    expect(() => createAssignment(Int32Array.of(-2), 1, 1)).toThrow('got -2 in row 0');
  });

  it('refuses a discovered label that does not occur', () => {
    expect(() => createAssignment(Int32Array.of(0, 3), 1, 4)).toThrow('[1, 4) must occur, 1 does not');
  });

  it('refuses counts out of order', () => {
    expect(() => createAssignment(Int32Array.of(0), 3, 2)).toThrow('got 3 and 2');
    expect(() => createAssignment(Int32Array.of(0), -1, 2)).toThrow(RangeError);
    expect(() => createAssignment(Int32Array.of(0), 0.5, 2)).toThrow(RangeError);
  });
});

describe('compactLabels()', () => {
  it('closes the gaps in label order and keeps known labels and -1', () => {
    const labels = Int32Array.of(9, -1, 1, 5, 9, 7);
    const assignment = compactLabels(labels, 2);
    expect([...assignment.labels]).toEqual([4, -1, 1, 2, 4, 3]);
    expect(assignment.clusterCount).toBe(5);
    expect([...labels]).toEqual([9, -1, 1, 5, 9, 7]);
  });

  it('yields what createAssignment() accepts, with and without discovered clusters', () => {
    for (const labels of [Int32Array.of(30, 8, 8), Int32Array.of(-1, 0), new Int32Array(0)]) {
      const { labels: compact, knownCount, clusterCount } = compactLabels(labels, 3);
      expect(() => createAssignment(compact, knownCount, clusterCount)).not.toThrow();
    }
  });
});

describe('rowsWhere()', () => {
  it('asks for each label with its row, and returns the accepted rows ascending', () => {
    const labels = Int32Array.of(5, 0, 2, 5);
    expect(rowsWhere(labels, (label) => label === 5)).toEqual(Int32Array.of(0, 3));
    expect(rowsWhere(labels, (label, row) => label === row)).toEqual(Int32Array.of(2));
    expect(rowsWhere(labels, () => false)).toEqual(new Int32Array(0));
  });
});

describe('discoveredRows() and unassignedRows()', () => {
  it('return ascending row numbers of each kind', () => {
    const assignment = createAssignment(Int32Array.of(2, -1, 0, 2, -1, 1), 2, 3);
    expect([...discoveredRows(assignment)]).toEqual([0, 3]);
    expect([...unassignedRows(assignment)]).toEqual([1, 4]);
  });
});
