import type { ContactSheet, NamedFigure, ReportData, ReportSource } from '../report-data.js';
import { escapeHtml } from './escape-html.js';
import {
  type Cell,
  fold,
  formatInteger,
  formatPicture,
  formatTable,
  list,
  paragraphs,
  shorten,
} from './markup.js';

/** Characters of a name in a heading or a table; a longer one stands in full in its own section. */
const NAME_LENGTH = 80;
const CAPTION_LENGTH = 90;

/** Every source: a table of all, the largest first, and a part for each. Both can be searched by name and kind. */
export function sourceSection({ sources }: ReportData): string {
  if (sources.length === 0)
    return paragraphs(['There are no sources: none was known, and none was discovered.']);
  const order = sources.map((_, i) => i).sort((a, b) => sizeOf(sources[b]) - sizeOf(sources[a]) || a - b);
  const folder = commonFolder(sources.flatMap(({ sheets }) => sheets.flatMap(({ images }) => images)));
  const meanings = sharedMeanings(sources);
  const parts = order.map((i) => sourcePart(sources[i] as ReportSource, { index: i, folder, meanings }));
  return [
    filterBox(sources.length),
    `<div id="source-table">\n${formatTable(overview(sources, order))}\n</div>`,
    meaningList(meanings),
    folder === ''
      ? ''
      : `<p class="note">Paths of images below begin with <code>${escapeHtml(shorten(folder, 200))}</code></p>`,
    parts.join('\n'),
  ].join('\n');
}

/** Where a source has its part of the page. */
export function placeOfSource(index: number): string {
  return `source-${index + 1}`;
}

function sizeOf(source: ReportSource | undefined): number {
  return source?.size ?? 0;
}

function filterBox(count: number): string {
  return `<form class="filter screen-only" id="source-filter" role="search" aria-label="Sources" hidden>
<label>Name <input type="search" id="source-name" autocomplete="off" spellcheck="false"></label>
<label>Kind <select id="source-kind">
<option value="">all</option><option value="discovered">discovered</option><option value="known">known</option>
</select></label>
<output id="source-count" for="source-name source-kind">${formatInteger(count)} of ${formatInteger(count)} shown</output>
</form>`;
}

function overview(sources: readonly ReportSource[], order: readonly number[]) {
  const hasTrust = sources.some((source) => figureOf(source, 'trust') !== undefined);
  return {
    caption: 'All sources, the largest first',
    columns: [
      'Source',
      'Id',
      'Kind',
      'State',
      'Images',
      'Labelled',
      ...(hasTrust ? ['Trust'] : []),
      'Nearest source',
      'Cautions',
    ],
    rows: order.map((i): readonly Cell[] => {
      const source = sources[i] as ReportSource;
      return [
        { text: shorten(source.name, NAME_LENGTH), place: placeOfSource(i) },
        source.id,
        source.kind,
        source.state,
        formatInteger(source.size),
        source.labelled === null ? '–' : formatInteger(source.labelled),
        ...(hasTrust ? [figureOf(source, 'trust') ?? '–'] : []),
        shorten(source.nearest ?? '–', NAME_LENGTH),
        source.cautions.length === 0 ? '–' : formatInteger(source.cautions.length),
      ];
    }),
  };
}

function figureOf({ figures }: ReportSource, wanted: string): string | undefined {
  return figures.find(({ name }) => name.toLowerCase() === wanted)?.value;
}

/** What a figure of a source means, where it means the same for every source that has it. */
function sharedMeanings(sources: readonly ReportSource[]): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>();
  const unlike = new Set<string>();
  for (const { name, meaning } of sources.flatMap(({ figures }) => figures)) {
    if ((meanings.get(name) ?? meaning) !== meaning) unlike.add(name);
    meanings.set(name, meaning);
  }
  for (const name of unlike) meanings.delete(name);
  return meanings;
}

function meaningList(meanings: ReadonlyMap<string, string>): string {
  const items = [...meanings].filter(([, meaning]) => meaning !== '');
  if (items.length === 0) return '';
  const rows = items.map(([name, meaning]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(meaning)}</dd>`);
  return `<details class="meanings">\n<summary>What the figures of a source mean</summary>\n<dl>\n${rows.join('\n')}\n</dl>\n</details>`;
}

interface PartContext {
  readonly index: number;
  readonly folder: string;
  readonly meanings: ReadonlyMap<string, string>;
}

function sourcePart(source: ReportSource, { index, folder, meanings }: PartContext): string {
  const { id, name, kind, state, size, labelled, nearest } = source;
  const heading = shorten(name, NAME_LENGTH);
  const labels = labelled === null ? '' : `, ${formatInteger(labelled)} labelled`;
  const near = nearest === null ? '' : ` Nearest source: ${shorten(nearest, NAME_LENGTH)}.`;
  const facts = `${kind === 'known' ? 'Known' : 'Discovered'} source ${id}, ${state}: ${formatInteger(size)} ${size === 1 ? 'image' : 'images'}${labels}.${near}`;
  return `<article class="source" id="${placeOfSource(index)}" data-kind="${kind}" data-name="${escapeHtml(`${name} ${id}`.toLowerCase())}">
<h3>${escapeHtml(heading)}</h3>
${[
  heading === name ? '' : `<p class="note">In full: ${escapeHtml(name)}</p>`,
  paragraphs([facts]),
  list(source.cautions, 'cautions'),
  figureTiles(source.figures, meanings),
  looks(source, folder),
  titledList('History', source.lineage),
  titledList('Notes', source.notes),
]
  .filter((text) => text !== '')
  .join('\n')}
</article>`;
}

function figureTiles(figures: readonly NamedFigure[], meanings: ReadonlyMap<string, string>): string {
  if (figures.length === 0) return '';
  const tiles = figures.map(
    ({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  const own = figures.filter(({ name, meaning }) => meaning !== '' && !meanings.has(name));
  const notes = own.map(({ name, meaning }) => `${name}: ${meaning}`);
  return `<dl class="figures">\n${tiles.join('\n')}\n</dl>\n${paragraphs(notes, 'note')}`;
}

/** What the images look like, and beside it what their residuals do. */
function looks(source: ReportSource, folder: string): string {
  const columns = [
    source.sheets.map((sheet) => formatSheet(sheet, folder)).join('\n'),
    fingerprintBlock(source),
  ];
  const filled = columns.filter((text) => text.trim() !== '');
  if (filled.length === 0) return '';
  const markup = `<div class="looks">\n${filled.map((text) => `<div>\n${text}\n</div>`).join('\n')}\n</div>`;
  return source.kind === 'known' ? fold('Its images and its fingerprint', markup) : markup;
}

function formatSheet({ title, images }: ContactSheet, folder: string): string {
  if (images.length === 0) return '';
  const items = images.map((image) => {
    const { caption, detail } = image;
    const path = caption.startsWith(folder) ? caption.slice(folder.length) : caption;
    const second = detail === '' ? '' : `<br>${escapeHtml(detail)}`;
    return `<li><figure>${formatPicture(image)}<figcaption>${escapeHtml(shorten(path, CAPTION_LENGTH))}${second}</figcaption></figure></li>`;
  });
  return `<h4>${escapeHtml(title)}</h4>\n<ul class="sheet">\n${items.join('\n')}\n</ul>`;
}

function fingerprintBlock({ fingerprint, fingerprintNote }: ReportSource): string {
  const note = fingerprintNote === '' ? '' : paragraphs([fingerprintNote]);
  if (fingerprint.length === 0) return note;
  const items = fingerprint.map(
    ({ title, picture }) =>
      `<li><figure>${formatPicture(picture)}<figcaption>${escapeHtml(title)}</figcaption></figure></li>`,
  );
  return `<h4>Fingerprint</h4>\n${note}\n<ul class="sheet prints">\n${items.join('\n')}\n</ul>`;
}

function titledList(title: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `<h4>${title}</h4>\n${list(texts)}`;
}

/** The folder that all paths have in common, with its slash; empty if there is none. */
function commonFolder(images: readonly { readonly caption: string }[]): string {
  const [first, ...others] = images.map(({ caption }) => caption);
  if (first === undefined) return '';
  let length = first.lastIndexOf('/') + 1;
  for (const path of others) {
    while (length > 0 && !path.startsWith(first.slice(0, length))) {
      // A search from before the start would find the slash at the start again.
      length = length === 1 ? 0 : first.lastIndexOf('/', length - 2) + 1;
    }
  }
  return first.slice(0, length);
}
