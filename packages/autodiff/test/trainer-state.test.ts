import { expect, test } from 'vitest';
import {
  createGraph,
  createTrainer,
  type OptimizerOptions,
  operators as op,
  type TrainerState,
} from '../src/index.js';

/** Least squares with a running mean of the inputs. */
async function startTrainer(optimizer: OptimizerOptions, state: TrainerState | null = null) {
  const graph = createGraph();
  const x = graph.input('x', [4, 3]);
  const weight = graph.input('weight', [2, 3]);
  const bias = graph.input('bias', [2]);
  const mean = graph.input('mean', [3]);
  const error = op.sub(op.linear(op.sub(x, mean), weight, bias), 1);
  const next = op.add(op.mul(mean, 0.9), op.mul(op.reduceMean(x, [0]), 0.1));
  return createTrainer(
    op.reduceMean(op.mul(error, error), [0, 1]),
    {
      weight: { value: weight, initial: Float32Array.of(1, -2, 3, -4, 5, -6) },
      bias: { value: bias, initial: Float32Array.of(0.5, -0.5) },
    },
    {
      optimizer,
      state,
      maxGradientNorm: 1,
      buffers: { mean: { value: mean, next, initial: Float32Array.of(1, 0, -1) } },
    },
  );
}

const feeds = (step: number) => ({
  x: {
    type: 'float32',
    dims: [4, 3],
    data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + 5 * step)),
  } as const,
});

const optimizers: OptimizerOptions[] = [
  { kind: 'sgd', momentum: 0.9, nesterov: true },
  { kind: 'adam', weightDecay: 0.1 },
  { kind: 'adamw' },
];

test.each(
  optimizers,
)('two steps, and two more from their state, are four steps to the bit: $kind', async (optimizer) => {
  const whole = await startTrainer(optimizer);
  const first = await startTrainer(optimizer);
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) losses.push((await whole.step(feeds(step), 0.1)).loss);
  for (let step = 0; step < 2; step++) await first.step(feeds(step), 0.1);
  const state = first.state();
  const kept = structuredClone(state);
  await first.step(feeds(7), 0.1);
  const second = await startTrainer(optimizer, state);
  expect(second.steps).toBe(2);
  for (let step = 2; step < 4; step++) expect((await second.step(feeds(step), 0.1)).loss).toBe(losses[step]);
  expect(second.state()).toEqual(whole.state());
  expect(state).toEqual(kept);
  for (const trainer of [whole, first, second]) await trainer.release();
});

test('state() names all that changes', async () => {
  const trainer = await startTrainer({ kind: 'adamw' });
  const { steps, arrays } = trainer.state();
  expect(steps).toBe(0);
  expect(Object.entries(arrays).map(([name, { length }]) => [name, length])).toEqual([
    ['parameter/weight', 6],
    ['parameter/bias', 2],
    ['buffer/mean', 3],
    ['adamw/gradientSum/weight', 6],
    ['adamw/gradientSum/bias', 2],
    ['adamw/squareSum/weight', 6],
    ['adamw/squareSum/bias', 2],
  ]);
  expect(arrays['parameter/bias']).toEqual(Float32Array.of(0.5, -0.5));
  expect(arrays['buffer/mean']).toEqual(Float32Array.of(1, 0, -1));
  await trainer.release();
});

test('createTrainer() refuses a state that does not fit, and names what does not', async () => {
  const trainer = await startTrainer({ kind: 'sgd' });
  const { steps, arrays } = trainer.state();
  await trainer.release();
  await expect(startTrainer({ kind: 'adam' }, { steps, arrays })).rejects.toThrow(
    'createTrainer: a state must fit the parameters, buffers and optimizer; it lacks adam/gradientSum/weight, adam/gradientSum/bias, adam/squareSum/weight, adam/squareSum/bias; it has, and the training has not, sgd/gradientSum/weight, sgd/gradientSum/bias',
  );
  const { 'buffer/mean': _, ...rest } = arrays;
  const longer = { ...rest, 'parameter/bias': new Float32Array(3) };
  await expect(startTrainer({ kind: 'sgd' }, { steps, arrays: longer })).rejects.toThrow(
    'it lacks buffer/mean; it has of another length parameter/bias (3 values for 2)',
  );
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x${i}`, new Float32Array(1)]));
  await expect(startTrainer({ kind: 'sgd' }, { steps, arrays: { ...arrays, ...many } })).rejects.toThrow(
    'it has, and the training has not, x0, x1, x2, x3, x4, x5, x6, x7, x8, x9 and 2 more',
  );
  await expect(startTrainer({ kind: 'sgd' }, { steps: -1, arrays })).rejects.toThrow(
    'createTrainer: steps of a state must be an integer of 0 or more, got -1',
  );
});
