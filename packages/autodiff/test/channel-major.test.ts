import { expect, test } from 'vitest';
import { createGraph, createSession, type GraphValue, gradients, operators as op } from '../src/index.js';

interface Case {
  readonly name: string;
  readonly x: readonly [n: number, c: number, height: number, width: number];
  /** M × C × kernel, or C × 1 × kernel for a depthwise convolution. */
  readonly weight: readonly [number, number, number, number];
  readonly options?: op.ConvolutionOptions;
}

const one = [1, 1] as const;
const two = [2, 2] as const;

const DENSE: readonly Case[] = [
  { name: 'single pixels', x: [3, 4, 5, 6], weight: [7, 4, 1, 1] },
  { name: 'single pixels in steps', x: [2, 3, 5, 6], weight: [4, 3, 1, 1], options: { strides: [2, 2] } },
  { name: '3 × 3', x: [2, 3, 6, 5], weight: [4, 3, 3, 3], options: { padding: [one, one] } },
  {
    name: 'more kernels than places',
    x: [1, 2, 2, 2],
    weight: [9, 2, 3, 3],
    options: { padding: [one, one] },
  },
  {
    name: '3 × 3 in steps, even size',
    x: [2, 3, 6, 6],
    weight: [4, 3, 3, 3],
    options: { padding: [one, one], strides: [2, 2] },
  },
  {
    name: '3 × 3 in steps, odd size',
    x: [2, 3, 7, 5],
    weight: [4, 3, 3, 3],
    options: { padding: [one, one], strides: [2, 2] },
  },
  {
    name: 'uneven kernel, steps and padding',
    x: [2, 2, 9, 8],
    weight: [3, 2, 4, 2],
    options: { padding: [[2, 1], one], strides: [3, 2] },
  },
  {
    name: 'dilated',
    x: [2, 2, 7, 7],
    weight: [3, 2, 3, 3],
    options: { padding: [two, two], dilations: [2, 2] },
  },
  {
    name: 'padded beyond the kernel',
    x: [1, 2, 4, 4],
    weight: [3, 2, 1, 1],
    options: { padding: [two, two] },
  },
];

const DEPTHWISE: readonly Case[] = [
  { name: 'small planes', x: [3, 4, 5, 5], weight: [4, 1, 3, 3], options: { padding: [one, one] } },
  {
    name: 'small planes in steps',
    x: [3, 4, 7, 6],
    weight: [4, 1, 3, 3],
    options: { padding: [one, one], strides: [2, 2] },
  },
  { name: 'large planes', x: [2, 3, 12, 11], weight: [3, 1, 3, 3], options: { padding: [one, one] } },
  {
    name: 'large planes in steps',
    x: [2, 3, 17, 16],
    weight: [3, 1, 3, 3],
    options: { padding: [one, one], strides: [2, 2] },
  },
  {
    name: 'large planes, dilated, uneven',
    x: [2, 2, 13, 12],
    weight: [2, 1, 3, 2],
    options: { padding: [two, [1, 0]], dilations: [2, 1] },
  },
];

test.each(DENSE)('a channel-major convolution equals an image-major one: $name', async ({
  x,
  weight,
  options,
}) => {
  await compare(x, weight, (maps, kernels) => {
    const last = op.transpose(kernels, [0, 2, 3, 1]);
    return [op.channelMajorConvolution(maps, last, options), options ?? {}];
  });
});

test.each(DEPTHWISE)('and so does a depthwise one: $name', async ({ x, weight, options }) => {
  await compare(x, weight, (maps, kernels) => [
    op.channelMajorDepthwise(maps, kernels, options),
    { ...options, groups: x[1] },
  ]);
});

/** Compares results and both gradients of a weighted sum. */
async function compare(
  x: Case['x'],
  weight: Case['weight'],
  build: (maps: GraphValue, kernels: GraphValue) => [GraphValue, op.ConvolutionOptions],
): Promise<void> {
  const graph = createGraph();
  const images = graph.input('x', x);
  const kernels = graph.input('weight', weight);
  const [maps, options] = build(op.transpose(images, [1, 0, 2, 3]), kernels);
  const found = op.transpose(maps, [1, 0, 2, 3]);
  const expected = op.convolution(images, kernels, null, options);
  expect(found.shape).toEqual(expected.shape);
  for (const [name, value] of Object.entries({ found, expected })) {
    const shape = value.shape as number[];
    const weights = graph.constant(waves(shape, 3), shape);
    const loss = op.reduceSum(op.mul(value, weights), [0, 1, 2, 3]);
    graph.output(name, value);
    gradients(loss, [images, kernels]).forEach((gradient, i) => {
      graph.output(`${name}/${i}`, gradient);
    });
  }
  const session = await createSession(graph.encode());
  const results = await session.run({
    x: { type: 'float32', dims: x, data: waves(x, 1) },
    weight: { type: 'float32', dims: weight, data: waves(weight, 2) },
  });
  await session.release();
  for (const part of ['', '/0', '/1']) {
    const values = results[`expected${part}`]!.data as Float32Array;
    const own = results[`found${part}`]!.data as Float32Array;
    own.forEach((value, i) => {
      expect(Math.abs(value - values[i]!), `${part}[${i}]`).toBeLessThan(
        2e-5 * Math.max(1, Math.abs(values[i]!)),
      );
    });
  }
}

function waves(shape: readonly number[], seed: number): Float32Array {
  const length = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i));
}
