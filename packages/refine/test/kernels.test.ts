import { kernelPool, setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, describe, expect, it } from 'vitest';
import { fillKernelMatrix } from '../src/kernel-matrix.js';
import { landmarkFeatures } from '../src/landmark-features.js';
import { leaveOneOutDecisions } from '../src/least-squares.js';
import { fillKernel, packRows, reserveRows } from '../src/packed-rows.js';
import { createKernelRows } from '../src/rbf-kernel.js';
import { ownClusterDecisions, trainingDecisions } from '../src/support-vector-machine.js';
import { WASM_BINARY } from '../src/wasm-binary.js';

afterEach(() => setKernelThreads(1));

function normalRows(count: number, dims: number, seed: number): Float32Array {
  const random = createRandom(seed, 'test');
  return Float32Array.from({ length: count * dims }, () => random.normal());
}

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

describe('kernel rows and the kernel matrix', () => {
  it.each([1, 3, 8, 13])('are plain float64 values to the last digit of float32: %i dims', (dims) => {
    const data = normalRows(1100, dims, 8);
    const kernelRow = createKernelRows({ data, dims, gamma: 0.2 }, 1e-9);
    const expectPlain = (i: number) => {
      const row = kernelRow(i);
      for (let j = 0; j < 1100; j++) {
        let squared = 0;
        for (let d = 0; d < dims; d++) squared += (data[i * dims + d] - data[j * dims + d]) ** 2;
        const expected = Math.exp(-0.2 * squared);
        // Half a unit in the last place of float32, and what is left of float64 sums of squares up to some 100.
        expect(Math.abs(row[j] - expected)).toBeLessThanOrEqual(2 ** -24 * expected * (1 + 1e-5));
      }
      expect(row[i]).toBe(1);
    };
    expectPlain(5);
    // Another use of the kernels' memory in between.
    landmarkFeatures({ data, dims, gamma: 0.2 }, Int32Array.of(1, 2));
    setKernelThreads(2);
    expectPlain(1099);
  });

  it.each([1, 4, 257, 531])('are the same values: %i rows', (count) => {
    const rows = { data: normalRows(count, 5, 3), dims: 5, gamma: 0.3 };
    const { pool, address, stride } = fillKernelMatrix(rows);
    const matrix = pool.float32(address, stride * stride).slice();
    const kernelRow = createKernelRows(rows, 1);
    for (let i = 0; i < count; i++) {
      expect(matrix.slice(i * stride, i * stride + count)).toEqual(kernelRow(i));
    }
  });
});

describe('supportVectorMachine', () => {
  it.each([
    [50, 0.01],
    [333, 1],
    [333, 100],
  ])('comes to the bits of the plain machine: %i rows, cost %d', (count, cost) => {
    const rows = { data: normalRows(count, 3, 9), dims: 3, gamma: 0.4 };
    const labels = Int32Array.from({ length: count }, (_, i) => (rows.data[3 * i] > 0.5 ? 0 : 1 + (i % 70)));
    const clusters = new Set(labels).size;
    const compact = labels.map((label) => [...new Set(labels)].indexOf(label));
    const kernelRow = createKernelRows(rows, 16);
    const plain = new Float64Array(count);
    for (let c = 0; c < clusters; c++) {
      const positive = Uint8Array.from(compact, (label) => (label === c ? 1 : 0));
      const decisions = trainingDecisions(kernelRow, positive, cost);
      for (let i = 0; i < count; i++) if (compact[i] === c) plain[i] = decisions[i];
    }
    for (const threads of [1, 3]) {
      setKernelThreads(threads);
      expect(ownClusterDecisions(fillKernelMatrix(rows), compact, clusters, cost)).toEqual(plain);
    }
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
