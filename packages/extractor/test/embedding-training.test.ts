import { createFeatureSet, selectRows } from '@ganscout/data-model';
import { fitStandardization } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { type EmbeddingEpoch, embed } from '../src/embedding-model.js';
import { parameterShapes } from '../src/embedding-network.js';
import { initialParameters } from '../src/embedding-parameters.js';
import { trainEmbedding } from '../src/embedding-training.js';
import { embeddingOptionsSchema } from '../src/options-embedding.js';
import { clusteredFeatures, smallOptions } from './embedding-examples.js';

const { features, labels } = clusteredFeatures(150, 3);

test('trainEmbedding() learns to tell separated classes apart, the loss falls, and inputs stay unchanged', async () => {
  const { features: train, labels: targets } = clusteredFeatures(150, 3);
  const epochs: EmbeddingEpoch[] = [];
  const model = await trainEmbedding(train, targets, 3, smallOptions(), {
    seed: 1,
    onEpoch: (epoch) => epochs.push(epoch),
  });
  expect(model.history).toHaveLength(12);
  expect(epochs).toEqual(model.history);
  expect(epochs.at(-1)!.loss).toBeLessThan(0.5 * epochs[0]!.loss);
  const logits = await embed(model, train, 'logits');
  const right = targets.filter((label, row) => {
    const scores = logits.data.subarray(row * 3, row * 3 + 3);
    return scores.indexOf(Math.max(...scores)) === label;
  });
  expect(right.length).toBeGreaterThan(145);
  expect(train.data).toEqual(features.data);
  expect(targets).toEqual(labels);
});

test('trainEmbedding() gives the same bytes for the same seed and others for another', async () => {
  const train = (seed: number) => trainEmbedding(features, labels, 3, smallOptions({ epochs: 2 }), { seed });
  const first = await train(4);
  const again = await train(4);
  expect(again.onnx).toEqual(first.onnx);
  expect(again.history).toEqual(first.history);
  expect((await train(5)).onnx).not.toEqual(first.onnx);
});

test('trainEmbedding() gives the same bytes on any number of threads', async () => {
  const wide = clusteredFeatures(700, 3);
  for (const batchSize of [40, 176, 256, 512]) {
    const options = smallOptions({ hiddenSizes: [200, batchSize + 1, 70], batchSize, epochs: 2 });
    const train = (threads: number) =>
      trainEmbedding(wide.features, wide.labels, 3, options, { seed: 4, threads });
    const alone = await train(1);
    for (const threads of [2, 3, 8]) expect((await train(threads)).onnx).toEqual(alone.onnx);
  }
});

test('initialParameters() are uniform within one over the root of the layer’s inputs', () => {
  const shape = { dims: 400, hiddenSizes: [100, 25], classCount: 4 };
  const parameters = initialParameters(shape, 1);
  expect(Object.keys(parameters)).toEqual(['weight1', 'bias1', 'weight2', 'bias2', 'weight3', 'bias3']);
  for (const { name, shape: sizes, fanIn } of parameterShapes(shape)) {
    const values = parameters[name]!;
    expect(values).toHaveLength(sizes.reduce((a, b) => a * b, 1));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(fanIn));
  }
  // A uniform value in ±b has variance b² / 3.
  const weights = parameters.weight1!;
  const variance = weights.reduce((sum, value) => sum + value ** 2, 0) / weights.length;
  expect(variance).toBeCloseTo(1 / 400 / 3, 4);
});

test('a warm start keeps the hidden layers, draws the last one anew and takes over the standardization', async () => {
  const previous = await trainEmbedding(features, labels, 3, smallOptions({ epochs: 3 }), { seed: 1 });
  const half = Int32Array.from({ length: 75 }, (_, i) => i);
  const few = selectRows(features, half);
  // A learning rate so small that the weights hardly move shows where training began.
  const still = smallOptions({ epochs: 1, learningRate: 1e-9 });
  const next = await trainEmbedding(few, labels.slice(0, 75), 4, still, { seed: 2, round: 2, previous });
  const distance = (name: string) =>
    Math.max(...next.parameters[name]!.map((value, i) => Math.abs(value - previous.parameters[name]![i]!)));
  expect(distance('weight1')).toBeLessThan(1e-6);
  expect(distance('bias3')).toBeLessThan(1e-6);
  expect(next.parameters.weight4).toHaveLength(4 * 8);
  expect(next.standardization).toEqual(previous.standardization);
  expect(next.round).toBe(2);
  const cold = await trainEmbedding(
    few,
    labels.slice(0, 75),
    4,
    { ...still, warmStart: false },
    { seed: 2, previous },
  );
  expect(cold.parameters.weight1).not.toEqual(previous.parameters.weight1);
  expect(cold.standardization).toEqual(fitStandardization(few.data, few.dims));
  const other = smallOptions({ hiddenSizes: [16, 8] });
  await expect(trainEmbedding(features, labels, 3, other, { seed: 1, previous })).rejects.toThrow(
    'a warm start needs the layers of the previous network, 6 → 16 → 12 → 8, got 6 → 16 → 8',
  );
});

test('a given standardization is the one in the network', async () => {
  const standardization = { mean: new Float32Array(6).fill(2), deviation: new Float32Array(6).fill(3) };
  const context = { seed: 1, standardization };
  const model = await trainEmbedding(features, labels, 3, smallOptions({ epochs: 1 }), context);
  expect(model.standardization).toEqual(standardization);
});

test('early stopping returns the epoch with the lowest held-back loss', async () => {
  // Random labels cannot be learned: the held-back loss rises after a few epochs.
  const shuffled = labels.map((_, row) => Math.floor(row / 7) % 3);
  const options = smallOptions({ epochs: 60, dropout: 0, earlyStopping: { patience: 4, share: 0.3 } });
  const model = await trainEmbedding(features, shuffled, 3, options, { seed: 1 });
  const losses = model.history.map((epoch) => epoch.heldBackLoss!);
  const best = losses.indexOf(Math.min(...losses));
  expect(model.history.length).toBe(best + 1 + 4);
  expect(model.history.length).toBeLessThan(60);
  const shorter = { ...options, epochs: best + 1 };
  expect((await trainEmbedding(features, shuffled, 3, shorter, { seed: 1 })).onnx).toEqual(model.onnx);
});

test('trainEmbedding() weighs the classes only if told to', async () => {
  const rare = labels.map((label, row) => (label === 2 && row > 10 ? 0 : label));
  const rows = Int32Array.from({ length: 60 }, (_, i) => i);
  const train = (classWeights: 'balanced' | 'none') =>
    trainEmbedding(
      selectRows(features, rows),
      rare.slice(0, 60),
      3,
      smallOptions({ classWeights, epochs: 1 }),
      {
        seed: 1,
      },
    );
  expect((await train('balanced')).onnx).not.toEqual((await train('none')).onnx);
});

test('trainEmbedding() works with fewer rows than a batch, a single row, and a class without rows', async () => {
  const one = selectRows(features, [0]);
  const model = await trainEmbedding(
    one,
    Int32Array.of(1),
    3,
    smallOptions({ epochs: 1, labelSmoothing: 0.1 }),
    {
      seed: 1,
    },
  );
  expect((await embed(model, one, 'embedding')).data).toHaveLength(8);
});

test('trainEmbedding() names the epoch in which the loss is no number', async () => {
  const data = features.data.slice();
  data[3] = Number.NaN;
  const spoiled = { ...features, data };
  await expect(
    trainEmbedding(spoiled, labels, 3, smallOptions(), {
      seed: 1,
      standardization: fitStandardization(features.data, 6),
    }),
  ).rejects.toThrow(
    'trainEmbedding: the loss must stay finite, got NaN in epoch 1; try a lower learningRate',
  );
});

test('trainEmbedding() stops before the next step when it is aborted', async () => {
  const controller = new AbortController();
  const epochs: number[] = [];
  const context = {
    seed: 1,
    signal: controller.signal,
    onEpoch: ({ epoch }: EmbeddingEpoch) => {
      epochs.push(epoch);
      if (epoch === 2) controller.abort(new Error('stopped by the test'));
    },
  };
  await expect(trainEmbedding(features, labels, 3, smallOptions(), context)).rejects.toThrow(
    'stopped by the test',
  );
  expect(epochs).toEqual([1, 2]);
});

test('trainEmbedding() refuses labels and counts out of range', async () => {
  const options = smallOptions();
  const empty = createFeatureSet([], 6, new Float32Array(0), features.space);
  const context = { seed: 1 };
  await expect(trainEmbedding(empty, new Int32Array(0), 3, options, context)).rejects.toThrow(
    'at least one row',
  );
  await expect(trainEmbedding(features, labels.slice(1), 3, options, context)).rejects.toThrow(
    'trainEmbedding: 150 labels are needed, got 149',
  );
  await expect(trainEmbedding(features, labels, 2, options, context)).rejects.toThrow(
    'trainEmbedding: labels must be in [0, 2), got 2 in row 2',
  );
  await expect(trainEmbedding(features, labels, 1, options, context)).rejects.toThrow(
    'trainEmbedding: classCount must be an integer of at least 2, got 1',
  );
});

test('embeddingOptionsSchema has the documented defaults and refuses unknown keys', () => {
  expect(embeddingOptionsSchema.parse({})).toEqual({
    hiddenSizes: [512, 512, 128],
    dropout: 0.5,
    learningRate: 1e-3,
    batchSize: 256,
    epochs: 30,
    classWeights: 'balanced',
    warmStart: true,
    weightDecay: 0,
    labelSmoothing: 0,
    earlyStopping: null,
  });
  expect(embeddingOptionsSchema.parse({ earlyStopping: {} }).earlyStopping).toEqual({
    patience: 5,
    share: 0.1,
  });
  expect(embeddingOptionsSchema.safeParse({ epoch: 3 }).success).toBe(false);
});
