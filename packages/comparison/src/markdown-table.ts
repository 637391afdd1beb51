/**
 * A table in Markdown.
 *
 * Cells are Markdown themselves; only what would end one, `|` or a line break, is escaped.
 *
 * @param rows one cell a column each. @returns lines.
 */
export function formatMarkdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replace(/[\r\n]+/g, ' ');
}
