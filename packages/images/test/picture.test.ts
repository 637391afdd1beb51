import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createPicture, encodePng, magnify, placeImage } from '../src/index.js';
import { fillRectangle, outlineRectangle } from '../src/picture.js';
import { drawText, shortenText, textWidth, wrapText } from '../src/picture-text.js';

/** Red values, a row a line; `#` is 0 and `.` anything else. */
function rowsOf({ width, height, data }: ReturnType<typeof createPicture>): string[] {
  const pixel = (x: number, y: number) => (data[(y * width + x) * 3] === 0 ? '#' : '.');
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixel(x, y)).join(''),
  );
}

test('fillRectangle() and outlineRectangle() draw what lies inside the picture', () => {
  const picture = createPicture(6, 4);
  outlineRectangle(picture, { x: 1, y: 0, width: 4, height: 3 }, [0, 0, 0]);
  fillRectangle(picture, { x: 5, y: 3, width: 9, height: 9 }, [0, 0, 0]);
  expect(rowsOf(picture)).toEqual(['.####.', '.#..#.', '.####.', '.....#']);
});

test('placeImage() copies at its place and refuses to go over the edge', () => {
  const picture = createPicture(4, 2);
  placeImage(picture, createPicture(2, 1, [0, 7, 9]), 1, 1);
  expect(rowsOf(picture)).toEqual(['....', '.##.']);
  expect([...picture.data.subarray(15, 18)]).toEqual([0, 7, 9]);
  expect(() => placeImage(picture, createPicture(2, 1), 3, 0)).toThrow(
    'must lie inside 4 × 2, got 2 × 1 at 3, 0',
  );
  expect(() => createPicture(0, 3)).toThrow('sides must be positive integers, got 0 × 3');
});

test('magnify() makes squares of pixels', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 1, 2, 9, 8, 7) };
  const { width, height, data } = magnify(image, 2);
  expect([width, height]).toEqual([4, 2]);
  const row = [0, 1, 2, 0, 1, 2, 9, 8, 7, 9, 8, 7];
  expect([...data]).toEqual([...row, ...row]);
});

test('drawText() writes the glyphs that come with the package', () => {
  const picture = createPicture(11, 9);
  drawText(picture, 'Ty', { x: 0, y: 0, scale: 1 });
  expect(rowsOf(picture)).toEqual([
    '#####......',
    '..#........',
    '..#...#...#',
    '..#...#...#',
    '..#...#...#',
    '..#...#...#',
    '..#....####',
    '..........#',
    '.......###.',
  ]);
});

test('drawText() drops marks of letters and shows other characters as question marks', () => {
  const draw = (text: string) => {
    const picture = createPicture(60, 9);
    drawText(picture, text, { x: 0, y: 0, scale: 1 });
    return rowsOf(picture);
  };
  expect(draw('Bär 3 × 3')).toEqual(draw('Bar 3 x 3'));
  expect(draw('猫')).toEqual(draw('?'));
});

test('shortenText() and wrapText() keep to a width', () => {
  // Six columns a character, less the last gap, twice as large.
  expect(textWidth('abcd')).toBe(46);
  expect(shortenText('abcdefgh', 94)).toBe('abcdefgh');
  expect(shortenText('abcdefgh', 93)).toBe('abc..gh');
  expect(wrapText('one two three', textWidth('one two'))).toEqual(['one two', 'three']);
  expect(wrapText('unbreakable', 10)).toEqual(['unbreakable']);
});

test('encodePng() keeps every pixel and gives the same bytes twice', async () => {
  const picture = createPicture(5, 3, [1, 2, 3]);
  drawText(picture, 'x', { x: 0, y: 0, scale: 1 });
  const bytes = await encodePng(picture);
  expect(bytes).toEqual(await encodePng(picture));
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([5, 3, 3]);
  expect(new Uint8Array(data)).toEqual(picture.data);
});
