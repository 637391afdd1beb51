import { createRandom } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import { fitPrincipalComponents } from '../src/principal-components.js';
import type { RowSource } from '../src/row-source.js';

function sourceOf(data: Float32Array, dims: number): RowSource {
  return { rows: data.length / dims, dims, read: (from, to) => data.subarray(from * dims, to * dims) };
}

/** Rows whose covariance is diagonal by construction: row 2k and 2k + 1 are the mean ± an amount along axis k. */
function axisData(dims: number, amounts: readonly number[], mean: number): Float32Array {
  const data = new Float32Array(2 * amounts.length * dims).fill(mean);
  for (const [k, amount] of amounts.entries()) {
    data[2 * k * dims + k] += amount;
    data[(2 * k + 1) * dims + k] -= amount;
  }
  return data;
}

describe('fitPrincipalComponents()', () => {
  // 5 dims are decomposed outright, 400 by subspace iteration; the answer is the same.
  test.each([5, 400])('finds axes, variances and mean of %i dims', async (dims) => {
    const amounts = [1, 8, 2, 4, 0.5];
    const source = sourceOf(axisData(dims, amounts, 3), dims);
    const { mean, directions, variances } = await fitPrincipalComponents(source, 4, createRandom(1, 'test'));
    for (const value of mean) expect(value).toBeCloseTo(3, 12);
    // 10 rows: the sample variance along axis k is 2 · amount² / 9.
    for (const [i, axis] of [1, 3, 2, 0].entries()) {
      expect(variances[i]).toBeCloseTo((2 * amounts[axis] ** 2) / 9, 4);
      for (let j = 0; j < dims; j++) expect(directions[i * dims + j]).toBeCloseTo(j === axis ? 1 : 0, 4);
    }
  });

  test.each([30, 420])('keeps all distances between N rows of %i dims in N - 1 components', async (dims) => {
    const random = createRandom(2, 'rows');
    const [rows, kept] = [25, 24];
    const data = Float32Array.from({ length: rows * dims }, () => random.normal());
    const { directions } = await fitPrincipalComponents(sourceOf(data, dims), 100, createRandom(1, 'test'));
    expect(directions.length).toBe(kept * dims);
    for (let i = 1; i < rows; i++) {
      const difference = Float64Array.from({ length: dims }, (_, j) => data[i * dims + j] - data[j]);
      let projected = 0;
      for (let k = 0; k < kept; k++) {
        projected += difference.reduce((sum, value, j) => sum + value * directions[k * dims + j], 0) ** 2;
      }
      const squared = difference.reduce((sum, value) => sum + value * value, 0);
      expect(projected / squared).toBeCloseTo(1, 4);
    }
  });

  test('captures nearly the most variance possible where variances decay slowly', async () => {
    // Independent dims of deviation 1 / (1 + j / 40): the best 30 directions hold at most the 30 largest eigenvalues.
    const [rows, dims, kept] = [1500, 400, 30];
    const random = createRandom(3, 'decay');
    const data = Float32Array.from(
      { length: rows * dims },
      (_, i) => random.normal() / (1 + (i % dims) / 40),
    );
    const source = sourceOf(data, dims);
    const { variances } = await fitPrincipalComponents(source, kept, createRandom(1, 'test'));
    const more = await fitPrincipalComponents(source, 380, createRandom(1, 'test'));
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(variances) / sum(more.variances.slice(0, kept))).toBeGreaterThan(0.995);
  });

  test('gives zero variance for equal rows', async () => {
    const source = sourceOf(new Float32Array(4 * 6).fill(2), 6);
    const { variances } = await fitPrincipalComponents(source, 3, createRandom(1, 'test'));
    expect([...variances]).toEqual([0, 0, 0]);
  });
});
