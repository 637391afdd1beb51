import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  createGraph,
  createTrainer,
  NonFiniteLossError,
  operators as op,
  type TrainedParameter,
} from '../src/index.js';

interface Golden {
  readonly sizes: number[];
  readonly classCount: number;
  readonly rows: number;
  readonly cases: Record<string, GoldenCase>;
}

interface GoldenCase {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly classWeights: number[] | null;
  readonly features: number[];
  readonly labels: number[];
  readonly masks: number[][][];
  readonly initial: Record<string, number[]>;
  readonly losses: number[];
  readonly final: Record<string, number[]>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/reference/autodiff/mlp-adam.json', import.meta.url), 'utf8'),
);

function buildNetwork({ initial, classWeights, labelSmoothing }: GoldenCase) {
  const { rows, sizes, classCount } = golden;
  const graph = createGraph();
  const widths = [...sizes, classCount];
  const parameters: Record<string, TrainedParameter> = {};
  const parameter = (name: string, shape: number[]) => {
    const value = graph.input(name, shape);
    parameters[name] = { value, initial: Float32Array.from(initial[name]!) };
    return value;
  };
  let value = graph.input('x', [rows, sizes[0]!]);
  for (let i = 1; i < widths.length; i++) {
    value = op.linear(
      value,
      parameter(`weight${i}`, [widths[i]!, widths[i - 1]!]),
      parameter(`bias${i}`, [widths[i]!]),
    );
    if (i < sizes.length) value = op.mul(op.relu(value), graph.input(`mask${i}`, [rows, sizes[i]!]));
  }
  const weights =
    classWeights === null ? null : graph.constant(Float32Array.from(classWeights), [classCount]);
  const labels = graph.input('labels', [rows], 'int64');
  const loss = op.softmaxCrossEntropy(value, labels, { classWeights: weights, labelSmoothing });
  return { loss, parameters };
}

test.each(Object.entries(golden.cases))('six steps with %s equal PyTorch’s', async (_name, example) => {
  const { rows, sizes } = golden;
  const { loss, parameters } = buildNetwork(example);
  const trainer = await createTrainer(loss, parameters, {
    optimizer: { kind: 'adam', weightDecay: example.weightDecay },
  });
  for (const [step, masks] of example.masks.entries()) {
    const fed = masks.map((mask, i) => [
      `mask${i + 1}`,
      { type: 'float32', dims: [rows, sizes[i + 1]!], data: Float32Array.from(mask) },
    ]);
    const { loss: measured } = await trainer.step(
      {
        x: { type: 'float32', dims: [rows, sizes[0]!], data: Float32Array.from(example.features) },
        labels: { type: 'int64', dims: [rows], data: BigInt64Array.from(example.labels, BigInt) },
        ...Object.fromEntries(fed),
      },
      example.learningRate,
    );
    // 1e-5: a hundred roundings of float32, whose order differs between the two libraries.
    expect(Math.abs(measured / example.losses[step]! - 1)).toBeLessThan(1e-5);
  }
  for (const [name, values] of Object.entries(trainer.parameters())) {
    const expected = example.final[name]!;
    const largest = Math.max(...expected.map(Math.abs));
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)));
    expect([name, worst / largest < 1e-5]).toEqual([name, true]);
  }
  await trainer.release();
});

test('the first steps of Adam on a constant gradient are of the size of the learning rate', async () => {
  const graph = createGraph();
  const p = graph.input('p', [2]);
  const loss = op.reduceSum(op.mul(p, graph.constant(Float32Array.of(4, -0.001), [2])), [0]);
  const initial = Float32Array.of(1, 1);
  const trainer = await createTrainer(loss, { p: { value: p, initial } });
  // With a constant gradient both corrected moments are the gradient and its square: p moves by -rate · sign(g),
  // but for epsilon: 1e-8 against 0.001.
  expect((await trainer.step({}, 0.1)).loss).toBeCloseTo(3.999, 6);
  const first = trainer.parameters().p!;
  expect(first[0]).toBeCloseTo(0.9, 6);
  expect(first[1]).toBeCloseTo(1.1, 5);
  await trainer.step({}, 0.05);
  expect(trainer.parameters().p![0]).toBeCloseTo(0.85, 6);
  expect(first[0]).toBeCloseTo(0.9, 6);
  expect(initial).toEqual(Float32Array.of(1, 1));
  await expect(trainer.step({}, 0)).rejects.toThrow('Trainer.step: learningRate must be positive, got 0');
  await trainer.release();
});

test('createTrainer() refuses a parameter that is not as large as its shape', async () => {
  const graph = createGraph();
  const p = graph.input('p', [2]);
  const parameters = { p: { value: p, initial: new Float32Array(3) } };
  await expect(createTrainer(op.reduceSum(p, [0]), parameters)).rejects.toThrow(
    'createTrainer: p must have shape [2], got 3 values',
  );
});

/** loss = Σ p x, whose gradient is x; the buffer becomes half of itself plus x. */
function sumOfProducts() {
  const graph = createGraph();
  const p = graph.input('p', [2]);
  const x = graph.input('x', [2]);
  const mean = graph.input('mean', [2]);
  const products = op.mul(p, x);
  const next = op.add(op.mul(mean, 0.5), x);
  return {
    loss: op.reduceSum(products, [0]),
    parameters: { p: { value: p, initial: Float32Array.of(1, 2) } },
    buffers: { mean: { value: mean, next, initial: Float32Array.of(8, 16) } },
    outputs: { products, shifted: op.add(mean, 0) },
  };
}

const feed = (...values: number[]) => ({
  x: { type: 'float32', dims: [2], data: Float32Array.from(values) } as const,
});

test('a step returns the outputs before it, and buffers become what the graph says', async () => {
  const { loss, parameters, buffers, outputs } = sumOfProducts();
  const optimizer = { kind: 'sgd', momentum: 0 } as const;
  const trainer = await createTrainer(loss, parameters, { buffers, outputs, optimizer });
  const first = await trainer.step(feed(3, 4), 0.5);
  expect(first).toMatchObject({ loss: 11, gradientNorm: 5 });
  expect(Object.keys(first.outputs)).toEqual(['products', 'shifted']);
  expect(first.outputs.products!.data).toEqual(Float32Array.of(3, 8));
  expect(first.outputs.shifted!.data).toEqual(Float32Array.of(8, 16));
  expect(trainer.buffers()).toEqual({ mean: Float32Array.of(7, 12) });
  expect(trainer.parameters()).toEqual({ p: Float32Array.of(-0.5, 0) });
  const second = await trainer.step(feed(1, 0), 0.5);
  expect(second.outputs.shifted!.data).toEqual(Float32Array.of(7, 12));
  expect(trainer.buffers()).toEqual({ mean: Float32Array.of(4.5, 6) });
  expect(first.outputs.products!.data).toEqual(Float32Array.of(3, 8));
  expect(buffers.mean.initial).toEqual(Float32Array.of(8, 16));
  expect(trainer.steps).toBe(2);
  await trainer.release();
});

test('maxGradientNorm scales larger gradients down, and leaves smaller ones', async () => {
  const { loss, parameters, buffers } = sumOfProducts();
  const optimizer = { kind: 'sgd', momentum: 0 } as const;
  const trainer = await createTrainer(loss, parameters, { buffers, optimizer, maxGradientNorm: 1 });
  expect((await trainer.step(feed(30, 40), 1)).gradientNorm).toBe(50);
  const [a, b] = trainer.parameters().p!;
  expect(a).toBeCloseTo(1 - 0.6, 6);
  expect(b).toBeCloseTo(2 - 0.8, 6);
  await trainer.step(feed(0.25, 0.5), 1);
  expect(trainer.parameters().p).toEqual(Float32Array.of(a! - 0.25, b! - 0.5));
  await trainer.release();
});

test.each([
  'sgd',
  'adam',
  'adamw',
] as const)('a step of %s that is not finite changes nothing', async (kind) => {
  const { loss, parameters, buffers } = sumOfProducts();
  const trainer = await createTrainer(loss, parameters, { buffers, optimizer: { kind } });
  await trainer.step(feed(1, 2), 0.1);
  const before = trainer.state();
  const failure = await trainer.step(feed(Number.NaN, 1), 0.1).catch((error) => error);
  expect(failure).toBeInstanceOf(NonFiniteLossError);
  expect(failure).toMatchObject({
    name: 'NonFiniteLossError',
    loss: Number.NaN,
    gradientNorm: null,
    step: 2,
  });
  expect(failure.message).toBe(
    'Trainer.step: the loss must stay finite, got NaN in step 2; the parameters are as they were before it. Try a lower learning rate or a maxGradientNorm, and look for inputs that are not finite',
  );
  expect(trainer.state()).toEqual(before);
  await trainer.step(feed(3, 4), 0.1);
  const { loss: same, ...rest } = sumOfProducts();
  const other = await createTrainer(same, rest.parameters, { buffers: rest.buffers, optimizer: { kind } });
  await other.step(feed(1, 2), 0.1);
  await other.step(feed(3, 4), 0.1);
  expect(trainer.state()).toEqual(other.state());
  await trainer.release();
  await other.release();
});

test('a gradient that is not finite stops a step although the loss is', async () => {
  const graph = createGraph();
  const p = graph.input('p', [1]);
  const loss = op.reduceSum(op.sqrt(p), [0]);
  const trainer = await createTrainer(loss, { p: { value: p, initial: new Float32Array(1) } });
  await expect(trainer.step({}, 0.1)).rejects.toThrow(
    'Trainer.step: the norm of the gradients must stay finite, got Infinity in step 1 (loss 0)',
  );
  expect(trainer.parameters().p).toEqual(Float32Array.of(0));
  expect(trainer.steps).toBe(0);
  await trainer.release();
});

test('createTrainer() refuses what is no input, a buffer that changes its shape, and a limit that is not positive', async () => {
  const { loss, parameters, buffers } = sumOfProducts();
  const product = { value: loss, initial: new Float32Array(1) };
  await expect(createTrainer(loss, { product })).rejects.toThrow(
    'createTrainer: product must be an input of the graph',
  );
  const mean = { ...buffers.mean, next: loss };
  await expect(createTrainer(loss, parameters, { buffers: { mean } })).rejects.toThrow(
    'createTrainer: mean must become a value of shape [2], got []',
  );
  await expect(createTrainer(loss, parameters, { buffers, maxGradientNorm: 0 })).rejects.toThrow(
    'createTrainer: maxGradientNorm must be positive, got 0',
  );
});
