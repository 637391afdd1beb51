import type { Confusion } from '../report-data.js';
import { escapeHtml } from './escape-html.js';
import { formatInteger, paragraphs, scrollBox, shorten } from './markup.js';

const DEPTHS = 8;
const NAME_LENGTH = 40;

/** Counts of true sources by sources found, shaded by their share of the row. */
export function heatMap({ rows, columns, counts, note }: Confusion): string {
  const name = (text: string) => escapeHtml(shorten(text, NAME_LENGTH));
  const head = columns.map((column) => `<th scope="col"><span>${name(column)}</span></th>`).join('');
  const lines = rows.map((row, i) => {
    const values = counts.slice(i * columns.length, (i + 1) * columns.length);
    const total = values.reduce((sum, value) => sum + value, 0);
    return `<tr><th scope="row">${name(row)}</th>${values.map((value) => heatCell(value, total)).join('')}<td>${formatInteger(total)}</td></tr>`;
  });
  const caption = 'True sources (rows) by sources found (columns), in images';
  const table = `<table class="heat">
<caption>${caption}</caption>
<thead><tr><td></td>${head}<th scope="col"><span>All</span></th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`;
  return `${note === '' ? '' : paragraphs([note], 'note')}
${paragraphs(['The darker a cell, the larger its share of the row. Empty cells are zero.'], 'note')}
${scrollBox(caption, table)}`;
}

function heatCell(value: number, total: number): string {
  if (value === 0) return '<td></td>';
  const depth = Math.max(1, Math.ceil((DEPTHS * value) / total));
  return `<td class="heat-${depth}">${formatInteger(value)}</td>`;
}
