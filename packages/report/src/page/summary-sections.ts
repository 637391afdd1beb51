import type { FinalFigure, IssueList, ReportData } from '../report-data.js';
import { escapeHtml } from './escape-html.js';
import { fold, formatFigure, formatInteger, formatShare, formatTable, list, paragraphs } from './markup.js';

/** The result in words, and the counts behind them. */
export function headlineSection({ headline, counts }: ReportData): string {
  const tiles: readonly (readonly [string, number])[] = [
    ['Images under study', counts.images],
    ['Of known sources', counts.known],
    ['Of discovered sources', counts.discovered],
    ['Without a source', counts.unassigned],
    ['Known sources', counts.knownSources],
    ['Discovered sources', counts.discoveredSources],
    ['Inputs not usable', counts.unusable],
  ];
  const [first, ...others] = headline;
  return [
    first === undefined ? '' : paragraphs([first], 'lead'),
    paragraphs(others),
    shareBar(counts),
    `<dl class="facts small">\n${tiles
      .map(([name, value]) => `<div><dt>${name}</dt><dd class="value">${formatInteger(value)}</dd></div>`)
      .join('\n')}\n</dl>`,
  ].join('\n');
}

/** How the images divide, as one bar. */
function shareBar({ images, known, discovered, unassigned }: ReportData['counts']): string {
  if (images === 0) return '';
  const parts: readonly (readonly [string, number])[] = [
    ['known', known],
    ['discovered', discovered],
    ['without a source', unassigned],
  ];
  let x = 0;
  const bars = parts.map(([, count], i) => {
    const width = (1000 * count) / images;
    const bar = `<rect class="share-${i + 1}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="20"/>`;
    x += width;
    return bar;
  });
  const words = parts.map(([name, count]) => `${formatShare(count / images)} ${name}`);
  const items = words.map((text, i) => `<li><span class="swatch share-${i + 1}"></span>${text}</li>`);
  return `<figure class="share">
<svg role="img" aria-label="Of all images: ${words.join(', ')}" viewBox="0 0 1000 20" preserveAspectRatio="none">${bars.join('')}</svg>
<figcaption><ul>${items.join('')}</ul></figcaption>
</figure>`;
}

/** The figures at the end, with their intervals where there are any. */
export function figureSection({ finalFigures, hasTruth }: ReportData): string {
  const without = hasTruth
    ? []
    : [
        'There is no ground truth for this run, so nothing here says how many images are named rightly; the figures only say how well the sources hold together.',
      ];
  if (finalFigures.length === 0) return paragraphs([...without, 'No figures were computed.']);
  const hasIntervals = finalFigures.some(({ low, high }) => low !== null && high !== null);
  const intervals = hasIntervals ? ['Below a figure stands its 95 % bootstrap interval.'] : [];
  return `${paragraphs([...without, ...intervals])}\n<dl class="facts">\n${finalFigures.map(figureTile).join('\n')}\n</dl>`;
}

function figureTile({ name, value, low, high, meaning }: FinalFigure): string {
  // Figures without an interval that are whole are counts.
  const isCount = low === null && Number.isInteger(value);
  const shown = isCount ? formatInteger(value as number) : formatFigure(value);
  const interval =
    low === null || high === null ? '' : `<dd>${formatFigure(low)} to ${formatFigure(high)}</dd>`;
  return `<div><dt>${escapeHtml(name)}</dt><dd class="value">${shown}</dd>${interval}<dd class="note">${escapeHtml(meaning)}</dd></div>`;
}

/** What a person should look at. */
export function issueSection(issues: readonly IssueList[]): string {
  const found = issues.filter(({ total }) => total > 0);
  if (found.length === 0) return paragraphs(['Nothing was found that a person would have to look at.']);
  return found
    .map(({ title, reason, columns, rows, total }) => {
      const shown = rows.length < total ? `, the first ${formatInteger(rows.length)} shown` : '';
      const caption = `${title}: ${formatInteger(total)}${shown}`;
      const table = formatTable({ caption, columns, rows });
      return `<h3>${escapeHtml(title)} (${formatInteger(total)})</h3>\n${paragraphs([reason])}\n${
        rows.length > 12 ? fold(`Show ${formatInteger(rows.length)} rows`, table) : table
      }`;
    })
    .join('\n');
}

/** How the run was made. */
export function provenanceSection({ provenance }: ReportData): string {
  if (provenance.length === 0) return paragraphs(['Nothing is recorded on how this run was made.']);
  return provenance
    .map(({ title, columns, rows }) => fold(title, formatTable({ caption: title, columns, rows })))
    .join('\n');
}

/** What the page does not show. */
export function leftOutSection({ leftOut }: ReportData): string {
  return leftOut.length === 0
    ? paragraphs(['Nothing was left out to keep within the size limit.'])
    : list(leftOut);
}
