import { escapeValue, restoreValue } from './escaped-value.js';

/** A table of text: every row has one value a column. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const COMMA = 0x2c;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** In a line without these commas alone part the values, and all of them stand for themselves. */
const NEEDS_CARE = /["\r]/;

/**
 * Parses comma-separated values; the first row names the columns.
 *
 * Lines end in LF, CRLF or CR. A blank line is skipped; a row of one empty value is written `""`.
 * A byte order mark is dropped. A quote inside an unquoted value is an ordinary character. A value that `formatCsvRow`
 * made harmless is given back as it was; values of other people's tables stay as they are, with a leading `=` too.
 *
 * @throws {SyntaxError} if a row has more or fewer values than the first, a quote is not closed, or text
 *   follows a closing quote; the text names the line, from 1.
 *
 * Source: RFC 4180. Departs from it: LF and CR alone end a line too.
 */
export function parseCsv(text: string): CsvTable {
  const rows: string[][] = [];
  let columns: string[] | undefined;
  for (const { values, line } of readRows(text)) {
    columns ??= values;
    if (values === columns) continue;
    if (values.length !== columns.length) {
      throw new SyntaxError(
        `CSV line ${line}: a row must have ${columns.length} values as the first row has, got ${values.length}`,
      );
    }
    rows.push(values);
  }
  return { columns: columns ?? [], rows };
}

/**
 * Formats one row, ended by LF. `null` is an empty value.
 *
 * Values with a comma or a quote are quoted. Text that a spreadsheet would run (it begins with `=`, `+`, `-` or `@`) or that
 * would steer a terminal (control characters, line breaks, changes of direction) is written as a string of JSON, in its
 * quotes: a row is always one line, and `parseCsv` reads every text back as it was. Numbers stay numbers.
 */
export function formatCsvRow(values: readonly (string | number | boolean | null)[]): string {
  if (values.length === 1 && (values[0] === '' || values[0] === null)) return '""\n';
  return `${values.map(formatValue).join(',')}\n`;
}

function formatValue(value: string | number | boolean | null): string {
  const text = typeof value === 'string' ? escapeValue(value) : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

interface Row {
  readonly values: string[];
  readonly line: number;
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function* readRows(text: string): Generator<Row> {
  let position = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  let lineFeed = -1;
  while (position < text.length) {
    // Not sought again until it is passed: text whose lines end in CR alone has none.
    if (lineFeed < position) lineFeed = nextLineFeed(text, position);
    const plain = text.slice(
      position,
      text.charCodeAt(lineFeed - 1) === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed,
    );
    if (!NEEDS_CARE.test(plain)) {
      if (plain !== '') yield { values: plain.split(','), line };
      position = lineFeed + 1;
      line++;
      continue;
    }
    const start = position;
    const values: string[] = [];
    for (;;) {
      const field: Field =
        text.charCodeAt(position) === QUOTE ? quotedField(text, position, line) : plainField(text, position);
      values.push(field.value);
      position = field.end;
      if (text.charCodeAt(position) !== COMMA) break;
      position++;
    }
    const isBlank = position === start;
    if (text.charCodeAt(position) === CARRIAGE_RETURN) position++;
    if (text.charCodeAt(position) === LINE_FEED) position++;
    if (!isBlank) yield { values, line };
    line += countLines(text, start, position);
  }
}

/** Place of the next line feed, or the end of the text. */
function nextLineFeed(text: string, position: number): number {
  const found = text.indexOf('\n', position);
  return found === -1 ? text.length : found;
}

function plainField(text: string, start: number): Field {
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === COMMA || code === LINE_FEED || code === CARRIAGE_RETURN) break;
    end++;
  }
  return { value: restoreValue(text.slice(start, end)), end };
}

function quotedField(text: string, start: number, line: number): Field {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text.charCodeAt(end + 1) === QUOTE) end = text.indexOf('"', end + 2);
  if (end === -1) throw new SyntaxError(`CSV line ${line}: a quote opened in this row must be closed`);
  const next = text.charCodeAt(end + 1);
  if (end + 1 < text.length && next !== COMMA && next !== LINE_FEED && next !== CARRIAGE_RETURN) {
    throw new SyntaxError(
      `CSV line ${line}: a closing quote must be followed by a comma or the end of the line, got "${text[end + 1]}"`,
    );
  }
  return { value: restoreValue(text.slice(start + 1, end).replaceAll('""', '"')), end: end + 1 };
}

function countLines(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(i + 1) !== LINE_FEED)) count++;
  }
  return count;
}
