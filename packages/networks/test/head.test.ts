import { createSession } from '@ganscout/autodiff';
import { expect, test } from 'vitest';
import { embeddingHead, Layers, linearHead } from '../src/index.js';

test('embeddingHead() has layers of 512, 512 and 128, each with dropout one half, then the classes', () => {
  const layers = new Layers('test', { isTrained: () => true });
  const { embedding, logits } = embeddingHead(layers, layers.graph.input('features', [4, 20]), 7);
  expect([...layers.arrays.weights].map(([name, { shape }]) => `${name} ${shape.join(' ')}`)).toEqual([
    'head.0.weight 512 20',
    'head.0.bias 512',
    'head.1.weight 512 512',
    'head.1.bias 512',
    'head.2.weight 128 512',
    'head.2.bias 128',
    'head.3.weight 7 128',
    'head.3.bias 7',
  ]);
  expect(layers.dropoutMasks.map(({ shape, rate }) => [shape, rate])).toEqual([
    [[4, 512], 0.5],
    [[4, 512], 0.5],
    [[4, 128], 0.5],
  ]);
  expect([embedding.shape, logits.shape]).toEqual([
    [4, 128],
    [4, 7],
  ]);
});

// Logits 1 · 3 + 2 · 5 + 0.5 and 1 · 0 - 2 · 1 - 1; the embedding is the features.
test('linearHead() is one linear layer on the features', async () => {
  const weights = new Map([
    ['head.0.weight', { shape: [2, 2], data: Float32Array.of(3, 5, 0, -1) }],
    ['head.0.bias', { shape: [2], data: Float32Array.of(0.5, -1) }],
  ]);
  const layers = new Layers('test', { weights });
  const features = layers.graph.input('features', [1, 2]);
  const { embedding, logits } = linearHead(layers, features, 2);
  expect(embedding).toBe(features);
  layers.graph.output('logits', logits);
  const session = await createSession(layers.graph.encode());
  const results = await session.run({
    features: { type: 'float32', dims: [1, 2], data: Float32Array.of(1, 2) },
  });
  await session.release();
  expect([...results.logits!.data]).toEqual([13.5, -3]);
});

test('linearHead() drops features only while it is learned', () => {
  const masks = (isTrained: boolean) => {
    const layers = new Layers('test', { isTrained: () => isTrained });
    linearHead(layers, layers.graph.input('features', [3, 6]), 2, 0.2);
    return layers.dropoutMasks;
  };
  expect(masks(true)).toEqual([{ input: 'mask/head.0', shape: [3, 6], rate: 0.2 }]);
  expect(masks(false)).toEqual([]);
});

test('a head needs a class', () => {
  const layers = new Layers('test');
  const features = layers.graph.input('features', [3, 6]);
  expect(() => linearHead(layers, features, 0)).toThrow('head: classCount must be a positive integer, got 0');
});
