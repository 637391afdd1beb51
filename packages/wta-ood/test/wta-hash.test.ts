import { describe, expect, it } from 'vitest';
import { createWtaHash, wtaCodes } from '../src/index.js';

describe('createWtaHash()', () => {
  it('draws K different axes for each hash, each axis equally often', () => {
    const { axes } = createWtaHash(5, 4000, 3, 1);
    const counts = new Array(5).fill(0);
    for (let h = 0; h < 4000; h++) {
      const window = [...axes.subarray(h * 3, h * 3 + 3)];
      expect(new Set(window).size).toBe(3);
      for (const axis of window) counts[axis]++;
    }
    // 4000 · 3 / 5 = 2400 expected; standard deviation √(4000 · 0.6 · 0.4) = 31, and the tolerance four of them.
    for (const count of counts) expect(Math.abs(count - 2400)).toBeLessThan(124);
  });

  it('gives the same axes for the same seed and others for another', () => {
    expect(createWtaHash(9, 50, 2, 3)).toEqual(createWtaHash(9, 50, 2, 3));
    expect(createWtaHash(9, 50, 2, 4).axes).not.toEqual(createWtaHash(9, 50, 2, 3).axes);
  });

  it('refuses fewer features than the window is wide', () => {
    expect(() => createWtaHash(2, 8, 3, 1)).toThrow('dims must be at least windowSize 3, got 2');
  });
});

describe('wtaCodes()', () => {
  it('gives the position of the largest of the window, ties to the lower', () => {
    const hash = { dims: 3, hashCount: 3, windowSize: 2, axes: Int32Array.of(0, 1, 1, 2, 2, 0) };
    // Row 0: 5 > 1, 1 < 2, 2 < 5. Row 1: all equal.
    expect([...wtaCodes(hash, Float32Array.of(5, 1, 2, 7, 7, 7))]).toEqual([0, 1, 1, 0, 0, 0]);
  });

  it.each([3, 4, 7, 16])('equals a search for the largest at K = %i', (windowSize) => {
    const hash = createWtaHash(20, 37, windowSize, 2);
    const data = Float32Array.from({ length: 60 }, (_, i) => Math.round(10 * Math.sin(i * i)));
    const expected = [0, 1, 2].flatMap((i) =>
      Array.from({ length: 37 }, (_, h) => {
        const window = [...hash.axes.subarray(h * windowSize, (h + 1) * windowSize)].map(
          (axis) => data[i * 20 + axis],
        );
        return window.indexOf(Math.max(...window));
      }),
    );
    expect([...wtaCodes(hash, data)]).toEqual(expected);
  });

  it('tells denormal numbers and both zeros apart as a comparison does', () => {
    const hash = { dims: 2, hashCount: 1, windowSize: 2, axes: Int32Array.of(0, 1) };
    expect([...wtaCodes(hash, Float32Array.of(0, 1e-45, 1e-45, 0, 0, -0, -0, 0))]).toEqual([1, 0, 0, 0]);
  });
});
