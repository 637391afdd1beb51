import { expect, test } from 'vitest';
import { countColorCodes, countSequenceCodes, quantizeResiduals } from '../src/pattern-kernel.js';

const found = (counts: Int32Array) =>
  [...counts].flatMap((count, code) => (count === 0 ? [] : [[code, count]]));

test('quantizeResiduals() rounds halves to even and cuts to the outer levels', () => {
  const map = Float64Array.of(-2040, -3, -2, -1, 0, 1, 2, 3, 2040);
  const levels = new Uint8Array(9);
  quantizeResiduals(map, 9, 1, levels);
  expect([...levels]).toEqual([0, 0, 0, 1, 2, 3, 4, 4, 4]);
  // -3 / 2 rounds to -2, ±1 / 2 to 0.
  quantizeResiduals(map, 9, 2, levels);
  expect([...levels]).toEqual([0, 0, 1, 2, 2, 2, 3, 4, 4]);
  const steps = Float64Array.of(-6, -5, -3, -2, 0, 2, 3, 5, 6);
  quantizeResiduals(steps, 9, 4, levels);
  expect([...levels]).toEqual([0, 1, 1, 2, 2, 2, 3, 3, 4]);
});

test('countColorCodes() counts the pixels of a box', () => {
  // 3 × 2 pixels; the box holds columns 1 and 2.
  const red = Uint8Array.of(0, 1, 1, 0, 4, 1);
  const green = Uint8Array.of(0, 2, 2, 0, 4, 2);
  const blue = Uint8Array.of(0, 3, 3, 0, 4, 3);
  const counts = new Int32Array(125);
  countColorCodes(red, green, blue, 3, { top: 0, bottom: 2, left: 1, right: 3 }, counts);
  expect(found(counts)).toEqual([
    [25 + 10 + 3, 3],
    [124, 1],
  ]);
});

test('countSequenceCodes() counts the sequences that begin in a box, along rows and columns', () => {
  // 5 × 4: row y is y, 1, 2, 3, 4.
  const map = Uint8Array.from({ length: 20 }, (_, p) => (p % 5 === 0 ? Math.floor(p / 5) : p % 5));
  const along = new Int32Array(625);
  countSequenceCodes(map, 5, { top: 0, bottom: 2, left: 0, right: 2 }, 1, along);
  const code = (a: number, b: number, c: number, d: number) => 125 * a + 25 * b + 5 * c + d;
  expect(found(along)).toEqual([
    [code(0, 1, 2, 3), 1],
    [code(1, 1, 2, 3), 1],
    [code(1, 2, 3, 4), 2],
  ]);
  const down = new Int32Array(625);
  countSequenceCodes(map, 5, { top: 0, bottom: 1, left: 0, right: 2 }, 5, down);
  expect(found(down)).toEqual([
    [code(0, 1, 2, 3), 1],
    [code(1, 1, 1, 1), 1],
  ]);
});
