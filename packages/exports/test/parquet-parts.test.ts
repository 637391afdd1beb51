import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { beginParquet, formatParquet } from '../src/parquet-parts.js';

function joined(parts: Iterable<Uint8Array>): ArrayBuffer {
  return new Uint8Array(Buffer.concat([...parts])).buffer;
}

const COLUMNS = { name: 'text', count: 'integer', score: 'number', notes: 'list' } as const;

test('formatParquet() keeps text, integers, numbers of single precision and lists, and what is null', async () => {
  const rows = [
    ['=1+2\n"ä', 2 ** 31 - 1, 0.1, ['a', '']],
    ['', -1, null, []],
    [null, null, -1.5, null],
    ['x', '', 0, ['=b']],
  ];
  const read = await parquetReadObjects({ file: joined(formatParquet({ columns: COLUMNS, rows })) });
  expect(read.map(({ notes, ...row }) => ({ ...row, notes: notes ?? null }))).toEqual([
    { name: '=1+2\n"ä', count: 2 ** 31 - 1, score: Math.fround(0.1), notes: ['a', ''] },
    { name: '', count: -1, score: null, notes: [] },
    { name: null, count: null, score: -1.5, notes: null },
    { name: 'x', count: null, score: 0, notes: ['=b'] },
  ]);
});

test('formatParquet() declares the type of each column', () => {
  const { schema, created_by: creator } = parquetMetadata(
    joined(formatParquet({ columns: COLUMNS, rows: [] })),
  );
  expect(creator).toBe('ganscout');
  expect(
    schema.slice(1).map(({ name, type, converted_type: converted }) => [name, type ?? converted]),
  ).toEqual([
    ['name', 'BYTE_ARRAY'],
    ['count', 'INT32'],
    ['score', 'FLOAT'],
    ['notes', 'LIST'],
    ['list', undefined],
    ['element', 'BYTE_ARRAY'],
  ]);
  expect(schema[1]?.converted_type).toBe('UTF8');
});

test('formatParquet() of no rows is a table of none', async () => {
  const file = joined(formatParquet({ columns: COLUMNS, rows: [] }));
  expect(Number(parquetMetadata(file).num_rows)).toBe(0);
  expect(await parquetReadObjects({ file })).toEqual([]);
});

test('formatParquet() of 100,000 rows makes several row groups, asks for rows when they are due, and repeats its bytes', async () => {
  let asked = 0;
  function* rows() {
    for (; asked < 100_000; asked++) yield [`image ${asked}`, asked, asked / 7, []];
  }
  const parts = formatParquet({ columns: COLUMNS, rows: rows() });
  const taken: Uint8Array[] = [];
  for (const part of parts) {
    if (taken.length === 0) expect(asked).toBeLessThan(20_000);
    taken.push(part);
  }
  asked = 0;
  const again = [...formatParquet({ columns: COLUMNS, rows: rows() })];
  expect(Buffer.concat(again).equals(Buffer.concat(taken))).toBe(true);
  const file = joined(taken);
  const { row_groups: groups } = parquetMetadata(file);
  expect(groups.map((group) => Number(group.num_rows)).reduce((sum, count) => sum + count, 0)).toBe(100_000);
  expect(groups.length).toBe(7);
  const [last] = await parquetReadObjects({ file, rowStart: 99_999, rowEnd: 100_000 });
  expect(last).toEqual({ name: 'image 99999', count: 99_999, score: Math.fround(99_999 / 7), notes: [] });
});

test('beginParquet() keeps vectors bit by bit', async () => {
  const vectors = [Float32Array.of(0.1, -0, 3e38), Float32Array.of(1e-45, 2, 0)];
  const file = beginParquet({ id: 'text', features: 'vector' });
  const parts = [
    file.add([['a', vectors[0] as Float32Array]]),
    file.add([['b', vectors[1] as Float32Array]]),
    file.finish(),
  ];
  const read = await parquetReadObjects({ file: joined(parts) });
  expect(read.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(read.map(({ features }) => Float32Array.from(features))).toEqual(vectors);
});
