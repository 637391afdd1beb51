import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createGraph, createSession, type GraphValue, gradients, operators as op } from '../src/index.js';

/** What `test/reference/autodiff/make_image_operators.py` wrote. */
interface GoldenCase {
  readonly name: string;
  readonly operator: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
  readonly weights: readonly number[];
  readonly result: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly gradients: readonly (readonly number[])[];
}

const GOLDEN: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../../test/reference/autodiff/image-operators.json', import.meta.url), 'utf8'),
);

type Build = (values: readonly GraphValue[], options: never) => GraphValue;

const BUILD: Readonly<Record<string, Build>> = {
  convolution: ([x, weight, bias], options) => op.convolution(x!, weight!, bias!, options),
  transposedConvolution: ([x, weight, bias], options) =>
    op.transposedConvolution(x!, weight!, bias!, options),
  maxPool: ([x], options) => op.maxPool(x!, options),
  averagePool: ([x], options) => op.averagePool(x!, options),
  batchNorm: ([x, scale, shift]) => op.batchNorm(x!, scale!, shift!).result,
  resize: ([x], { size, interpolation }: { size: [number, number]; interpolation: op.Interpolation }) =>
    op.resize(x!, size, interpolation),
  sigmoid: ([x]) => op.sigmoid(x!),
  tanh: ([x]) => op.tanh(x!),
  leakyRelu: ([x], { slope }: { slope: number }) => op.leakyRelu(x!, slope),
  clip: ([x], { low, high }: { low: number; high: number }) => op.clip(x!, low, high),
};

function expectClose(found: ArrayLike<number | bigint>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(Number(found[i]) - value)).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
  });
}

test.each(
  GOLDEN.map((golden) => [golden.operator, golden.name, golden] as const),
)('%s equals PyTorch, and so do its gradients: %s', async (_operator, _name, golden) => {
  const graph = createGraph();
  const inputs = golden.inputs.map(({ shape }, i) => graph.input(`x${i}`, shape));
  const result = BUILD[golden.operator]!(inputs, golden.options as never);
  expect(result.shape).toEqual(golden.result.shape);
  const weights = graph.constant(Float32Array.from(golden.weights), golden.result.shape);
  const loss = op.reduceSum(op.mul(result, weights), [...result.shape.keys()]);
  graph.output('result', result);
  gradients(loss, inputs).forEach((gradient, i) => {
    graph.output(`g${i}`, gradient);
  });
  const session = await createSession(graph.encode());
  const feeds = golden.inputs.map(({ shape, data }, i) => [
    `x${i}`,
    { type: 'float32' as const, dims: shape, data: Float32Array.from(data) },
  ]);
  const found = await session.run(Object.fromEntries(feeds));
  expectClose(found.result!.data, golden.result.data);
  golden.gradients.forEach((gradient, i) => {
    expectClose(found[`g${i}`]!.data, gradient);
  });
  await session.release();
});

test('maxPool() gives the gradient of equal elements to the first of them', async () => {
  const graph = createGraph();
  const x = graph.input('x', [1, 1, 2, 2]);
  const loss = op.reduceSum(op.maxPool(x, { kernel: [2, 2] }), [0, 1, 2, 3]);
  graph.output('g', gradients(loss, [x])[0]!);
  const session = await createSession(graph.encode());
  const { g } = await session.run({
    x: { type: 'float32', dims: [1, 1, 2, 2], data: Float32Array.of(0, 3, 3, 3) },
  });
  expect(g!.data).toEqual(Float32Array.of(0, 1, 0, 0));
  await session.release();
});

test('normalizeBy() with the statistics of the batch is batchNorm()', async () => {
  const graph = createGraph();
  const x = graph.input('x', [3, 2, 4]);
  const [scale, shift] = [
    graph.constant(Float32Array.of(2, 3), [2]),
    graph.constant(Float32Array.of(1, -1), [2]),
  ];
  const { result, mean, variance } = op.batchNorm(x, scale, shift);
  graph.output('batch', result);
  graph.output('given', op.normalizeBy(x, { mean, variance, scale, shift }));
  graph.output('mean', mean);
  graph.output('variance', variance);
  const session = await createSession(graph.encode());
  const data = Float32Array.from({ length: 24 }, (_, i) => (i % 7) - (i % 5));
  const found = await session.run({ x: { type: 'float32', dims: [3, 2, 4], data } });
  expectClose(found.given!.data, Array.from(found.batch!.data, Number));
  const channel = [0, 1].map((c) => data.filter((_, i) => Math.floor(i / 4) % 2 === c));
  const means = channel.map((values) => values.reduce((a, b) => a + b, 0) / 12);
  expectClose(found.mean!.data, means);
  expectClose(
    found.variance!.data,
    channel.map((values, c) => values.reduce((sum, value) => sum + (value - means[c]!) ** 2, 0) / 12),
  );
  await session.release();
});

test('convolution() and pooling say which shapes do not fit', () => {
  const graph = createGraph();
  const x = graph.input('x', ['N', 3, 5, 5]);
  const weight = (shape: number[]) =>
    graph.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  expect(op.convolution(x, weight([4, 3, 3, 3])).shape).toEqual(['N', 4, 3, 3]);
  expect(() => op.convolution(x, weight([4, 2, 3, 3]))).toThrow(
    'Conv: shapes must be [N, C, …] and [M, C / groups, …], groups dividing M, got [N, 3, 5, 5], [4, 2, 3, 3]',
  );
  expect(() => op.convolution(x, weight([4, 3, 6, 6]))).toThrow('no larger than the padded input');
  expect(() => op.convolution(x, weight([4, 3, 3]))).toThrow('of equal rank');
  expect(() => op.transposedConvolution(x, weight([4, 3, 3, 3]))).toThrow('[C, M / groups, …]');
  expect(() => op.maxPool(x, { kernel: [6, 2] })).toThrow(
    'MaxPool: the input must be [N, C, …] with 2 axes of at least [6, 2] with padding, got [N, 3, 5, 5]',
  );
});
