import { expect, test } from 'vitest';
import {
  buildNetwork,
  createBackbone,
  createPatchEmbedder,
  createPatchScorer,
  EMBEDDER_LAYERS,
  encodeEmbedder,
  encodeNetwork,
  Layers,
  type NetworkPlan,
} from '../src/index.js';

const PLAN: NetworkPlan = {
  backbone: createBackbone('residual-cnn'),
  head: 'paper',
  classCount: 3,
  patchSize: 16,
};
const { backbone, patchSize, classCount } = PLAN;
const data = Uint8Array.from({ length: 2 * 3 * patchSize ** 2 }, (_, i) => (i * i * 7 + 31 * i) % 256);
const patches = { count: 2, patchSize, data };

function drawWeights() {
  const layers = new Layers('drawn', { seed: 4 });
  buildNetwork(layers, layers.graph.input('images', [1, 3, patchSize, patchSize]), PLAN);
  return layers.arrays.weights;
}

test('a patch embedder gives every layer: the embedding and the classes are those of the classifier', async () => {
  const weights = drawWeights();
  const scorer = await createPatchScorer(encodeNetwork(PLAN, weights), patchSize);
  const { features, logProbabilities } = await scorer.score(patches);
  const embedder = await createPatchEmbedder(
    encodeEmbedder({ backbone, patchSize, classCount }, weights),
    patchSize,
  );
  const rows = await embedder.embed(patches, EMBEDDER_LAYERS);
  expect(rows.map(({ dims, data: values }) => [dims, values.length])).toEqual([
    [128, 256],
    [512, 1024],
    [512, 1024],
    [128, 256],
    [3, 6],
  ]);
  const [, hidden1, , embedding, logits] = rows.map((layer) => layer.data);
  expect(embedding).toEqual(features);
  // A difference of logits is one of logarithms of probabilities.
  expect(logits![1]! - logits![0]!).toBeCloseTo(logProbabilities[1]! - logProbabilities[0]!, 5);
  // Hidden layers are read behind ReLU and before dropout: about half of a random one is zero, and the rest not scaled.
  const zeros = hidden1!.filter((value) => value === 0).length;
  expect(zeros).toBeGreaterThan(256);
  expect(zeros).toBeLessThan(768);
  await Promise.all([scorer.release(), embedder.release()]);
});

test('a patch embedder without classes is the backbone alone', async () => {
  const weights = new Map([...drawWeights()].filter(([name]) => !name.startsWith('head.')));
  const model = encodeEmbedder({ backbone, patchSize, classCount: null }, weights);
  const embedder = await createPatchEmbedder(model, patchSize);
  expect(embedder.layers).toEqual(['backbone']);
  const [features] = await embedder.embed(patches, ['backbone']);
  expect(features).toMatchObject({ dims: 128 });
  await expect(embedder.embed(patches, ['logits'])).rejects.toThrow(
    'layers must be among backbone, got logits',
  );
  await expect(embedder.embed({ ...patches, patchSize: 8 }, ['backbone'])).rejects.toThrow(
    'must have side 16, got 8',
  );
  await embedder.release();
  weights.delete('block1.conv.weight');
  expect(() => encodeEmbedder({ backbone, patchSize, classCount: null }, weights)).toThrow(
    'missing are block1.conv.weight',
  );
});
