import { type RowSource, rowsOf } from '@ganscout/extractor';
import { expect, test } from 'vitest';
import { joinRows } from '../src/joined-rows.js';

/** Rows whose two values are 10 × the row plus the offset; says what was read. */
function source(rows: number, offset: number, asked: number[][]): RowSource {
  const data = Float32Array.from({ length: 2 * rows }, (_, i) => 10 * (i >> 1) + offset + (i % 2) / 2);
  const { read } = rowsOf(data, 2);
  return {
    rows,
    dims: 2,
    read(from, to) {
      asked.push([from, to]);
      return read(from, to);
    },
  };
}

test('joinRows() gives the rows in their order, and reads those together that follow each other', () => {
  const [a, b]: [number[][], number[][]] = [[], []];
  const joined = joinRows({
    sources: [source(5, 0, a), source(3, 1, b)],
    sourceOf: Int32Array.of(0, 0, 1, 0, 0, 1),
    rowOf: Int32Array.of(1, 2, 0, 3, 1, 2),
    dims: 2,
  });
  expect(joined.rows).toBe(6);
  expect([...joined.read(0, 6)]).toEqual([10, 10.5, 20, 20.5, 1, 1.5, 30, 30.5, 10, 10.5, 21, 21.5]);
  expect(a).toEqual([
    [1, 3],
    [3, 4],
    [1, 2],
  ]);
  expect(b).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect([...joined.read(1, 3)]).toEqual([20, 20.5, 1, 1.5]);
  expect([...joined.read(4, 4)]).toEqual([]);
});

test('joinRows() copies nothing where one run of rows is read', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const choice = { sourceOf: new Int32Array(2), rowOf: Int32Array.of(1, 2), dims: 2 };
  const joined = joinRows({ ...choice, sources: [rowsOf(data, 2)] });
  expect(joined.read(0, 2).buffer).toBe(data.buffer);
});

test('joinRows() refuses a source of another width, but for one without rows', () => {
  const choice = { sourceOf: new Int32Array(1), rowOf: new Int32Array(1), dims: 2 };
  const two = rowsOf(Float32Array.of(1, 2), 2);
  const joining = (other: RowSource) => joinRows({ ...choice, sources: [two, other] });
  expect(() => joining(rowsOf(Float32Array.of(1, 2, 3), 3))).toThrow(TypeError);
  expect(() => joining(rowsOf(Float32Array.of(1, 2, 3), 3))).toThrow(
    'must have 2 values in every source, got 3',
  );
  expect([...joining({ rows: 0, dims: 0, read: () => new Float32Array(0) }).read(0, 1)]).toEqual([1, 2]);
});
