import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph, type Graph, operators as op } from '@ganscout/autodiff';
import { afterAll, expect, test } from 'vitest';
import { openUserModel, type UserModelOptions } from '../src/index.js';
import { expected, largestDifference, referencePath } from './reference.js';

const images = Float32Array.from(expected.images);
// Sums of about 30 products in float32, in another order.
const TOLERANCE = 5e-6;
const folder = mkdtempSync(join(tmpdir(), 'user-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

function writeModel(name: string, build: (graph: Graph) => void): string {
  const graph = createGraph();
  build(graph);
  const path = join(folder, name);
  writeFileSync(path, graph.encode());
  return path;
}

async function embedOnce(path: string, options: UserModelOptions): Promise<Float32Array> {
  const model = await openUserModel(path, options);
  const rows = await model.embed(images);
  await model.release();
  return rows;
}

test.each([
  ['open-batch.onnx', { output: 'features' }],
  ['fixed-batch.onnx', { output: 'features' }],
  ['layers/model.json', { engine: 'wasm' }],
  ['graph/model.json', { engine: 'wasm' }],
] as const)('openUserModel() gives the features of PyTorch from %s', async (file, options) => {
  const rows = await embedOnce(referencePath(file), options);
  expect(largestDifference(rows, expected.features)).toBeLessThan(TOLERANCE);
});

test.each([
  ['open-batch.onnx', { output: 'maps' }],
  ['fixed-batch.onnx', { output: 'maps' }],
  ['layers/model.json', { output: 'relu', engine: 'wasm' }],
  ['graph/model.json', { output: 'relu', engine: 'wasm' }],
] as const)('openUserModel() averages maps of %s over their spatial axes', async (file, options) => {
  const rows = await embedOnce(referencePath(file), options);
  expect(largestDifference(rows, expected.meanMaps)).toBeLessThan(TOLERANCE);
});

test('openUserModel() takes a value inside an ONNX model by its name', async () => {
  const rows = await embedOnce(referencePath('open-batch.onnx'), { output: '/ReduceMean_output_0' });
  expect(largestDifference(rows, expected.meanMaps)).toBeLessThan(TOLERANCE);
});

test('a model says what it is', async () => {
  const onnx = await openUserModel(referencePath('fixed-batch.onnx'), { output: 'maps' });
  expect(onnx).toMatchObject({
    kind: 'onnx',
    engine: 'onnxruntime-node (cpu)',
    layout: 'nchw',
    inputShape: [2, 3, 8, 10],
    outputNames: ['features', 'maps'],
    output: 'maps',
    dims: 4,
  });
  await onnx.release();
  const tfjs = await openUserModel(referencePath('layers/model.json'), { engine: 'wasm' });
  expect(tfjs).toMatchObject({
    kind: 'tfjs',
    engine: '@tensorflow/tfjs-backend-wasm 4.22.0 (backend wasm)',
    layout: 'nhwc',
    inputShape: [null, 8, 10, 3],
    outputNames: ['dense'],
    output: 'dense',
    dims: 6,
  });
  await tfjs.release();
});

test.each([
  'open-batch.onnx',
  'graph/model.json',
])('embed() of %s gives the same bytes again and leaves the batch alone; no image gives no row', async (file) => {
  const model = await openUserModel(referencePath(file), { output: 'features' });
  const before = images.slice();
  expect(await model.embed(images)).toEqual(await model.embed(images));
  expect(images).toEqual(before);
  expect(await model.embed(new Float32Array(0))).toEqual(new Float32Array(0));
  await model.release();
});

test('embed() takes any part of a fixed batch', async () => {
  const model = await openUserModel(referencePath('fixed-batch.onnx'), { output: 'features' });
  const first = await model.embed(images.subarray(0, 240));
  expect(largestDifference(first, expected.features.slice(0, 6))).toBeLessThan(TOLERANCE);
  await expect(model.embed(new Float32Array(241))).rejects.toThrow(
    'UserModel.embed: the batch must hold whole images of 3 × 8 × 10 values, got 241 values',
  );
  await model.release();
});

test('embed() puts colors and places of an N × H × W × 3 model in order', async () => {
  const path = writeModel('order.onnx', (graph) => {
    const x = graph.input('x', [1, 1, 2, 3]);
    graph.output('flat', op.reshape(x, [1, 6]));
  });
  const model = await openUserModel(path);
  // Planes of red 1, 2, green 3, 4 and blue 5, 6 are the pixels (1, 3, 5) and (2, 4, 6).
  expect(await model.embed(Float32Array.of(1, 2, 3, 4, 5, 6))).toEqual(Float32Array.of(1, 3, 5, 2, 4, 6));
  await model.release();
});

test('embed() refuses features that are no numbers, which images of zeros at opening may give', async () => {
  const path = writeModel('division.onnx', (graph) => {
    const mean = op.reduceMean(graph.input('x', ['N', 3, 1, 1]), [2, 3]);
    graph.output('y', op.div(mean, mean));
  });
  const model = await openUserModel(path);
  expect(await model.embed(Float32Array.of(1, 2, 3))).toEqual(Float32Array.of(1, 1, 1));
  await expect(model.embed(Float32Array.of(1, 2, 3, 4, 0, 6))).rejects.toThrow(
    'UserModel.embed: every feature must be finite, got NaN in image 1, feature 1; check the range of the pixels and the model',
  );
  await model.release();
});

test('openUserModel() takes sizes and layout where the model leaves them open', async () => {
  const path = writeModel('open.onnx', (graph) => {
    graph.output('mean', op.reduceMean(graph.input('x', ['N', 'C', 'H', 'W']), [2, 3]));
  });
  await expect(openUserModel(path)).rejects.toThrow(
    `openUserModel: input "x" of ${path} must have size 3 at axis 1 or at axis 3, for the channels, and not at both, got N × C × H × W; say option layout if it is left open`,
  );
  await expect(openUserModel(path, { layout: 'nchw' })).rejects.toThrow(
    'leaves its height open; say option inputSize, for example { width: 224, height: 224 }',
  );
  const model = await openUserModel(path, { layout: 'nchw', inputSize: { width: 2, height: 1 } });
  expect(await model.embed(Float32Array.of(1, 3, 5, 7, 9, 11))).toEqual(Float32Array.of(2, 6, 10));
  await model.release();
});

test('openUserModel() refuses outputs that are not there, or must be chosen', async () => {
  const path = referencePath('open-batch.onnx');
  const outputs = '"features" (float32, N × 6), "maps" (float32, N × 4 × 4 × 5)';
  await expect(openUserModel(path)).rejects.toThrow(
    `openUserModel: ${path} has 2 outputs; say option output: ${outputs}`,
  );
  for (const [file, found] of [
    ['open-batch.onnx', outputs],
    ['layers/model.json', '"dense" (float32, ? × 6)'],
    ['graph/model.json', '"features" (float32, ? × 6)'],
  ] as const) {
    await expect(openUserModel(referencePath(file), { output: 'logits' })).rejects.toThrow(
      `openUserModel: output "logits" cannot be taken from ${referencePath(file)}; its outputs are ${found} (`,
    );
  }
});

test('openUserModel() refuses a model that does not take or give what is needed', async () => {
  const two = writeModel('two.onnx', (graph) => {
    graph.output('y', op.add(graph.input('a', ['N', 3, 2, 2]), graph.input('b', ['N', 3, 2, 2])));
  });
  await expect(openUserModel(two)).rejects.toThrow(
    `openUserModel: ${two} must have one input, for images, got 2: "a" (float32, N × 3 × 2 × 2), "b" (float32, N × 3 × 2 × 2)`,
  );
  const deep = writeModel('deep.onnx', (graph) => {
    graph.output('y', op.reshape(graph.input('x', [1, 3, 2, 2]), [1, 3, 2, 2, 1]));
  });
  await expect(openUserModel(deep)).rejects.toThrow(
    'UserModel.embed: output "y" must have 2 to 4 axes, images first, got 5: 1 × 3 × 2 × 2 × 1',
  );
  const single = writeModel('single.onnx', (graph) => {
    graph.output('y', op.reduceMean(graph.input('x', ['N', 3, 2, 2]), [0, 1, 2, 3]));
  });
  await expect(openUserModel(single)).rejects.toThrow(
    'UserModel.embed: output "y" must have a row for each of 1 images, got shape ',
  );
});

test('openUserModel() refuses a file that is no model', async () => {
  await expect(openUserModel('network.pth')).rejects.toThrow(
    'openUserModel: the model must be an ONNX file (.onnx) or a model.json of TensorFlow.js (.json), got network.pth',
  );
  const path = join(folder, 'text.onnx');
  writeFileSync(path, 'text');
  await expect(openUserModel(path)).rejects.toThrow(
    `openUserModel: ${path}: onnxruntime could not load the model: `,
  );
});
