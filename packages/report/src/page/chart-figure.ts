import { escapeHtml } from './escape-html.js';
import { fold, formatTable, type TableContent } from './markup.js';

/** A chart with what belongs to it. */
export interface ChartFigure {
  readonly title: string;
  /** Further sentences under the title. */
  readonly notes: readonly string[];
  /** The chart as SVG. */
  readonly svg: string;
  /** The figures that the chart shows. */
  readonly table: TableContent;
  /** Whether it needs the width of the page; on a narrow one it scrolls. */
  readonly isWide?: boolean;
}

/** A chart with its title, notes and figures. */
export function formatChart({ title, notes, svg, table, isWide = false }: ChartFigure): string {
  const caption = [`<strong>${escapeHtml(title)}</strong>`, ...notes.map(escapeHtml)].join(' ');
  const drawing = isWide
    ? `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(title)}">\n${svg}\n</div>`
    : svg;
  return `<figure class="${isWide ? 'chart-box wide' : 'chart-box'}">
<figcaption>${caption}</figcaption>
${drawing}
${fold('The figures', formatTable(table))}
</figure>`;
}

/** Charts side by side where there is room. */
export function formatCharts(figures: readonly ChartFigure[]): string {
  return `<div class="charts">\n${figures.map(formatChart).join('\n')}\n</div>`;
}
