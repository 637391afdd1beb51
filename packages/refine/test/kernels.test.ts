import { kernelPool, setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, describe, expect, it } from 'vitest';
import { landmarkFeatures } from '../src/landmark-features.js';
import { leaveOneOutDecisions } from '../src/least-squares.js';
import { fillKernel, packRows, reserveRows } from '../src/packed-rows.js';
import { createKernelRows } from '../src/rbf-kernel.js';
import { WASM_BINARY } from '../src/wasm-binary.js';

afterEach(() => setKernelThreads(1));

describe('kernelValues', () => {
  it('equals Math.exp to 1e-15 of it, from 1 down to e^-708', () => {
    const pool = kernelPool(WASM_BINARY);
    pool.release();
    const count = 4000;
    const rows = reserveRows(pool, count, 1);
    const origin = reserveRows(pool, 4, 1);
    // Squared distances from 0 are the exponents themselves, which are exact in float64: squares of float32.
    const values = Float32Array.from({ length: count }, (_, i) => Math.sqrt((i * 708) / count));
    packRows(pool, values, [...values.keys()], Float32Array.of(0), rows);
    packRows(pool, Float32Array.of(0), [0], Float32Array.of(0), origin);
    const out = pool.reserve(count * 32);
    fillKernel(pool, rows, origin, 1, out);
    const found = pool.float64(out, count * 4);
    values.forEach((value, i) => {
      const expected = Math.exp(-value * value);
      expect(Math.abs(found[4 * i] - expected)).toBeLessThanOrEqual(1e-15 * expected);
    });
    fillKernel(pool, rows, origin, 100, out);
    expect(found[4 * (count - 1)]).toBeCloseTo(0, 300);
  });
});

describe('squaredDistances', () => {
  it.each([1, 3, 8, 13])('gives kernel rows the bits of plain float64 sums: %i dims', (dims) => {
    const random = createRandom(8, 'test');
    const count = 1100;
    const data = Float32Array.from({ length: count * dims }, () => random.normal());
    const plain = (i: number) =>
      Float32Array.from({ length: count }, (_, j) => {
        const sums = [0, 0, 0, 0];
        const whole = dims - (dims % 4);
        for (let d = 0; d < dims; d++) {
          const difference = data[i * dims + d] - data[j * dims + d];
          sums[d < whole ? d % 4 : 0] += difference * difference;
        }
        return Math.exp(-0.2 * (sums[0] + sums[1] + sums[2] + sums[3]));
      });
    const kernelRow = createKernelRows({ data, dims, gamma: 0.2 }, 1e-9);
    expect(kernelRow(5)).toEqual(plain(5));
    // Another use of the kernels' memory in between.
    landmarkFeatures({ data, dims, gamma: 0.2 }, Int32Array.of(1, 2));
    setKernelThreads(2);
    expect(kernelRow(1099)).toEqual(plain(1099));
  });
});

describe('addColumnProducts and leverages', () => {
  /** Rows, labels and landmarks whose numbers are no multiples of a panel or block. */
  function example() {
    const random = createRandom(7, 'test');
    const data = Float32Array.from({ length: 531 * 5 }, () => random.normal());
    const labels = Int32Array.from({ length: 531 }, (_, i) => i % 7);
    const landmarks = Int32Array.from({ length: 42 }, (_, i) => 3 * i + 1);
    return { data, labels, landmarks };
  }

  it('are the plain sums to 1e-12 of them', () => {
    const { data, landmarks } = example();
    const features = landmarkFeatures({ data, dims: 5, gamma: 0.3 }, landmarks);
    const { pool, stride, width } = features;
    const rows: number[][] = [];
    features.forEachBlock('rows', ({ first, size, values }) => {
      for (let i = 0; i < size; i++) {
        rows[first + i] = Array.from(
          { length: stride },
          (_, d) => values[((i >> 2) * stride + d) * 4 + (i & 3)],
        );
      }
    });
    expect([rows.length, rows[530][width - 1], rows[530][width]]).toEqual([531, 1, 0]);
    const sums = pool.reserve(stride * stride * 8);
    const scratch = pool.reserve((stride / 4) * 128);
    const squares = pool.float64(sums, stride * stride).fill(0);
    features.forEachBlock('columns', ({ address }) => {
      for (let which = 0; which < stride / 4; which++) {
        pool.run('addColumnProducts', [[address, 256, which, sums, stride, scratch]]);
      }
    });
    for (let r = 0; r < width; r++) {
      for (let c = 0; c <= r; c++) {
        const expected = rows.reduce((sum, row) => sum + row[r] * row[c], 0);
        expect(Math.abs(squares[r * stride + c] - expected)).toBeLessThan(1e-12 * expected);
      }
    }
    // Any lower triangle will do as a matrix.
    const matrix = pool.float64(sums, stride * stride);
    for (let r = 0; r < stride; r++) matrix.fill(0, r * stride + r + 1, (r + 1) * stride);
    const triangle = matrix.slice();
    const out = pool.reserve(256 * 8);
    features.forEachBlock('rows', ({ first, size, address }) => {
      pool.run('leverages', [[sums, stride, address, 64, out, scratch]]);
      const found = pool.float64(out, size);
      for (let i = 0; i < size; i++) {
        let expected = 0;
        for (let r = 0; r < stride; r++) {
          let sum = 0;
          for (let d = 0; d <= r; d++) sum += triangle[r * stride + d] * rows[first + i][d];
          expected += sum * sum;
        }
        expect(Math.abs(found[i] - expected)).toBeLessThan(1e-12 * expected);
      }
    });
  });

  it('give the same bytes with any number of threads', () => {
    const { data, labels, landmarks } = example();
    const decide = () =>
      leaveOneOutDecisions(landmarkFeatures({ data, dims: 5, gamma: 0.3 }, landmarks), labels, 7, 1);
    const one = decide();
    setKernelThreads(3);
    expect(decide()).toEqual(one);
  });
});
