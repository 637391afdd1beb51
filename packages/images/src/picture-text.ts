import type { RgbImage } from './image-record.js';
import { BLACK, type Color, fillRectangle } from './picture.js';
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from './picture-glyphs.js';

/** Where and how a line of text stands. */
export interface TextPlace {
  /** Left edge. */
  readonly x: number;
  /** Upper edge of capitals. */
  readonly y: number;
  /** Pixels a side of a dot of the glyphs, default 2: capitals are 14 pixels high. */
  readonly scale?: number;
  readonly color?: Color;
}

const SCALE = 2;
const COMBINING_MARKS = /\p{M}/gu;

/** Height of a line of text with the space to the next, in pixels. */
export function lineHeight(scale = SCALE): number {
  return (GLYPH_HEIGHT + 2) * scale;
}

/** Width of a line of text in pixels. */
export function textWidth(text: string, scale = SCALE): number {
  const count = plainText(text).length;
  return count === 0 ? 0 : (count * (GLYPH_WIDTH + 1) - 1) * scale;
}

/**
 * Draws a line of text in the glyphs that come with this package, so that it looks the same on every machine, whatever fonts
 * it has. Letters with marks lose them; other characters outside of ASCII become question marks.
 *
 * @param picture overwritten there; what lies outside is cut off.
 */
export function drawText(picture: RgbImage, text: string, place: TextPlace): void {
  const { x, y, scale = SCALE, color = BLACK } = place;
  [...plainText(text)].forEach((character, i) => {
    const left = x + i * (GLYPH_WIDTH + 1) * scale;
    for (const [row, bits] of glyphOf(character).entries()) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if ((bits & (1 << (GLYPH_WIDTH - 1 - column))) === 0) continue;
        const dot = { x: left + column * scale, y: y + row * scale, width: scale, height: scale };
        fillRectangle(picture, dot, color);
      }
    }
  });
}

/** The text, shortened in the middle so that it is at most `width` pixels wide. */
export function shortenText(text: string, width: number, scale = SCALE): string {
  if (textWidth(text, scale) <= width) return text;
  const plain = plainText(text);
  const count = Math.max(0, Math.floor((width / scale + 1) / (GLYPH_WIDTH + 1)) - 2);
  const end = Math.floor(count / 2);
  return `${plain.slice(0, count - end)}..${end === 0 ? '' : plain.slice(-end)}`;
}

/** Breaks a text between words into lines of at most `width` pixels; a longer word has a line of its own. */
export function wrapText(text: string, width: number, scale = SCALE): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && textWidth(longer, scale) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function plainText(text: string): string {
  const decomposed = text.replaceAll('×', 'x').normalize('NFKD').replaceAll(COMBINING_MARKS, '');
  return [...decomposed].map((character) => (/[ -~]/.test(character) ? character : '?')).join('');
}
