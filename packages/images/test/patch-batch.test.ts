import { describe, expect, test } from 'vitest';
import { cutPatchBatch } from '../src/index.js';
import { emptyBatch, writePatch } from '../src/patch-batch.js';

// Red counts the pixels, green is 100 more, blue 200 more.
const image = {
  width: 3,
  height: 2,
  data: Uint8Array.from({ length: 18 }, (_, i) => Math.floor(i / 3) + 100 * (i % 3)),
};

describe('cutPatchBatch()', () => {
  test('puts one channel after the other, patch by patch', () => {
    const patches = [
      { x: 1, y: 0, width: 2, height: 2 },
      { x: 0, y: 0, width: 2, height: 2 },
    ];
    expect(cutPatchBatch(image, patches, 2)).toEqual({
      count: 2,
      patchSize: 2,
      data: Uint8Array.of(
        ...[1, 2, 4, 5, 101, 102, 104, 105, 201, 202, 204, 205],
        ...[0, 1, 3, 4, 100, 101, 103, 104, 200, 201, 203, 204],
      ),
    });
    expect(cutPatchBatch(image, [], 2).data).toHaveLength(0);
  });

  test('refuses patches of another size, outside, or of no size', () => {
    const patch = { x: 0, y: 0, width: 2, height: 2 };
    expect(() => cutPatchBatch(image, [patch], 1)).toThrow('patches must be 1 × 1, got 2 × 2');
    expect(() => cutPatchBatch(image, [{ ...patch, y: 1 }], 2)).toThrow(RangeError);
    for (const size of [0, 1.5, 4097])
      expect(() => cutPatchBatch(image, [], size)).toThrow(`[1, 4096], got ${size}`);
  });
});

describe('writePatch()', () => {
  test('mirrors left to right and upside down, and leaves other places alone', () => {
    const square = { width: 2, height: 2, data: Uint8Array.of(1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24) };
    const red = (flipHorizontal: boolean, flipVertical: boolean) => {
      const batch = emptyBatch(3, 2);
      writePatch(square, { flipHorizontal, flipVertical }, batch, 1);
      expect([...batch.data.subarray(0, 12), ...batch.data.subarray(24)].every((value) => value === 0)).toBe(
        true,
      );
      const [first, second, third] = [12, 16, 20].map((start) => batch.data.subarray(start, start + 4));
      expect(second).toEqual(first?.map((value) => value + 10));
      expect(third).toEqual(first?.map((value) => value + 20));
      return [...(first ?? [])];
    };
    expect(red(false, false)).toEqual([1, 2, 3, 4]);
    expect(red(true, false)).toEqual([2, 1, 4, 3]);
    expect(red(false, true)).toEqual([3, 4, 1, 2]);
    expect(red(true, true)).toEqual([4, 3, 2, 1]);
  });
});
