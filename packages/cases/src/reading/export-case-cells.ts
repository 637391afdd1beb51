import { formatCsvRow } from '@ganscout/images';

/** A value of a table. */
export type Cell = string | number | readonly string[] | null;

/** A table of columns by name, rows made one by one. */
export interface ExportTable {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

export type ExportFormat = 'csv' | 'jsonl';

const SEPARATOR = ' | ';
/** Characters that a part of a table has at least, but for the last. */
const PART_LENGTH = 1 << 16;

/**
 * A table as comma-separated values, with what a spreadsheet would run and what would steer a terminal made harmless as
 * `formatCsvRow` does, or as a JSON object a line; in parts.
 */
export function* formatExport({ columns, rows }: ExportTable, format: ExportFormat): Iterable<string> {
  let part = format === 'csv' ? formatCsvRow(columns) : '';
  for (const row of rows) {
    part += format === 'csv' ? formatCsvRow(row.map(csvCell)) : jsonLine(columns, row);
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

function csvCell(cell: Cell): string | number | null {
  if (cell === null || typeof cell === 'number') return cell;
  return typeof cell === 'string' ? cell : cell.join(SEPARATOR);
}

function jsonLine(columns: readonly string[], row: readonly Cell[]): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((column, i) => [column, row[i]])))}\n`;
}
