import { expect, test } from 'vitest';
import { poolPatches } from '../src/index.js';

const logs = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

test('poolPatches() of one patch gives its probabilities', () => {
  const pooled = poolPatches(logs(0.2, 0.8), 2);
  expect(pooled[0]).toBeCloseTo(0.2, 6);
  expect(pooled[1]).toBeCloseTo(0.8, 6);
});

test('poolPatches() takes the geometric means, scaled to the sum 1', () => {
  // √(0.9 · 0.4) = 0.6 and √(0.1 · 0.6) = 0.2449; 0.6 / 0.8449 = 0.7101.
  expect(poolPatches(logs(0.9, 0.1, 0.4, 0.6), 2)[0]).toBeCloseTo(0.7101, 4);
});

test('poolPatches() of many equal patches is as sure as of one', () => {
  const many = Float32Array.from({ length: 60 }, (_, i) => logs(0.5, 0.3, 0.2)[i % 3]!);
  expect(poolPatches(many, 3)[2]).toBeCloseTo(0.2, 6);
});

test('poolPatches() stands probabilities that are zero in float64, and refuses no patch', () => {
  expect(Array.from(poolPatches(Float32Array.of(-2000, -2001), 2), (p) => Number(p.toFixed(4)))).toEqual([
    0.7311, 0.2689,
  ]);
  expect(() => poolPatches(new Float32Array(0), 2)).toThrow('at least one, got 0 values');
});
