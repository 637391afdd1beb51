import type { ReportPicture } from '../report-data.js';
import { escapeHtml } from './escape-html.js';

/** A cell of a table: text, or text that leads to a place of the page. */
export type Cell = string | { readonly text: string; readonly place: string };

/** A table of plain texts; they are escaped here. */
export interface TableContent {
  /** What the table holds; also the name of the box in which it scrolls. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** One cell a column each; the first names the row. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Words that would make a column wide; they may be broken anywhere. */
const LONG_WORD = /\S{32}/;

const FIGURE = /^[-+−]?\d[\d,.]*(?:\s?%)?$|^[-–—]?$/;

/** A table in a box of its own, in which it scrolls where it is too wide. Columns of figures stand right. */
export function formatTable({ caption, columns, rows }: TableContent): string {
  const isNumber = columns.map(
    (_, i) => i > 0 && rows.length > 0 && rows.every((row) => FIGURE.test(textOf(row[i] ?? ''))),
  );
  const classOf = (i: number, text: string) =>
    isNumber[i] ? ' class="number"' : LONG_WORD.test(text) ? ' class="long"' : '';
  const head = columns
    .map((title, i) => `<th scope="col"${classOf(i, title)}>${escapeHtml(title)}</th>`)
    .join('');
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const tags = i === 0 ? (['th scope="row"', 'th'] as const) : (['td', 'td'] as const);
      return `<${tags[0]}${classOf(i, textOf(cell))}>${formatCell(cell)}</${tags[1]}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const table = `<table>\n<caption>${escapeHtml(caption)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${lines.join('\n')}\n</tbody>\n</table>`;
  return scrollBox(caption, table);
}

/** A box that scrolls sideways where its content is wider than the page, by keys too. */
export function scrollBox(name: string, content: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(shorten(name, 100))}">\n${content}\n</div>`;
}

/** A part that is closed at first; printed, it is open. */
export function fold(summary: string, content: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n${content}\n</details>`;
}

/** Paragraphs of plain text. */
export function paragraphs(texts: readonly string[], className?: string): string {
  const open = className === undefined ? '<p>' : `<p class="${className}">`;
  return texts.map((text) => `${open}${escapeHtml(text)}</p>`).join('\n');
}

/** A list of plain texts; nothing if there is none. */
export function list(texts: readonly string[], className?: string): string {
  if (texts.length === 0) return '';
  const open = className === undefined ? '<ul>' : `<ul class="${className}">`;
  return `${open}\n${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}\n</ul>`;
}

/** The picture at its own pixels, neither smoothed nor fitted to anything. */
export function formatPicture({ png, width, height, alt }: ReportPicture): string {
  return `<img class="native" src="${dataAddress(png)}" width="${width}" height="${height}" alt="${escapeHtml(shorten(alt, 300))}" loading="lazy" decoding="async">`;
}

/** A PNG as an address that needs no file. */
export function dataAddress(png: Uint8Array): string {
  return `data:image/png;base64,${toBase64(png)}`;
}

/** The bytes of an array in base64; numbers of several bytes with the lowest first. */
export function toBase64(array: Uint8Array | Uint16Array | Int32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

/** The text with its middle left out if it has more than `limit` characters: both ends of a path tell something. */
export function shorten(text: string, limit: number): string {
  const characters = text.length <= limit ? [] : [...text];
  if (characters.length <= limit) return text;
  const end = Math.floor((limit - 1) / 2);
  return `${characters.slice(0, limit - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
}

/** `1,234` */
export function formatInteger(value: number): string {
  return value.toLocaleString('en-US');
}

/** Three decimals, or an en dash where there is no figure. */
export function formatFigure(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(3);
}

/** A share as percent with one decimal. */
export function formatShare(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '–';
}

function formatCell(cell: Cell): string {
  if (typeof cell === 'string') return escapeHtml(cell);
  return `<a href="#${cell.place}">${escapeHtml(cell.text)}</a>`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
