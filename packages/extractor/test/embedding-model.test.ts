import { createSession } from '@ganscout/autodiff';
import { createFeatureSet, selectRows } from '@ganscout/data-model';
import { standardize } from '@ganscout/numeric';
import { beforeAll, expect, test } from 'vitest';
import { decodeEmbedding, type EmbeddingModel, embed, encodeEmbedding } from '../src/embedding-model.js';
import { trainEmbedding } from '../src/embedding-training.js';
import { clusteredFeatures, smallOptions } from './embedding-examples.js';

const { features, labels } = clusteredFeatures(1100, 3);
let model: EmbeddingModel;

beforeAll(async () => {
  model = await trainEmbedding(features, labels, 3, smallOptions({ epochs: 1 }), { seed: 1, round: 3 });
});

/** The network in float64, one layer after the other. */
function referenceLayers(row: number): number[][] {
  const one = features.data.slice(row * 6, row * 6 + 6);
  let value = Array.from(standardize(one, model.standardization));
  return [16, 12, 8, 3].map((size, i) => {
    const weight = model.parameters[`weight${i + 1}`]!;
    const bias = model.parameters[`bias${i + 1}`]!;
    const inputs = value;
    value = Array.from({ length: size }, (_, o) => {
      const sum = inputs.reduce((total, x, j) => total + x * weight[o * inputs.length + j]!, bias[o]!);
      return i < 3 ? Math.max(0, sum) : sum;
    });
    return value;
  });
}

test('embed() computes each layer of the network, row by row, across runs', async () => {
  const layers = ['hidden1', 'hidden2', 'embedding', 'logits'] as const;
  for (const [i, layer] of layers.entries()) {
    const result = await embed(model, features, layer);
    expect(result.ids).toBe(features.ids);
    expect(result.space).toEqual({ extractor: 'network', layer, round: 3, transform: '' });
    // Rows of the first and of the second run of 1024, and those at their border.
    for (const row of [0, 1023, 1024, 1099]) {
      const expected = referenceLayers(row)[i]!;
      expect(result.dims).toBe(expected.length);
      expected.forEach((value, j) => {
        // Four layers of at most 16 products in float32.
        expect(Math.abs(result.data[row * result.dims + j]! - value)).toBeLessThan(1e-4);
      });
    }
  }
});

test('embed() of no image is empty, and of one image is its row', async () => {
  const none = createFeatureSet([], 6, new Float32Array(0), features.space);
  expect(await embed(model, none, 'embedding', 4)).toMatchObject({ dims: 8, ids: [], space: { round: 4 } });
  const one = await embed(model, selectRows(features, [5]), 'embedding');
  referenceLayers(5)[2]!.forEach((value, j) => {
    expect(Math.abs(one.data[j]! - value)).toBeLessThan(1e-4);
  });
});

test('embed() refuses features of other dims and layers that are not there', async () => {
  const narrow = createFeatureSet(['a'], 2, new Float32Array(2), features.space);
  await expect(embed(model, narrow, 'embedding')).rejects.toThrow('embed: features must have 6 dims, got 2');
  await expect(embed(model, features, 'hidden3')).rejects.toThrow(
    'embed: layer must be one of hidden1, hidden2, embedding, logits, got hidden3',
  );
});

test('the ONNX file takes any number of raw rows and has one output a layer', async () => {
  const session = await createSession(model.onnx);
  expect(session.inputNames).toEqual(['features']);
  expect(session.outputNames).toEqual(['hidden1', 'hidden2', 'embedding', 'logits']);
  const data = features.data.slice(0, 3 * 6);
  const { embedding } = await session.run({ features: { type: 'float32', dims: [3, 6], data } });
  expect(embedding!.dims).toEqual([3, 8]);
  await session.release();
  const text = new TextDecoder('latin1').decode(model.onnx);
  for (const part of ['layer_sizes', '6,16,12,8,3', 'class_count', 'round']) expect(text).toContain(part);
});

test('decodeEmbedding() reads back what encodeEmbedding() wrote, fit for a warm start', async () => {
  const files = encodeEmbedding(model);
  expect([...files.keys()].slice(0, 2)).toEqual(['embedding.onnx', 'embedding.json']);
  const copy = decodeEmbedding(files);
  expect(copy).toEqual(model);
  expect(encodeEmbedding(copy)).toEqual(files);
  const train = (previous: EmbeddingModel) =>
    trainEmbedding(features, labels, 3, smallOptions({ epochs: 1 }), { seed: 2, previous });
  expect((await train(copy)).onnx).toEqual((await train(model)).onnx);
});

test('decodeEmbedding() names a file that is missing or does not fit', () => {
  const files = encodeEmbedding(model);
  const without = new Map(files);
  without.delete('bias2.npy');
  expect(() => decodeEmbedding(without)).toThrow('decodeEmbedding: file bias2.npy is needed');
  const swapped = new Map(files).set('bias2.npy', files.get('bias1.npy')!);
  expect(() => decodeEmbedding(swapped)).toThrow(
    'decodeEmbedding: bias2.npy must hold float32 [12], found Float32Array [16]',
  );
  const damaged = new Map(files).set('embedding.json', new TextEncoder().encode('{"dims": 6}'));
  expect(() => decodeEmbedding(damaged)).toThrow('must be positive integers');
});
