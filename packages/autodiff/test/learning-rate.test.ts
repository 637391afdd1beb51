import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LearningRateSchedule, learningRateAt } from '../src/index.js';

const golden: { schedules: { schedule: LearningRateSchedule; learningRates: number[] }[] } = JSON.parse(
  readFileSync(new URL('../../../test/reference/autodiff/optimizers.json', import.meta.url), 'utf8'),
);

const ratesOf = (schedule: LearningRateSchedule, stepCount: number) =>
  Array.from({ length: stepCount }, (_, step) => learningRateAt(schedule, step, stepCount));

test.each(golden.schedules)('learningRateAt() of $schedule equals PyTorch’s', ({
  schedule,
  learningRates,
}) => {
  const found = ratesOf(schedule, learningRates.length);
  // PyTorch multiplies from step to step, in float64.
  found.forEach((rate, step) => {
    expect(Math.abs(rate / learningRates[step]! - 1)).toBeLessThan(1e-12);
  });
});

test('a constant schedule stays, and step decay multiplies after every so many steps', () => {
  expect(ratesOf({ kind: 'constant', learningRate: 0.3 }, 3)).toEqual([0.3, 0.3, 0.3]);
  const schedule = { kind: 'step-decay', learningRate: 8, every: 2, factor: 0.5 } as const;
  expect(ratesOf(schedule, 5)).toEqual([8, 8, 4, 4, 2]);
});

test('a cosine schedule warms up in equal parts and is half way down in the middle', () => {
  // Warm-up: 1/4, 2/4, 3/4; then (1 + cos(π i / 4)) / 2 for i = 0 … 3, between 2 and 10.
  const rates = ratesOf({ kind: 'cosine', learningRate: 10, floor: 2, warmupSteps: 3 }, 7);
  expect(rates.slice(0, 4)).toEqual([2.5, 5, 7.5, 10]);
  expect(rates[4]).toBeCloseTo(6 + 4 * Math.SQRT1_2, 12);
  expect(rates[5]).toBeCloseTo(6, 12);
});

test('a warm-up longer than the training only grows', () => {
  expect(ratesOf({ kind: 'cosine', learningRate: 8, warmupSteps: 7 }, 3)).toEqual([1, 2, 3]);
});

test('learningRateAt() refuses numbers out of their range', () => {
  const constant = { kind: 'constant', learningRate: 1 } as const;
  expect(() => learningRateAt(constant, 3, 3)).toThrow(
    'learningRateAt: step must be an integer in [0, 3), got 3',
  );
  expect(() => learningRateAt({ kind: 'constant', learningRate: 0 }, 0, 1)).toThrow(
    'learningRateAt: learningRate must be positive, got 0',
  );
  const steps = { kind: 'step-decay', learningRate: 1, every: 2, factor: 0.5 } as const;
  expect(() => learningRateAt({ ...steps, every: 0 }, 0, 1)).toThrow(
    'learningRateAt: every must be a positive integer, got 0',
  );
  expect(() => learningRateAt({ ...steps, factor: 2 }, 0, 1)).toThrow(
    'learningRateAt: factor must be in (0, 1], got 2',
  );
  expect(() => learningRateAt({ kind: 'cosine', learningRate: 1, floor: 2 }, 0, 1)).toThrow(
    'learningRateAt: floor must be in [0, 1], got 2',
  );
  expect(() => learningRateAt({ kind: 'cosine', learningRate: 1, warmupSteps: 0.5 }, 0, 1)).toThrow(
    'learningRateAt: warmupSteps must be an integer of 0 or more, got 0.5',
  );
});
