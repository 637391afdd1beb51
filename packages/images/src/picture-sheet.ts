import type { RgbImage } from './image-record.js';
import { createPicture, placeImage } from './picture.js';
import { drawText, lineHeight, shortenText, textWidth, wrapText } from './picture-text.js';

/** An image of a sheet, with lines of text above it. */
export interface SheetCell {
  readonly titles: readonly string[];
  readonly image: RgbImage;
}

/** How a sheet is laid out. */
export interface SheetLayout {
  /** Lines at the top. */
  readonly titles: readonly string[];
  /** Cells side by side. */
  readonly columns: number;
  /** Explanations below the cells, as of colors. */
  readonly legends?: readonly RgbImage[];
  /** Paragraphs at the bottom. */
  readonly notes?: readonly string[];
}

const MARGIN = 16;
const GAP = 14;
/** Width that there is for lines at least. */
const NARROWEST = 480;

/**
 * Lays images out in rows, each with its titles, at their own resolution.
 *
 * Columns are as wide as the widest image; a title that is wider is shortened in its middle. Lines at the top
 * widen the sheet, paragraphs at the bottom are broken into lines.
 *
 * @throws {RangeError} if there is no cell, or `columns` is not a positive integer.
 */
export function drawSheet(cells: readonly SheetCell[], layout: SheetLayout): RgbImage {
  const { titles, columns, legends = [], notes = [] } = layout;
  if (cells.length === 0 || !Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `drawSheet: one or more cells and columns are needed, got ${cells.length} and ${columns}`,
    );
  }
  const cellWidth = Math.max(...cells.map(({ image }) => image.width));
  const rows = chunks(cells, columns).map((row) => layRow(row, cellWidth));
  const used = Math.min(columns, cells.length);
  const parts = [...rows, ...legends];
  const widths = [...parts.map((part) => part.width), ...titles.map((line) => textWidth(line))];
  const inside = Math.max(used * (cellWidth + GAP) - GAP, NARROWEST, ...widths);
  const lines = notes.flatMap((note) => wrapText(note, inside));
  const height =
    2 * MARGIN +
    (titles.length + lines.length) * lineHeight() +
    parts.reduce((sum, part) => sum + part.height + GAP, GAP);
  const sheet = createPicture(2 * MARGIN + inside, height);
  let y = drawLines(sheet, titles, MARGIN) + GAP;
  for (const part of parts) {
    placeImage(sheet, part, MARGIN, y);
    y += part.height + GAP;
  }
  drawLines(sheet, lines, y);
  return sheet;
}

function layRow(cells: readonly SheetCell[], cellWidth: number): RgbImage {
  const titleHeight = Math.max(...cells.map(({ titles }) => titles.length)) * lineHeight();
  const imageHeight = Math.max(...cells.map(({ image }) => image.height));
  const row = createPicture(cells.length * (cellWidth + GAP) - GAP, titleHeight + imageHeight);
  cells.forEach(({ titles, image }, i) => {
    const x = i * (cellWidth + GAP);
    titles.forEach((title, line) => {
      drawText(row, shortenText(title, cellWidth), { x, y: line * lineHeight() });
    });
    placeImage(row, image, x, titleHeight);
  });
  return row;
}

/** @returns where the lines end. */
function drawLines(picture: RgbImage, lines: readonly string[], top: number): number {
  lines.forEach((line, i) => {
    drawText(picture, line, { x: MARGIN, y: top + i * lineHeight() });
  });
  return top + lines.length * lineHeight();
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}
