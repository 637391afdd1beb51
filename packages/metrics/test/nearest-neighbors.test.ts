import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { nearestNeighbors } from '../src/nearest-neighbors.js';

const onLine = (...values: number[]) => ({ dims: 1, data: Float32Array.from(values) });
const all = (count: number) => Int32Array.from({ length: count }, (_, row) => row);

describe('nearestNeighbors()', () => {
  it('gives the nearest first, never the row itself', () => {
    // From 3: 4 at 1, 1 at 2, 8 at 5. From 8: 4 at 4, 3 at 5, 1 at 7.
    const found = nearestNeighbors(onLine(3, 1, 8, 4), Int32Array.of(0, 2), all(4), 2);
    expect([...found]).toEqual([3, 1, 3, 0]);
  });

  it('looks among the candidates only, and gives -1 where there are too few', () => {
    const found = nearestNeighbors(onLine(3, 1, 8, 4), Int32Array.of(0, 1), Int32Array.of(1, 2), 2);
    expect([...found]).toEqual([1, 2, 2, -1]);
    expect([...nearestNeighbors(onLine(3), all(1), all(1), 1)]).toEqual([-1]);
    expect([...nearestNeighbors(onLine(), all(0), all(0), 3)]).toEqual([]);
  });

  it('gives ties, and equal rows, to the candidate that stands first', () => {
    expect([...nearestNeighbors(onLine(5, 4, 6, 5, 6, 4), Int32Array.of(0), all(6), 3)]).toEqual([3, 1, 2]);
  });

  it('compares exactly what overflows in float32', () => {
    // As for nearestCentroidLabels(): from 2e19, 3e19 is farther than 1.5e19, and only the product with it overflows.
    expect([...nearestNeighbors(onLine(2e19, 3e19, 1.5e19), Int32Array.of(0), all(3), 1)]).toEqual([2]);
    const rows = [1.5e19, 1.5e19, 1.5e19, 2.2e19, -2.2e19, -2.2e19, -1.5e19, -1.5e19, 2.2e19];
    const features = { dims: 3, data: Float32Array.from(rows) };
    expect([...nearestNeighbors(features, Int32Array.of(0), all(3), 1)]).toEqual([2]);
  });

  it('finds what sorting all distances finds, beyond one stride of coordinates too', () => {
    const random = createRandom(7);
    const dims = 21;
    const count = 60;
    const data = Float32Array.from({ length: count * dims }, () => random.normal());
    const distance = (a: number, b: number) => {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += (data[a * dims + d] - data[b * dims + d]) ** 2;
      return sum;
    };
    const found = nearestNeighbors({ data, dims }, all(count), all(count), 5);
    for (let row = 0; row < count; row++) {
      const sorted = [...all(count)]
        .filter((other) => other !== row)
        .sort((a, b) => distance(row, a) - distance(row, b));
      expect([...found.subarray(row * 5, row * 5 + 5)]).toEqual(sorted.slice(0, 5));
    }
  });
});
