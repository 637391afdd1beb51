/** Columns of a glyph. */
export const GLYPH_WIDTH = 5;
/** Rows of a glyph: 7 above the line it stands on, 2 below. */
export const GLYPH_HEIGHT = 9;

/**
 * Glyphs of the printable characters of ASCII from the space on, drawn for this project: for each row from the top two
 * hexadecimal digits whose bits are the five pixels, the left one being 10. Rows that are left out are empty.
 */
const GLYPHS = `

04 04 04 04 04 00 04
0A 0A 0A
0A 0A 1F 0A 1F 0A 0A
04 0F 14 0E 05 1E 04
18 19 02 04 08 13 03
0C 12 14 08 15 12 0D
04 04 08
02 04 08 08 08 04 02
08 04 02 02 02 04 08
00 04 15 0E 15 04
00 04 04 1F 04 04
00 00 00 00 00 0C 04 08
00 00 00 0E
00 00 00 00 00 0C 0C
01 01 02 04 08 10 10
0E 11 13 15 19 11 0E
04 0C 04 04 04 04 0E
0E 11 01 02 04 08 1F
0E 11 01 06 01 11 0E
02 06 0A 12 1F 02 02
1F 10 1E 01 01 11 0E
06 08 10 1E 11 11 0E
1F 01 02 04 04 08 08
0E 11 11 0E 11 11 0E
0E 11 11 0F 01 02 0C
00 0C 0C 00 00 0C 0C
00 0C 0C 00 00 0C 04 08
02 04 08 10 08 04 02
00 00 1F 00 1F
08 04 02 01 02 04 08
0E 11 01 02 04 00 04
0E 11 17 15 17 10 0E
0E 11 11 1F 11 11 11
1E 11 11 1E 11 11 1E
0E 11 10 10 10 11 0E
1E 11 11 11 11 11 1E
1F 10 10 1E 10 10 1F
1F 10 10 1E 10 10 10
0E 11 10 17 11 11 0F
11 11 11 1F 11 11 11
0E 04 04 04 04 04 0E
07 02 02 02 02 12 0C
11 12 14 18 14 12 11
10 10 10 10 10 10 1F
11 1B 15 15 11 11 11
11 19 15 13 11 11 11
0E 11 11 11 11 11 0E
1E 11 11 1E 10 10 10
0E 11 11 11 15 12 0D
1E 11 11 1E 14 12 11
0F 10 10 0E 01 01 1E
1F 04 04 04 04 04 04
11 11 11 11 11 11 0E
11 11 11 11 11 0A 04
11 11 11 15 15 15 0A
11 11 0A 04 0A 11 11
11 11 0A 04 04 04 04
1F 01 02 04 08 10 1F
0E 08 08 08 08 08 0E
10 10 08 04 02 01 01
0E 02 02 02 02 02 0E
04 0A 11
00 00 00 00 00 00 00 1F
08 04 02
00 00 0E 01 0F 11 0F
10 10 1E 11 11 11 1E
00 00 0E 11 10 11 0E
01 01 0F 11 11 11 0F
00 00 0E 11 1F 10 0E
06 09 08 1C 08 08 08
00 00 0F 11 11 11 0F 01 0E
10 10 1E 11 11 11 11
04 00 0C 04 04 04 0E
02 00 06 02 02 02 02 12 0C
10 10 12 14 18 14 12
0C 04 04 04 04 04 0E
00 00 1A 15 15 15 15
00 00 1E 11 11 11 11
00 00 0E 11 11 11 0E
00 00 1E 11 11 11 1E 10 10
00 00 0F 11 11 11 0F 01 01
00 00 16 19 10 10 10
00 00 0F 10 0E 01 1E
08 08 1C 08 08 09 06
00 00 11 11 11 11 0F
00 00 11 11 11 0A 04
00 00 11 11 15 15 0A
00 00 11 0A 04 0A 11
00 00 11 11 11 11 0F 01 0E
00 00 1F 02 04 08 1F
02 04 04 08 04 04 02
04 04 04 04 04 04 04
08 04 04 02 04 04 08
00 00 08 15 02`
  .split('\n')
  .slice(1)
  .map((line) => line.split(' ').map((row) => Number.parseInt(row || '0', 16)));

/** Rows of a character's glyph, from the top; a character that has none is shown as a question mark. */
export function glyphOf(character: string): readonly number[] {
  return GLYPHS[character.charCodeAt(0) - 32] ?? (GLYPHS['?'.charCodeAt(0) - 32] as readonly number[]);
}
