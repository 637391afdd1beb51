import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clippingScale, gradientNorm } from '../src/gradient-norm.js';
import { createOptimizer, type OptimizerOptions } from '../src/optimizer.js';
import { createParameterMemory } from '../src/parameter-memory.js';

interface Golden {
  readonly initial: number[][];
  /** Steps × parameters × values. */
  readonly gradients: number[][][];
  readonly learningRates: number[];
  readonly cases: {
    readonly options: OptimizerOptions;
    readonly maxGradientNorm: number | null;
    readonly after: number[][][];
    readonly norms: number[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/reference/autodiff/optimizers.json', import.meta.url), 'utf8'),
);

test.each(golden.cases)('six steps of $options, gradients up to $maxGradientNorm, equal PyTorch’s', ({
  options,
  maxGradientNorm,
  after,
  norms,
}) => {
  const optimizer = createOptimizer(options);
  const lengths = golden.initial.map(({ length }) => length);
  const memory = createParameterMemory(lengths, ['parameter', 'gradient', ...optimizer.sums]);
  const parameters = memory.arrays('parameter');
  golden.initial.forEach((values, i) => void parameters[i]!.set(values));
  golden.gradients.forEach((gradients, i) => {
    gradients.forEach((values, j) => void memory.arrays('gradient')[j]!.set(values));
    const norm = gradientNorm(memory);
    if (maxGradientNorm !== null) expect(Math.abs(norm / norms[i]! - 1)).toBeLessThan(1e-6);
    const gradientScale = clippingScale(norm, maxGradientNorm ?? Number.POSITIVE_INFINITY);
    optimizer.step(memory, { step: i + 1, learningRate: golden.learningRates[i]!, gradientScale });
    const expected = after[i]!.flat();
    const found = parameters.flatMap((values) => [...values]);
    const worst = Math.max(...expected.map((value, j) => Math.abs(value - found[j]!)));
    // 2e-6 of the largest: some roundings of float32, which the two libraries do at other places.
    expect(worst).toBeLessThan(2e-6 * Math.max(...expected.map(Math.abs)));
  });
});

test('createOptimizer() refuses constants out of their range', () => {
  expect(() => createOptimizer({ kind: 'sgd', momentum: 1 })).toThrow(
    'createOptimizer: momentum must be in [0, 1), got 1',
  );
  expect(() => createOptimizer({ kind: 'sgd', momentum: 0, nesterov: true })).toThrow(
    'createOptimizer: momentum must be positive with nesterov, got 0',
  );
  expect(() => createOptimizer({ kind: 'adam', beta2: -0.1 })).toThrow(
    'createOptimizer: beta2 must be in [0, 1), got -0.1',
  );
  expect(() => createOptimizer({ kind: 'adamw', weightDecay: Number.NaN })).toThrow(
    'createOptimizer: weightDecay must be finite and at least 0, got NaN',
  );
});
