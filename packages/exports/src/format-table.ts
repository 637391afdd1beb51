import type { CaseTable, Cell } from '@ganscout/cases';
import { formatCsvRow } from '@ganscout/images';

const SEPARATOR = ' | ';
/** Characters that a part of a file has at least, but for the last. */
const PART_LENGTH = 1 << 16;

/**
 * A table as comma-separated values, with what a spreadsheet would run and what would steer a terminal made harmless as
 * `formatCsvRow` does, or as a JSON object a line; in parts.
 */
export function formatTable({ columns, rows }: CaseTable, format: 'csv' | 'jsonl'): Iterable<string> {
  const names = Object.keys(columns);
  return inParts(format === 'csv' ? csvLines(names, rows) : jsonLines(names, rows));
}

/** A JSON array of values, one a line; in parts. */
export function formatArray(values: Iterable<unknown>): Iterable<string> {
  return inParts(enclosed('[', values, (value) => JSON.stringify(value), ']'));
}

/** A JSON object of values by name, one a line; in parts. */
export function formatObject(entries: Iterable<readonly [name: string, value: unknown]>): Iterable<string> {
  return inParts(
    enclosed('{', entries, ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`, '}'),
  );
}

/** Short texts put together, so that a file is not written piece by piece. */
export function* inParts(texts: Iterable<string>): Iterable<string> {
  let part = '';
  for (const text of texts) {
    part += text;
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

function* csvLines(names: readonly string[], rows: CaseTable['rows']): Iterable<string> {
  yield formatCsvRow(names);
  for (const row of rows) yield formatCsvRow(row.map(csvCell));
}

function* jsonLines(names: readonly string[], rows: CaseTable['rows']): Iterable<string> {
  for (const row of rows) {
    yield `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i]])))}\n`;
  }
}

function* enclosed<T>(
  start: string,
  values: Iterable<T>,
  format: (value: T) => string,
  end: string,
): Iterable<string> {
  let separator = '\n';
  yield start;
  for (const value of values) {
    yield separator + format(value);
    separator = ',\n';
  }
  yield `\n${end}\n`;
}

function csvCell(cell: Cell): string | number | null {
  if (cell === null || typeof cell === 'number') return cell;
  return typeof cell === 'string' ? cell : cell.join(SEPARATOR);
}
