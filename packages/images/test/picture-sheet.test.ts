import { expect, test } from 'vitest';
import { createPicture, drawFramedMap, drawSheet } from '../src/index.js';

const at = ({ width, data }: ReturnType<typeof createPicture>, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

test('drawSheet() lays cells in rows at their own size, below their titles', () => {
  const cells = ([0, 80, 160] as const).map((green) => ({
    titles: ['a'],
    image: createPicture(200, 50, [0, green, 0]),
  }));
  const sheet = drawSheet(cells, { titles: ['title'], columns: 2, notes: ['note'] });
  // Two columns of 200 and a gap of 14 in margins of 16, but 480 at least. Title 22 and gap 14, two rows of 22 + 50 and a gap
  // of 14 each, note 22.
  expect([sheet.width, sheet.height]).toEqual([480 + 32, 16 + 22 + 14 + 2 * (72 + 14) + 22 + 16]);
  const top = 16 + 22 + 14 + 22;
  expect(at(sheet, 16, top)).toEqual([0, 0, 0]);
  expect(at(sheet, 16 + 214, top + 49)).toEqual([0, 80, 0]);
  expect(at(sheet, 16, top + 86)).toEqual([0, 160, 0]);
  expect(at(sheet, 16 + 214, top + 86)).toEqual([255, 255, 255]);
  expect(() => drawSheet([], { titles: [], columns: 2 })).toThrow(
    'one or more cells and columns are needed, got 0 and 2',
  );
});

test('drawFramedMap() magnifies cells and marks some', () => {
  const map = { width: 4, height: 4, data: new Float32Array(16).fill(1) };
  const ticks = [{ at: 0, label: '0' }];
  const frame = { scale: 'blue-white-red', zoom: 8, columnTicks: ticks, rowTicks: ticks } as const;
  const plain = drawFramedMap(map, frame);
  const marked = drawFramedMap(map, { ...frame, marks: [{ x: 2, y: 1 }] });
  expect([marked.width, marked.height]).toEqual([plain.width, plain.height]);
  // The map begins 5 + 4 + 5 from the left and half a line of small text from the top.
  const [left, top] = [14, 6];
  expect(at(plain, left + 16, top + 8)).toEqual([160, 16, 30]);
  expect(at(marked, left + 16, top + 8)).toEqual([160, 16, 30]);
  expect(at(marked, left + 16 - 2, top + 8)).toEqual([0, 0, 0]);
  expect(at(marked, left + 16 - 3, top + 8)).toEqual([255, 255, 255]);
});
