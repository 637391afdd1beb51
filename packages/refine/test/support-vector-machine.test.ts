import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { createKernelRows, scaleGamma } from '../src/rbf-kernel.js';
import { trainingDecisions } from '../src/support-vector-machine.js';

function kernelOf(values: readonly number[], dims: number, gamma: number, megabytes = 16) {
  return createKernelRows({ data: Float32Array.from(values), dims, gamma }, megabytes);
}

describe('trainingDecisions()', () => {
  it('separates two rows as the dual says', () => {
    // Rows 0 and 1 at gamma ln 2: kernel 1/2. By symmetry both weights are a, which maximizes
    // 2a - a² (1 - 1/2): a = 2, and the decisions are ± a (1 - 1/2) = ± 1. At C = 1 they are ± 1/2.
    const kernel = kernelOf([0, 1], 1, Math.LN2);
    const free = trainingDecisions(kernel, Uint8Array.of(1, 0), 10);
    expect(free[0]).toBeCloseTo(1, 6);
    expect(free[1]).toBeCloseTo(-1, 6);
    const bounded = trainingDecisions(kernel, Uint8Array.of(1, 0), 1);
    expect(bounded[0]).toBeCloseTo(0.5, 6);
    expect(bounded[1]).toBeCloseTo(-0.5, 6);
  });

  it('meets the conditions of the optimum: margin 1 for free rows, and no gain elsewhere', () => {
    const random = createRandom(1, 'test');
    const values = Array.from({ length: 240 }, (_, i) => random.normal() + (i < 60 ? 1.5 : 0));
    const positive = Uint8Array.from({ length: 80 }, (_, i) => (i < 20 ? 1 : 0));
    const kernel = kernelOf(values, 3, 0.5);
    const decisions = trainingDecisions(kernel, positive, 1);
    // Fewer rows than support vectors fit a cache of one row's memory: the result may not depend on it.
    expect(trainingDecisions(kernelOf(values, 3, 0.5, 1e-9), positive, 1)).toEqual(decisions);
    const wrongSide = decisions.filter((value, i) => value > 0 !== (positive[i] === 1)).length;
    expect(wrongSide).toBeLessThan(20);
    // Most rows of overlapping classes lie within the margin; the free ones lie on it to the tolerance.
    const onMargin = decisions.filter((value) => Math.abs(Math.abs(value) - 1) < 2e-3).length;
    expect(onMargin).toBeGreaterThan(5);
  });

  it('gives equal rows equal decisions whatever their label', () => {
    const decisions = trainingDecisions(kernelOf([3, 3, 3, 3], 1, 1), Uint8Array.of(1, 1, 0, 0), 1);
    for (const value of decisions) expect(value).toBeCloseTo(decisions[0], 6);
  });
});

describe('scaleGamma()', () => {
  it('is 1 / (D · variance of all values)', () => {
    // Values 1, 3, 5, 7: mean 4, variance 5.
    expect(scaleGamma(Float32Array.of(1, 3, 5, 7), 2)).toBeCloseTo(1 / 10, 12);
    expect(scaleGamma(Float32Array.of(2, 2), 1)).toBe(1);
  });
});
