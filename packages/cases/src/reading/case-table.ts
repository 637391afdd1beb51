/** A value of a table. */
export type Cell = string | number | readonly string[] | null;

/** What the values of a column are. An integer fits in 32 bits; where there is none it is null or `''`, a number null. */
export type ColumnType = 'text' | 'integer' | 'number' | 'list';

/** A table of columns by name, in their order, rows made one by one: they can be gone through once. */
export interface CaseTable {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly rows: Iterable<readonly Cell[]>;
}
