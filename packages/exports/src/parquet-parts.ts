import type { CaseTable, Cell, ColumnType } from '@ganscout/cases';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';

/** Of a column: that of a table, or one vector of numbers a row. */
export type ParquetType = ColumnType | 'vector';

export type ParquetCell = Cell | Float32Array;

/** Rows that are put together; what is in memory at once. */
const GROUP_ROWS = 16_384;

/** A Parquet file that is made group by group. */
export interface ParquetParts {
  /** The bytes of one more row group. */
  add(rows: readonly (readonly ParquetCell[])[]): Uint8Array;
  /** The bytes that end the file. */
  finish(): Uint8Array;
}

/**
 * Begins a Parquet file: text as UTF-8 strings, integers as INT32, numbers as FLOAT, lists and vectors as lists of their
 * elements; compressed with Snappy, each column with its statistics. Any value may be null; an integer that is `''` is null.
 *
 * Source: Apache Parquet format, "File format", "Logical types" (STRING; LIST in three levels).
 */
export function beginParquet(columns: Readonly<Record<string, ParquetType>>): ParquetParts {
  const types = Object.entries(columns);
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaOf(types), createdBy: 'ganscout' });
  const taken = () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  return {
    add(rows) {
      const columnData = types.map(([name, type], column) => ({
        name,
        data: rows.map((row) => storedCell(row[column] as ParquetCell, type)),
      }));
      file.write({ columnData, rowGroupSize: rows.length });
      return taken();
    },
    finish() {
      file.finish();
      return taken();
    },
  };
}

/** A table as a Parquet file; in parts. Cost: some thousands of rows in memory. */
export function* formatParquet({ columns, rows }: CaseTable): Iterable<Uint8Array> {
  const file = beginParquet(columns);
  let group: (readonly Cell[])[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < GROUP_ROWS) continue;
    yield file.add(group);
    group = [];
  }
  if (group.length > 0) yield file.add(group);
  yield file.finish();
}

function schemaOf(types: readonly (readonly [string, ParquetType])[]): SchemaElement[] {
  return [{ name: 'root', num_children: types.length }, ...types.flatMap(elementsOf)];
}

function elementsOf([name, type]: readonly [string, ParquetType]): SchemaElement[] {
  if (type === 'text') return [textElement(name)];
  if (type === 'integer') return [{ name, type: 'INT32', repetition_type: 'OPTIONAL' }];
  if (type === 'number') return [{ name, type: 'FLOAT', repetition_type: 'OPTIONAL' }];
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    type === 'list'
      ? textElement('element')
      : { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
  ];
}

function textElement(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
}

function storedCell(cell: ParquetCell, type: ParquetType): unknown {
  if (type === 'integer' && cell === '') return null;
  return cell instanceof Float32Array ? Array.from(cell) : cell;
}
