import { expect, test } from 'vitest';
import { partOfRows, pickRows, rememberRows, rowBatches, rowsOf } from '../src/row-source.js';

// Row i is (i, 10 i).
const data = Float32Array.from({ length: 12 }, (_, at) => Math.floor(at / 2) * (at % 2 === 0 ? 1 : 10));
const source = rowsOf(data, 2);

test('rowsOf() reads rows of an array without a copy, and leaves a source as it is', () => {
  expect([source.rows, source.dims]).toEqual([6, 2]);
  expect(source.read(1, 3)).toEqual(Float32Array.of(1, 10, 2, 20));
  expect(source.read(1, 3).buffer).toBe(data.buffer);
  expect(rowsOf(source, 2)).toBe(source);
  expect(rowsOf(data.subarray(1), 2).rows).toBe(5.5);
});

test('partOfRows() counts rows from its first one', () => {
  const part = partOfRows(source, 2, 5);
  expect(part.rows).toBe(3);
  expect(part.read(1, 2)).toEqual(Float32Array.of(3, 30));
});

test('rowBatches() goes through all rows, 2048 at a time', () => {
  const batches = [...rowBatches(rowsOf(new Float32Array(2 * 4099), 2))];
  expect(batches.map(({ length }) => length)).toEqual([4096, 4096, 6]);
  expect([...rowBatches(rowsOf(new Float32Array(0), 2))]).toEqual([]);
});

test('pickRows() copies rows in the order given, and reads those that follow each other together', () => {
  const reads: [number, number][] = [];
  const read = (from: number, to: number) => {
    reads.push([from, to]);
    return source.read(from, to);
  };
  const picked = pickRows({ ...source, read }, [4, 0, 1, 2, 2]);
  expect(picked).toEqual(Float32Array.of(4, 40, 0, 0, 1, 10, 2, 20, 2, 20));
  expect(reads).toEqual([
    [4, 5],
    [0, 3],
    [2, 3],
  ]);
});

test.each([
  [[0, -1], -1],
  [[6], 6],
  [[4, 5, 6], 6],
  [[0.5], 0.5],
])('pickRows() refuses rows %j', (rows, wrong) => {
  expect(() => pickRows(source, rows)).toThrow(
    new RangeError(`content whitening: rows must be in [0, 6), got ${wrong}`),
  );
});

test('rememberRows() computes what it keeps once, and what is beyond 64 MB again', async () => {
  // Rows of 8 MB: eight of them are kept.
  const dims = 2 ** 21;
  const computed: number[] = [];
  const read = async (from: number) => {
    computed.push(from);
    return new Float32Array(dims).fill(from);
  };
  const remembered = rememberRows({ rows: 10, dims, read });
  for (const round of [1, 2]) {
    for (let row = 0; row < 10; row++) {
      expect((await remembered.read(row, row + 1))[round]).toBe(row);
    }
  }
  expect(computed).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 9]);
});
