import { describe, expect, test } from 'vitest';
import { estimateQuality, type JpegSegment, listSegments } from '../src/jpeg-tables.js';
import { makeImage } from './temporary-images.js';

const GRAY = [{ across: 1, down: 1, table: 0 }];

/** Tables of one value each, as a file states them. */
const tables = (...parts: readonly { number: number; steps: readonly number[] }[]): JpegSegment => ({
  marker: 0xdb,
  data: Uint8Array.from(parts.flatMap(({ number, steps }) => [number, ...steps])),
});
const flat = (step: number) => Array.from({ length: 64 }, () => step);

/** K.1 of T.81 in the order of a file: along the diagonals, first to the right. */
const LUMINANCE_IN_FILE = [
  [16, 11, 12, 14, 12, 10, 16, 14],
  [13, 14, 18, 17, 16, 19, 24, 40],
  [26, 24, 22, 22, 24, 49, 35, 37],
  [29, 40, 58, 51, 61, 60, 57, 51],
  [56, 55, 64, 72, 92, 78, 64, 68],
  [87, 69, 55, 56, 80, 109, 81, 87],
  [95, 98, 103, 104, 103, 62, 77, 113],
  [121, 112, 100, 120, 92, 101, 103, 99],
].flat();

describe('estimateQuality()', () => {
  test('reads the setting from tables that libjpeg would make for it', () => {
    // At 50 the table is taken as it is; at 75 each step is half of it, halves rounded up; at 100 all steps are 1.
    const half = LUMINANCE_IN_FILE.map((step) => Math.floor((step + 1) / 2));
    expect(estimateQuality([tables({ number: 0, steps: LUMINANCE_IN_FILE })], GRAY)).toBe('50');
    expect(estimateQuality([tables({ number: 0, steps: half })], GRAY)).toBe('75');
    expect(estimateQuality([tables({ number: 0, steps: flat(1) })], GRAY)).toBe('100');
    // At 1 each step is 50 times as large, but a byte holds no more than 255, and 50 · 10 is more than that.
    expect(estimateQuality([tables({ number: 0, steps: flat(255) })], GRAY)).toBe('1');
  });

  test('reads tables of two bytes a step', () => {
    const steps = LUMINANCE_IN_FILE.flatMap((step) => [(step * 50) >> 8, (step * 50) & 255]);
    expect(estimateQuality([tables({ number: 0x10, steps })], GRAY)).toBe('1');
  });

  test('names other tables by their digest: equal ones alike, ones that differ in a step not', () => {
    const other = LUMINANCE_IN_FILE.with(63, 98);
    const names = [flat(7), flat(7), other].map((steps) =>
      estimateQuality([tables({ number: 0, steps })], GRAY),
    );
    expect(names[0]).toMatch(/^custom:[0-9a-f]{8}$/);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).toMatch(/^custom:/);
    expect(names[2]).not.toBe(names[0]);
  });

  test('looks at the tables in use only, at the later of two of one number, and at all of them', () => {
    const first = tables({ number: 0, steps: flat(7) });
    const second = tables({ number: 0, steps: LUMINANCE_IN_FILE }, { number: 1, steps: flat(7) });
    expect(estimateQuality([first, second], GRAY)).toBe('50');
    const color = [...GRAY, { across: 1, down: 1, table: 1 }];
    expect(estimateQuality([first, second], color)).toMatch(/^custom:/);
  });

  test('knows nothing of tables that are missing, cut off or out of range', () => {
    const whole = tables({ number: 0, steps: LUMINANCE_IN_FILE });
    expect(estimateQuality([whole], [])).toBe('');
    expect(estimateQuality([whole], [{ across: 1, down: 1, table: 1 }])).toBe('');
    expect(estimateQuality([tables({ number: 0, steps: flat(1).slice(1) })], GRAY)).toBe('');
    expect(estimateQuality([tables({ number: 0x20, steps: flat(1) })], GRAY)).toBe('');
  });
});

describe('listSegments()', () => {
  test('skips fill bytes, ends before the scan, and leaves out a segment that is cut off', () => {
    const start = [0xff, 0xd8, 0xff, 0xff, 0xfe, 0, 3, 65];
    const scan = [0xff, 0xda, 0, 2, 0xff, 0xfe, 0, 3, 66];
    expect(listSegments(Uint8Array.from([...start, ...scan]))).toEqual([
      { marker: 0xfe, data: Uint8Array.of(65) },
    ]);
    expect(listSegments(Uint8Array.from([...start, 0xff, 0xfe, 0, 4, 66]))).toHaveLength(1);
    // A length of 1 would not even hold itself.
    expect(listSegments(Uint8Array.from([...start, 0xff, 0xfe, 0, 1, 66]))).toHaveLength(1);
    expect(listSegments(new Uint8Array(0))).toEqual([]);
  });

  test('reads every quality of an encoder as it was set', async () => {
    for (let quality = 1; quality <= 100; quality++) {
      const file = await makeImage(16, 16).jpeg({ quality }).toBuffer();
      const color = [...GRAY, { across: 1, down: 1, table: 1 }];
      expect(estimateQuality(listSegments(file), color)).toBe(String(quality));
    }
  });
});
