import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createGraph, createTrainer, operators as op, type TrainedParameter } from '../src/index.js';

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
  const trainer = await createTrainer(loss, parameters, { weightDecay: example.weightDecay });
  for (const [step, masks] of example.masks.entries()) {
    const fed = masks.map((mask, i) => [
      `mask${i + 1}`,
      { type: 'float32', dims: [rows, sizes[i + 1]!], data: Float32Array.from(mask) },
    ]);
    const measured = await trainer.step(
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
  expect(await trainer.step({}, 0.1)).toBeCloseTo(3.999, 6);
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
