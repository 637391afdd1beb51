import { FIGURE_NOTES } from './figures.js';
import { formatMarkdownTable } from './markdown-table.js';
import { describeResults, type ResultCell, type ResultTable, rowNotes, tablesOf } from './result-tables.js';
import type { BenchResults } from './results.js';
import type { Section } from './sections.js';

/** The results as Markdown: a section for each comparison, with its tables and what its rows are. */
export function formatMarkdown(results: BenchResults): string {
  const lines = [
    '# Benchmark of discovery',
    '',
    ...describeResults(results).flatMap((text) => [escapeMarkdown(text), '']),
    ...results.sections.flatMap(formatSection),
    '## Figures',
    '',
    ...FIGURE_NOTES.flatMap((note) => [escapeMarkdown(note), '']),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function formatSection(section: Section): string[] {
  const tables = tablesOf(section);
  const notes = rowNotes(section);
  return [
    `## ${escapeMarkdown(section.title)}`,
    '',
    ...section.notes.flatMap((note) => [escapeMarkdown(note), '']),
    ...tables.flatMap((table) => [
      ...(tables.length > 1 ? [`### ${escapeMarkdown(table.title)}`, ''] : []),
      ...formatTable(table),
      '',
    ]),
    ...notes.map((note) => `- ${escapeMarkdown(note)}`),
    ...(notes.length > 0 ? [''] : []),
  ];
}

function formatTable({ head, rows }: ResultTable): string[] {
  return formatMarkdownTable(
    head.map(escapeMarkdown),
    rows.map(({ title, cells }) => [escapeMarkdown(title), ...cells.map(formatCell)]),
  );
}

function formatCell({ text, spread, isBest, isDifferent }: ResultCell): string {
  return `${isBest ? `**${text}**` : text}${isDifferent ? '†' : ''}${spread}`;
}

/** Text from outside, such as names of sources, does not become markup, nor steer a terminal. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]/gu, '\ufffd')
    .replace(/[\\`*_<>#]/g, '\\$&');
}
