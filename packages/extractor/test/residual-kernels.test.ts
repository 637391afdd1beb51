import { kernelPool } from '@ganscout/kernels';
import { expect, test } from 'vitest';
import { LEVEL_LIMITS } from '../src/pattern-sums.js';
import { WASM_BINARY } from '../src/wasm-binary.js';
import { plainLevel } from './plain-moments.js';

const pool = kernelPool(WASM_BINARY, 1);

/** Puts int16 values into the kernels' memory, with a block behind them that must count nowhere. */
function place16(values: readonly number[]): number {
  const address = pool.reserve(values.length * 2 + 64);
  const view = new Int16Array(
    pool.uint8(address, values.length * 2 + 64).buffer,
    address,
    values.length + 32,
  );
  view.fill(777);
  view.set(values);
  return address;
}

function place32(values: readonly number[]): number {
  const address = pool.reserve(values.length * 4);
  pool.int32(address, values.length).set(values);
  return address;
}

const read16 = (address: number, length: number) => [
  ...new Int16Array(pool.uint8(address, 1).buffer, address, length),
];

test('lagProducts() keeps running sums over groups of rows for three lags', () => {
  // Value 10 y + x in a map of 8 columns; columns [1, 3), partners one column right and 0, 1, 2 rows down.
  pool.release();
  const map = place16(Array.from({ length: 64 }, (_, i) => 10 * Math.floor(i / 8) + (i % 8)));
  const passes = place32([map + 2, map + 4, 2]);
  const cuts = place32([0, 1, 2]);
  const out = pool.reserve(9 * 8);
  pool.run('lagProducts', [[passes, 1, 16, cuts, 2, 4, out]]);
  // Row 0: 1 · (10 i + 2) + 2 · (10 i + 3) = 8 + 30 i. Row 1: 11 · (10 i + 12) + 12 · (10 i + 13) = 288 + 230 i.
  expect([...pool.float64(out, 9)]).toEqual([0, 0, 0, 8, 38, 68, 296, 556, 816]);
});

test.each([
  [1, 4],
  [3, 4],
  [4, 7],
  [11, 4],
  [11, 258],
])('lagProducts() flushes sums before they overflow: %i rows, %i dots', (rows, dots) => {
  // 2040² · 2 pixels a lane fills 32 bits after 258 dots; the run has 2,100 columns, in which signs are equal.
  pool.release();
  const stride = 2112;
  const map = place16(Array.from({ length: (rows + 2) * stride }, () => -2040));
  const passes = place32([map, map, 2100]);
  const cuts = place32([0, rows]);
  const out = pool.reserve(6 * 8);
  pool.run('lagProducts', [[passes, 1, stride * 2, cuts, 1, dots, out]]);
  const sum = rows * 2100 * 2040 ** 2;
  expect([...pool.float64(out, 6)]).toEqual([0, 0, 0, sum, sum, sum]);
});

test('phases() adds squares by position modulo 4', () => {
  // Two rows of 9 columns in a stride of 16; the last column has the phase of the first.
  pool.release();
  const rows = [0, 1].flatMap((y) => Array.from({ length: 16 }, (_, x) => (y === 0 ? x : -2040)));
  const runs = place32([place16(rows), 9]);
  const cuts = place32([0, 1, 2]);
  const totals = pool.reserve(128);
  const out = pool.reserve(3 * 16 * 8);
  pool.run('phases', [[runs, 1, 32, cuts, 2, 3, totals, out]]);
  // Row 0 has phase 3: 0² + 4² + 8², 1² + 5², 2² + 6², 3² + 7². Row 1 has phase 0.
  const first = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 80, 26, 40, 58];
  const second = [...[3, 2, 2, 2].map((count) => count * 2040 ** 2), ...first.slice(4)];
  expect([...pool.float64(out, 48)]).toEqual([...first.map(() => 0), ...first, ...second]);
});

test('magnitudes() counts what is above each limit, and sums magnitudes and fourth powers', () => {
  pool.release();
  const rows = [
    [0, -1, 2, -3, 4, -5, 9, 99],
    [8, -9, 16, -17, 32, 33, 9, 99],
    [-2040, 0, 0, 0, 0, 0, 9, 99],
  ];
  const runs = place32([place16(rows.flat()), 6]);
  const cuts = place32([0, 1, 3]);
  const totals = pool.reserve(80);
  const out = pool.reserve(3 * 10 * 8);
  pool.run('magnitudes', [[runs, 1, 16, cuts, 2, totals, out]]);
  const row = (i: number) => [...pool.float64(out + i * 80, 10)];
  expect(row(0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  // 0 + 1 + 2 + 3 + 4 + 5 and 0 + 1 + 16 + 81 + 256 + 625.
  expect(row(1)).toEqual([5, 4, 3, 1, 0, 0, 0, 6, 15, 979]);
  // 8 + 9 + 16 + 17 + 32 + 33 = 115; 4096 + 6561 + 65536 + 83521 + 1048576 + 1185921 = 2394211.
  expect(row(2)).toEqual([12, 11, 10, 8, 6, 4, 2, 18, 2170, 2395190 + 2040 ** 4]);
});

test('magnitudes() keeps its 16-bit counts from overflowing', () => {
  pool.release();
  const runs = place32([place16(Array.from({ length: 8 * 40000 }, () => 3)), 8 * 40000]);
  const cuts = place32([0, 1]);
  const totals = pool.reserve(80);
  const out = pool.reserve(2 * 10 * 8);
  pool.run('magnitudes', [[runs, 1, 0, cuts, 1, totals, out]]);
  const n = 320000;
  expect([...pool.float64(out + 80, 10)]).toEqual([n, n, n, 0, 0, 0, 0, n, 3 * n, 81 * n]);
});

test.each([1, 2, 4])('quantize() rounds halves to even and cuts to the outer levels: step %i', (step) => {
  pool.release();
  const values = [-2040, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 2040];
  const levels = place16(values);
  pool.run('quantize', [[place16(values), levels, 16, ...LEVEL_LIMITS[step]]]);
  expect(read16(levels, 16)).toEqual(values.map((value) => 2 + plainLevel(value, step)));
});

test('colorCodes() and sequenceCodes() write numbers with the levels as digits', () => {
  pool.release();
  const levels = place16([
    ...[4, 0, 1, 2, 3, 4, 0, 1],
    ...Array(8).fill(1),
    ...Array(8).fill(3),
    ...Array(8).fill(0),
  ]);
  const codes = place16(Array(8).fill(0));
  pool.run('colorCodes', [[levels, 16, codes, 8]]);
  expect(read16(codes, 8)).toEqual([4, 0, 1, 2, 3, 4, 0, 1].map((red) => 25 * red + 5 + 3));
  pool.run('sequenceCodes', [[levels, codes, 8, 2]]);
  const code = (a: number, b: number, c: number, d: number) => 125 * a + 25 * b + 5 * c + d;
  expect(read16(codes, 4)).toEqual([code(4, 0, 1, 2), code(0, 1, 2, 3), code(1, 2, 3, 4), code(2, 3, 4, 0)]);
});

test('countCodes() counts the pixels of boxes, over maps together', () => {
  // Two maps of 2 × 8; a box of columns [1, 7), and one of a pixel.
  pool.release();
  const codes = place16([...[9, 1, 1, 2, 1, 1, 3, 9, 9, 0, 0, 0, 0, 0, 0, 9], ...Array(16).fill(2)]);
  const boxes = place32([0, 2, 1, 7, 1, 2, 0, 1]);
  const scratch = pool.reserve(12 * 4);
  const out = pool.reserve(2 * 12 * 4);
  pool.run('countCodes', [[codes, 2, 32, 16, boxes, 2, 12, scratch, out]]);
  expect([...pool.int32(out, 24)]).toEqual([
    ...[6, 4, 13, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0],
  ]);
});
