import { readFileSync } from 'node:fs';
import { encodeSafetensors } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { createBackbone, decodeWeights, Layers, type WeightFormat } from '../src/index.js';
import { expectSameInference, expectSameTraining } from './golden-network.js';

/** What `make_onnx.py` exported from torchvision: a network of random weights, equal arrays stored once. */
const EXPORTED = decodeWeights(
  readFileSync(new URL('../../../test/reference/networks/mobilenet-v2-narrow.onnx', import.meta.url)),
  'onnx',
);
const NARROW = createBackbone('mobilenet-v2', { width: 0.05 });

test('a network that PyTorch exported to ONNX infers the same here', async () => {
  await expectSameInference(NARROW, 'mobilenet-v2-narrow', EXPORTED);
});

test('a network that PyTorch exported to ONNX has the same gradients when its last layers are trained here', async () => {
  await expectSameTraining(NARROW, 'mobilenet-v2-narrow', { first: 'features.18', published: EXPORTED });
});

test('decodeWeights() gives an array of an ONNX file that has two names both', () => {
  const layers = new Layers('test', { weights: new Map() });
  const { graph } = layers;
  const array = graph.constant(Float32Array.of(1, 2), [2], 'bn1.bias');
  graph.output('bn1.running_mean', array);
  const weights = decodeWeights(graph.encode(), 'onnx');
  expect(weights.get('bn1.running_mean')).toEqual({ shape: [2], data: Float32Array.of(1, 2) });
  expect(weights.get('bn1.bias')).toEqual(weights.get('bn1.running_mean'));
});

test('decodeWeights() reads the floats of a safetensors file', () => {
  const tensors = new Map([
    ['bn1.bias', { shape: [2], data: Float32Array.of(1, 2) }],
    ['bn1.num_batches_tracked', { shape: [], data: BigInt64Array.of(7n) }],
  ]);
  expect([...decodeWeights(encodeSafetensors(tensors), 'safetensors')]).toEqual([
    ['bn1.bias', { shape: [2], data: Float32Array.of(1, 2) }],
  ]);
});

test('decodeWeights() refuses a format that is not known', () => {
  expect(() => decodeWeights(new Uint8Array(), 'pickle' as WeightFormat)).toThrow(
    'weights: format must be one of onnx, safetensors, got pickle',
  );
});
