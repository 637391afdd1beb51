import { describe, expect, it } from 'vitest';
import { balancedEpoch } from '../src/balanced-epoch.js';

// Source a has rows 0 to 4, b has 5 and 6, c has 7 to 9; row 10 of source b is not to be drawn.
const labels = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 1);
const sources = ['a', 'b', 'c'];
const rows = Int32Array.of(9, 0, 1, 2, 3, 4, 5, 6, 7, 8);

const epochs = (count: number, options: { batchSize: number; rowsPerSource?: number; seed?: number }) =>
  Array.from({ length: count }, (_, epoch) =>
    balancedEpoch(labels, sources, rows, { seed: 7, ...options, epoch }),
  );

/** How often each row comes. */
function visits(lists: readonly Int32Array[]): number[] {
  const counts = new Array<number>(labels.length).fill(0);
  for (const list of lists) for (const row of list) counts[row]!++;
  return counts;
}

describe('balancedEpoch()', () => {
  it('takes every source as often as the largest has rows, in full batches', () => {
    // Batches of 4 from 3 sources: 5 turns make 15 rows, the next multiple of 4 and 3 is 24, that is 8 turns.
    for (const [batchSize, turns] of [
      [1, 5],
      [3, 5],
      [4, 8],
      [6, 6],
      [5, 5],
      [30, 10],
    ] as const) {
      const [epoch] = epochs(1, { batchSize });
      expect(epoch!.rows).toHaveLength(turns * 3);
      const counts = [0, 0, 0];
      for (const row of epoch!.rows) counts[labels[row]!]!++;
      expect(counts).toEqual([turns, turns, turns]);
    }
  });

  it('lets the sources take turns, so that each batch is balanced', () => {
    const [epoch] = epochs(1, { batchSize: 3 });
    for (let i = 0; i < epoch!.rows.length; i += 3) {
      expect([...epoch!.rows.subarray(i, i + 3)].map((row) => labels[row]).sort()).toEqual([0, 1, 2]);
    }
    const firsts = Array.from({ length: 5 }, (_, turn) => labels[epoch!.rows[turn * 3]!]);
    expect(new Set(firsts).size).toBeGreaterThan(1);
  });

  it('goes through all rows of a source before one comes again, across epochs too', () => {
    for (const rowsPerSource of [1, 2, 3, 5, 7]) {
      for (let count = 1; count <= 6; count++) {
        const counts = visits(epochs(count, { batchSize: 1, rowsPerSource }).map((epoch) => epoch.rows));
        for (const own of [counts.slice(0, 5), counts.slice(5, 7), counts.slice(7, 10)]) {
          expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
          expect(own.reduce((sum, value) => sum + value)).toBe(count * rowsPerSource);
        }
        expect(counts[10]).toBe(0);
      }
    }
  });

  it('shuffles anew at each wrap', () => {
    const only = Int32Array.from({ length: 6 }, (_, row) => row);
    const one = (epoch: number) =>
      balancedEpoch(new Int32Array(6), ['a'], only, { seed: 1, epoch, batchSize: 1, rowsPerSource: 18 }).rows;
    const passes = [0, 1, 2].map((pass) => [...one(0).subarray(pass * 6, pass * 6 + 6)]);
    for (const pass of passes) expect(pass.slice().sort()).toEqual([...only]);
    expect(new Set([...passes, [...one(1).subarray(0, 6)]].map(String)).size).toBe(4);
  });

  it('counts how often a row has come before in the epoch', () => {
    const [epoch] = epochs(1, { batchSize: 1 });
    const seen = new Map<number, number>();
    epoch!.rows.forEach((row, i) => {
      expect(epoch!.draws[i]).toBe(seen.get(row) ?? 0);
      seen.set(row, epoch!.draws[i]! + 1);
    });
    // Source b has 2 rows for 5 turns: they come 3 and 2 times.
    expect([seen.get(5), seen.get(6)].sort()).toEqual([2, 3]);
  });

  it('gives an epoch by its number, the same each time, another for another epoch or seed', () => {
    const [first, second] = epochs(2, { batchSize: 4 });
    const [other] = epochs(1, { batchSize: 4, seed: 8 });
    expect(balancedEpoch(labels, sources, rows, { seed: 7, epoch: 1, batchSize: 4 })).toEqual(second);
    expect(first!.rows).not.toEqual(second!.rows);
    expect(first!.rows).not.toEqual(other!.rows);
    expect([...rows]).toEqual([9, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes one source with one row', () => {
    const epoch = balancedEpoch(Int32Array.of(0), ['a'], Int32Array.of(0), {
      seed: 0,
      epoch: 3,
      batchSize: 4,
    });
    expect(epoch).toEqual({ rows: Int32Array.of(0, 0, 0, 0), draws: Int32Array.of(0, 1, 2, 3) });
  });

  it('refuses a source without a row, by name, and what is out of range', () => {
    const options = { seed: 1, epoch: 0, batchSize: 2 };
    expect(() => balancedEpoch(labels, ['a', 'b', 'c', 'd e'], rows, options)).toThrow(
      new RangeError('balancedEpoch: every source needs a row, got none of "d e"'),
    );
    expect(() => balancedEpoch(labels, sources, new Int32Array(0), options)).toThrow('none of "a", "b", "c"');
    expect(() => balancedEpoch(labels, [], new Int32Array(0), options)).toThrow('got none of any source');
    expect(() => balancedEpoch(labels, ['a', 'b'], rows, options)).toThrow('got row 9 with label 2');
    expect(() => balancedEpoch(labels, sources, Int32Array.of(11), options)).toThrow('got row 11');
    for (const wrong of [{ epoch: -1 }, { batchSize: 0 }, { rowsPerSource: 1.5 }, { epoch: Number.NaN }]) {
      expect(() => balancedEpoch(labels, sources, rows, { ...options, ...wrong })).toThrow(RangeError);
    }
  });
});
