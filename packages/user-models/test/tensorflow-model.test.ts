import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openUserModel } from '../src/index.js';
import { loadTensorflow } from '../src/tensorflow-engines.js';
import { expected, largestDifference, referencePath } from './reference.js';

const folder = mkdtempSync(join(tmpdir(), 'tensorflow-model-'));
beforeAll(() => loadTensorflow());
afterAll(() => rmSync(folder, { recursive: true }));

/** Copies a reference model with its model.json changed as text. */
function changedModel(kind: 'layers' | 'graph', change: (text: string) => string): string {
  cpSync(referencePath(kind), folder, { recursive: true });
  const path = join(folder, 'model.json');
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return path;
}

test.each([
  'layers/model.json',
  'graph/model.json',
])('a TensorFlow.js model of %s frees all tensors when it is released, and keeps none of a batch', async (file) => {
  const start = memory().numTensors;
  const model = await openUserModel(referencePath(file));
  const opened = memory().numTensors;
  await model.embed(Float32Array.from(expected.images));
  expect(memory().numTensors).toBe(opened);
  await model.release();
  expect(memory().numTensors).toBe(start);
});

test('a model that is refused keeps no tensors', async () => {
  const start = memory().numTensors;
  for (const file of ['layers/model.json', 'graph/model.json']) {
    await expect(openUserModel(referencePath(file), { output: 'logits' })).rejects.toThrow('"logits"');
    await expect(openUserModel(referencePath(file), { layout: 'nchw' })).rejects.toThrow('3 channels');
  }
  expect(memory().numTensors).toBe(start);
});

test.each([
  'Lambda',
  'constructor',
  '__proto__',
  'Function',
])('a layer of the class %s, which TensorFlow.js does not have, is refused', async (name) => {
  const path = changedModel('layers', (text) => text.replace('"ReLU"', `"${name}"`));
  await expect(openUserModel(path)).rejects.toThrow(`openUserModel: TensorFlow.js could not load ${path}: `);
});

test('an operation that TensorFlow.js does not have is refused', async () => {
  const path = changedModel('graph', (text) => text.replace('"Relu"', '"PyFunc"'));
  await expect(openUserModel(path)).rejects.toThrow(/PyFunc/);
});

test('weights that do not fit the layers are refused', async () => {
  const path = changedModel('layers', (text) => text.replace('"name": "dense/bias"', '"name": "other/bias"'));
  await expect(openUserModel(path)).rejects.toThrow(
    /^openUserModel: TensorFlow.js could not load .*other\/bias/,
  );
});

test('a graph that says no types and shapes is described by its signature, or not at all', async () => {
  const untyped = (text: string) => {
    const model = JSON.parse(text);
    for (const node of model.modelTopology.node) delete node.attr.T;
    return JSON.stringify(model);
  };
  const signed = changedModel('graph', untyped);
  await expect(openUserModel(signed, { output: 'logits' })).rejects.toThrow('"features" (float32, ? × 6)');
  const unsigned = changedModel('graph', (text) => untyped(text).replace('"signature"', '"unused"'));
  await expect(openUserModel(unsigned, { output: 'logits' })).rejects.toThrow(
    '"features" (no type given, no shape given)',
  );
});

test.each([
  [undefined, expected.features],
  ['relu', expected.meanMaps],
  ['pool', expected.meanMaps],
])('a sequential model gives its output, and those of its layers: %s', async (output, wanted) => {
  const path = changedModel('layers', (text) => {
    const model = JSON.parse(text);
    const [input, ...layers] = model.modelTopology.model_config.config.layers;
    layers[0].config.batch_input_shape = input.config.batch_input_shape;
    model.modelTopology.model_config = { class_name: 'Sequential', config: { name: 'tiny', layers } };
    return JSON.stringify(model);
  });
  const model = await openUserModel(path, { output });
  expect(model).toMatchObject({ outputNames: ['dense'], output: output ?? 'dense' });
  const rows = await model.embed(Float32Array.from(expected.images));
  expect(largestDifference(rows, wanted)).toBeLessThan(5e-6);
  await model.release();
});
