import { expect, test } from 'vitest';
import { clippingScale, gradientNorm } from '../src/gradient-norm.js';
import { createParameterMemory } from '../src/parameter-memory.js';

function memoryOf(...gradients: number[][]) {
  const memory = createParameterMemory(
    gradients.map(({ length }) => length),
    ['parameter', 'gradient'],
  );
  gradients.forEach((values, i) => void memory.arrays('gradient')[i]!.set(values));
  memory.arrays('parameter')[0]?.fill(100);
  return memory;
}

test('gradientNorm() is that of all gradients as of one vector', () => {
  // 2² + 4² + 5² + 6² = 81.
  expect(gradientNorm(memoryOf([2, -4], [5], [0, 6, 0]))).toBe(9);
  expect(gradientNorm(memoryOf([]))).toBe(0);
});

test('gradientNorm() adds every place once', () => {
  for (const length of [1, 7, 8, 9, 16, 17, 100]) {
    for (let i = 0; i < length; i++) {
      const values = new Array(length).fill(0);
      values[i] = -3;
      expect(gradientNorm(memoryOf(values, [4]))).toBe(5);
    }
  }
});

test('gradientNorm() of the largest numbers is finite, and of none else', () => {
  const largest = 3.4028234663852886e38;
  expect(gradientNorm(memoryOf([largest, largest]))).toBeCloseTo(largest * Math.SQRT2, -30);
  expect(gradientNorm(memoryOf([1], [Number.NEGATIVE_INFINITY]))).toBe(Number.POSITIVE_INFINITY);
  expect(gradientNorm(memoryOf([1], [2, Number.NaN]))).toBeNaN();
});

test('clippingScale() brings a norm down to the largest, and leaves smaller ones', () => {
  expect(clippingScale(10, 5)).toBeCloseTo(0.5, 6);
  expect(clippingScale(4.9, 5)).toBe(1);
  expect(clippingScale(0, 5)).toBe(1);
  expect(clippingScale(1e9, Number.POSITIVE_INFINITY)).toBe(1);
});
