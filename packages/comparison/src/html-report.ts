import { escapeHtml, renderPage } from '@ganscout/report';
import { FIGURE_NOTES } from './figures.js';
import { describeResults, type ResultCell, type ResultTable, rowNotes, tablesOf } from './result-tables.js';
import type { BenchResults } from './results.js';
import type { Section } from './sections.js';

const STYLES = `
thead th + th { text-align: right; }
td .spread { white-space: nowrap; font-size: 0.85em; color: var(--quiet); display: block; }
`;

/** The results as a page of its own. */
export function renderHtml(results: BenchResults): string {
  const { sections } = results;
  const links = sections
    .map(({ id, title }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a></li>`)
    .join('');
  return renderPage({
    title: 'Benchmark of discovery',
    header: `${paragraphs(describeResults(results))}\n<nav aria-label="Contents"><ul>${links}</ul></nav>`,
    body: [...sections.map(renderSection), `<h2>Figures</h2>\n${paragraphs(FIGURE_NOTES)}`].join('\n'),
    styles: STYLES,
  });
}

function renderSection(section: Section): string {
  const notes = rowNotes(section);
  const list = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('\n');
  return [
    `<section id="${escapeHtml(section.id)}">`,
    `<h2>${escapeHtml(section.title)}</h2>`,
    paragraphs(section.notes),
    ...tablesOf(section).map(renderTable),
    ...(notes.length === 0 ? [] : [`<ul>\n${list}\n</ul>`]),
    '</section>',
  ].join('\n');
}

function renderTable({ title, head, rows }: ResultTable): string {
  const name = escapeHtml(title);
  const columns = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const lines = rows.map(
    ({ title: row, cells }) =>
      `<tr><th scope="row">${escapeHtml(row)}</th>${cells.map(renderCell).join('')}</tr>`,
  );
  return `<div class="scroll" role="region" tabindex="0" aria-label="${name}">
<table>
<caption>${name}</caption>
<thead><tr>${columns}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>
</div>`;
}

function renderCell({ text, spread, isBest, isDifferent }: ResultCell): string {
  const value = isBest ? `<strong>${text}</strong>` : text;
  const rest = spread === '' ? '' : `<span class="spread">${spread.trim()}</span>`;
  return `<td class="number">${value}${isDifferent ? '†' : ''}${rest}</td>`;
}

function paragraphs(texts: readonly string[]): string {
  return texts.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n');
}
