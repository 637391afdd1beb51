import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { groupDrawer } from '../src/draw-groups.js';

const GROUPS = [
  ['a', 'a', 'b', 'c'],
  ['c', 'b'],
];

describe('groupDrawer()', () => {
  it('draws the same groups for every split, whole and as often as there are groups', () => {
    const draw = groupDrawer(GROUPS, createRandom(1, 'test'));
    for (let i = 0; i < 50; i++) {
      const [first, second] = draw() as [Int32Array, Int32Array];
      const count = (rows: Int32Array, row: number) => rows.filter((value) => value === row).length;
      // Rows 0 and 1 of the first split are of one group; row 2 is b, as row 1 of the second is.
      expect(count(first, 0)).toBe(count(first, 1));
      expect(count(first, 2)).toBe(count(second, 1));
      expect(count(first, 3)).toBe(count(second, 0));
      expect(count(first, 0) + count(first, 2) + count(first, 3)).toBe(3);
    }
  });

  it('draws the same for the same seed, and others for another', () => {
    const rowsOf = (seed: number) => {
      const draw = groupDrawer(GROUPS, createRandom(seed, 'test'));
      return Array.from({ length: 20 }, () => draw().map((rows) => [...rows]));
    };
    expect(rowsOf(1)).toEqual(rowsOf(1));
    expect(rowsOf(1)).not.toEqual(rowsOf(2));
  });
});
