import { escapeText } from './escape-text.js';
import { fitText, textWidth } from './text-width.js';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand right; default left. */
  readonly align?: 'left' | 'right';
  /** Which end of a value stays when the table must be narrowed; a column without it is never cut. */
  readonly keep?: 'start' | 'end';
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * Formats rows under their titles, columns as wide as their widest value, lines without spaces at their ends.
 *
 * Values are escaped. Where lines are wider than `width`, the widest column that may be cut is narrowed, down to 8
 * columns each; what is still too wide stays so.
 *
 * @param rows one value a column each.
 * @returns lines, each ended by a line feed; the titles alone if there is no row.
 * @throws {RangeError} if a row has more or fewer values than there are columns.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const wrong = rows.find((row) => row.length !== columns.length);
  if (wrong !== undefined) {
    throw new RangeError(`formatTable: a row must have ${columns.length} values, got ${wrong.length}`);
  }
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(escapeText))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => textWidth(line[i] ?? ''))));
  narrow(widths, columns, width);
  return lines.map((line) => formatLine(line, columns, widths)).join('');
}

function narrow(widths: number[], columns: readonly Column[], width: number): void {
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, value) => sum + value, gaps) - width;
  while (excess > 0) {
    const candidates = widths.map((value, i) => (columns[i]?.keep === undefined ? 0 : value));
    const widest = Math.max(...candidates);
    if (widest <= NARROWEST) return;
    widths[candidates.indexOf(widest)] = widest - 1;
    excess--;
  }
}

function formatLine(line: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const cells = columns.map(({ align, keep }, i) => {
    const cell = fitText(line[i] ?? '', widths[i] ?? 0, keep);
    const padding = ' '.repeat(Math.max(0, (widths[i] ?? 0) - textWidth(cell)));
    return align === 'right' ? padding + cell : cell + padding;
  });
  return `${cells.join(GAP).trimEnd()}\n`;
}

/** A figure with three decimals, or `-` where it is not defined. */
export function formatFigure(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '-' : value.toFixed(3);
}

/** A share as percent with one decimal, or `-`. */
export function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** `1 image`, `2 images`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
