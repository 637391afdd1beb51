import { readFileSync } from 'node:fs';
import { createTrainer } from '@ganscout/autodiff';
import { expect, test } from 'vitest';
import { buildTrainingGraph, embeddingLayerSize, embeddingLayers } from '../src/embedding-network.js';

const golden = JSON.parse(
  readFileSync(new URL('../../../test/reference/autodiff/mlp-adam.json', import.meta.url), 'utf8'),
);

test.each(Object.keys(golden.cases))('training steps with %s equal PyTorch’s', async (name) => {
  const example = golden.cases[name];
  const [dims, ...hiddenSizes] = golden.sizes as [number, ...number[]];
  const batchSize: number = golden.rows;
  const identity = { mean: new Float32Array(dims), deviation: new Float32Array(dims).fill(1) };
  const { loss, parameters } = buildTrainingGraph(
    { dims, hiddenSizes, classCount: golden.classCount },
    identity,
    {
      batchSize,
      dropout: example.dropout,
      labelSmoothing: example.labelSmoothing,
      classWeights: example.classWeights === null ? null : Float32Array.from(example.classWeights),
    },
  );
  const trained = Object.entries(parameters).map(([key, value]) => [
    key,
    { value, initial: Float32Array.from(example.initial[key]) },
  ]);
  const trainer = await createTrainer(loss, Object.fromEntries(trained), {
    optimizer: { kind: 'adam', weightDecay: example.weightDecay },
  });
  for (const [step, masks] of (example.masks as number[][][]).entries()) {
    const fed = masks.map((mask, i) => [
      `mask${i + 1}`,
      { type: 'float32', dims: [batchSize, hiddenSizes[i]!], data: Float32Array.from(mask) },
    ]);
    const { loss: measured } = await trainer.step(
      {
        features: { type: 'float32', dims: [batchSize, dims], data: Float32Array.from(example.features) },
        labels: { type: 'int64', dims: [batchSize], data: BigInt64Array.from(example.labels, BigInt) },
        ...Object.fromEntries(fed),
      },
      example.learningRate,
    );
    // 1e-5: a hundred roundings of float32, whose order differs between the two libraries.
    expect(Math.abs(measured / example.losses[step] - 1)).toBeLessThan(1e-5);
  }
  for (const [key, values] of Object.entries(trainer.parameters())) {
    const expected: number[] = example.final[key];
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)));
    expect(worst).toBeLessThan(1e-5 * Math.max(...expected.map(Math.abs)));
  }
  await trainer.release();
});

test('embeddingLayers() counts hidden layers before the embedding', () => {
  const shape = { dims: 10, hiddenSizes: [7, 6, 5], classCount: 3 };
  expect(embeddingLayers(shape)).toEqual(['hidden1', 'hidden2', 'embedding', 'logits']);
  expect(embeddingLayers({ ...shape, hiddenSizes: [5] })).toEqual(['embedding', 'logits']);
  expect(embeddingLayers(shape).map((layer) => embeddingLayerSize(shape, layer))).toEqual([7, 6, 5, 3]);
  expect(() => embeddingLayerSize(shape, 'hidden3')).toThrow(
    'embed: layer must be one of hidden1, hidden2, embedding, logits, got hidden3',
  );
});
