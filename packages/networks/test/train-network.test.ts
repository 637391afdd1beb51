import { expect, test } from 'vitest';
import {
  type BatchReport,
  buildNetwork,
  type Checkpoint,
  createBackbone,
  decodeWeights,
  type EpochReport,
  Layers,
  type NetworkTraining,
  type NetworkTrainingOptions,
  type TrainingHooks,
  trainNetwork,
} from '../src/index.js';
import { heldBackBatches, stripedBatches, stripedPatches, TINY } from './planted-patches.js';

const TRAINING: NetworkTraining = {
  plan: { backbone: TINY, head: 'plain', classCount: 3, patchSize: 8 },
  weights: new Map(),
  trainFrom: null,
  training: stripedBatches(6, 12),
  heldBack: heldBackBatches(2, 15),
};

const OPTIONS: NetworkTrainingOptions = {
  epochs: 4,
  batchSize: 12,
  seed: 3,
  optimizer: { kind: 'adam' },
  schedule: { kind: 'cosine', learningRate: 0.02 },
  labelSmoothing: 0.05,
  classWeights: null,
  maxGradientNorm: 5,
  patience: null,
  threads: 1,
  device: 'cpu',
};

const hooksWith = (hooks: Partial<TrainingHooks> = {}): TrainingHooks => ({
  now: () => 0,
  signal: new AbortController().signal,
  ...hooks,
});

/** Keeps what a run directory would keep. */
function keeper() {
  const kept: { last: Uint8Array | null; best: Uint8Array | null } = { last: null, best: null };
  const keep: NonNullable<TrainingHooks['onCheckpoint']> = ({ last, best }) => {
    kept.last = last;
    if (best !== null) kept.best = best;
  };
  return { kept, keep };
}

test('trainNetwork() learns to tell stripes apart and gives the arrays of the best epoch', async () => {
  const batches: BatchReport[] = [];
  const epochs: EpochReport[] = [];
  const { kept, keep } = keeper();
  let time = 0;
  const trained = await trainNetwork(TRAINING, OPTIONS, {
    ...hooksWith({ onCheckpoint: keep, onBatch: (report) => batches.push(report) }),
    onEpoch: (report) => epochs.push(report),
    now: () => (time += 500),
  });
  expect(trained.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(trained.history.at(-1)!.heldBackAccuracy).toBeGreaterThan(0.9);
  expect(trained.history.at(-1)!.trainingLoss).toBeLessThan(trained.history[0]!.trainingLoss);
  expect(batches).toHaveLength(24);
  // The clock moves by half a second a look, and there is one a batch.
  expect(batches[0]).toMatchObject({
    epoch: 1,
    batch: 1,
    batchCount: 6,
    learningRate: 0.02,
    imagesPerSecond: 24,
  });
  expect(epochs[0]!.imagesPerSecond).toBe(24);
  const losses = trained.history.map(({ heldBackLoss }) => heldBackLoss!);
  expect(trained.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
  expect(decodeWeights(kept.best!, 'safetensors')).toEqual(trained.weights);
  expect([...trained.weights.keys()]).toContain('second.bn.running_var');
});

test('trainNetwork() that goes on from a checkpoint ends with the bytes of one that has not stopped', async () => {
  const whole = keeper();
  const training = { ...TRAINING, plan: { ...TRAINING.plan, head: 'paper' as const } };
  const uninterrupted = await trainNetwork(training, OPTIONS, hooksWith({ onCheckpoint: whole.keep }));
  const part = keeper();
  const interruption = new AbortController();
  const stop = hooksWith({
    onCheckpoint: part.keep,
    onEpoch: ({ epoch }) => epoch === 2 && interruption.abort(),
    signal: interruption.signal,
  });
  await expect(trainNetwork(training, OPTIONS, stop)).rejects.toThrow('aborted');
  const resumed = await trainNetwork(
    { ...training, weights: new Map() },
    OPTIONS,
    hooksWith({ onCheckpoint: part.keep }),
    part.kept as Checkpoint,
  );
  expect(resumed).toEqual(uninterrupted);
  expect(Buffer.compare(part.kept.last!, whole.kept.last!)).toBe(0);
  expect(Buffer.compare(part.kept.best!, whole.kept.best!)).toBe(0);
});

test('trainNetwork() gives the same bytes for the same seed, and others for another', async () => {
  const run = async (seed: number) => {
    const { kept, keep } = keeper();
    await trainNetwork(TRAINING, { ...OPTIONS, epochs: 1, seed }, hooksWith({ onCheckpoint: keep }));
    return Buffer.from(kept.last!);
  };
  const first = await run(3);
  expect(first.equals(await run(3))).toBe(true);
  expect(first.equals(await run(4))).toBe(false);
});

test('trainNetwork() gives the same bytes on one thread and on two', async () => {
  const backbone = createBackbone('residual-cnn');
  const run = async (threads: number) => {
    const { kept, keep } = keeper();
    const training = {
      batchCount: 2,
      load: async (epoch: number, i: number) => stripedPatches(`${epoch}/${i}`, 12, 24),
    };
    const plan = { ...TRAINING.plan, backbone, patchSize: 24 };
    const options = { ...OPTIONS, epochs: 1, threads };
    await trainNetwork(
      { ...TRAINING, plan, training, heldBack: null },
      options,
      hooksWith({ onCheckpoint: keep }),
    );
    return Buffer.from(kept.last!);
  };
  expect((await run(1)).equals(await run(2))).toBe(true);
});

test.each([
  'residual-cnn',
  'resnet18',
  'mobilenet-v2',
] as const)('trainNetwork() gives the arrays of %s as they were given, but for what a step changes', async (name) => {
  const plan = { backbone: createBackbone(name), head: 'plain', classCount: 3, patchSize: 32 } as const;
  const layers = new Layers('start', { seed: 8 });
  buildNetwork(layers, layers.graph.input('x', [1, 3, 32, 32]), plan);
  const training = { batchCount: 1, load: async () => stripedPatches('one', 4, 32) };
  const schedule = { kind: 'constant', learningRate: 1e-20 } as const;
  const { weights } = await trainNetwork(
    { plan, weights: layers.arrays.weights, trainFrom: null, training, heldBack: null },
    { ...OPTIONS, epochs: 1, batchSize: 4, schedule },
    hooksWith(),
  );
  // Arrays that begin with zeros take the step, of 1e-20 at most.
  for (const [array, { shape, data }] of layers.arrays.weights) {
    if (array.includes('running')) continue;
    expect([array, weights.get(array)?.shape]).toEqual([array, shape]);
    const furthest = data.reduce((most, value, i) => {
      return Math.max(most, Math.abs(value - weights.get(array)!.data[i]!));
    }, 0);
    expect([array, furthest < 1e-12]).toEqual([array, true]);
  }
});

test('trainNetwork() leaves layers before the first trained one as they are', async () => {
  const start = await trainNetwork(TRAINING, { ...OPTIONS, epochs: 1 }, hooksWith());
  const tuned = await trainNetwork(
    { ...TRAINING, weights: start.weights, trainFrom: 'second', heldBack: null },
    { ...OPTIONS, epochs: 1 },
    hooksWith(),
  );
  for (const [name, { data }] of start.weights) {
    const isEqual = data.every((value, i) => value === tuned.weights.get(name)!.data[i]);
    expect([name, isEqual]).toEqual([name, name.startsWith('first.')]);
  }
});

test('trainNetwork() without a held-back share keeps the last epoch', async () => {
  const { bestEpoch, history } = await trainNetwork(
    { ...TRAINING, heldBack: null },
    { ...OPTIONS, epochs: 2, classWeights: [1, 2, 1] },
    hooksWith(),
  );
  expect([bestEpoch, history[1]!.heldBackLoss, history[1]!.heldBackAccuracy]).toEqual([2, null, null]);
});

test('trainNetwork() ends when its patience is used up', async () => {
  // A learning rate of next to nothing: the held-back loss follows the running averages alone, which soon settle.
  const schedule = { kind: 'step-decay', learningRate: 0.05, every: 6, factor: 1e-9 } as const;
  const options = { ...OPTIONS, epochs: 60, patience: 2, schedule };
  const { history, bestEpoch } = await trainNetwork(TRAINING, options, hooksWith());
  expect(history.length).toBeLessThan(60);
  expect(history.length).toBe(bestEpoch + 2);
});

test('trainNetwork() asks for two batches ahead', async () => {
  const asked: number[] = [];
  const seen: number[] = [];
  const source = stripedBatches(4, 12);
  const training = {
    batchCount: 4,
    load: (epoch: number, index: number) => {
      asked.push(index);
      return source.load(epoch, index);
    },
  };
  await trainNetwork(
    { ...TRAINING, training },
    { ...OPTIONS, epochs: 1 },
    {
      ...hooksWith(),
      onBatch: () => seen.push(asked.length),
    },
  );
  expect([asked, seen]).toEqual([
    [0, 1, 2, 3],
    [3, 4, 4, 4],
  ]);
});

test('trainNetwork() stops at a loss that is not finite, says where, and keeps the checkpoint before', async () => {
  const { kept, keep } = keeper();
  // The first step leaves arrays so large that the second, which is all of epoch 2, overflows.
  const options = { ...OPTIONS, schedule: { kind: 'constant', learningRate: 1e37 } } as const;
  const steep = { ...TRAINING, training: stripedBatches(1, 12) };
  const hooks = hooksWith({ onCheckpoint: keep });
  await expect(trainNetwork({ ...steep, heldBack: null }, options, hooks)).rejects.toThrow(
    /epoch 2, batch 1 of 1: the .* is not finite\. Try a lower learning rate \(it was 1e\+37\).*the checkpoint of epoch 1 is kept\./,
  );
  const { 'first.conv.weight': weight } = Object.fromEntries(decodeWeights(kept.best!, 'safetensors'));
  expect(weight!.data.every(Number.isFinite)).toBe(true);
  await expect(trainNetwork(steep, options, hooksWith())).rejects.toThrow(
    /stopped after epoch 1: the held-back loss \(.*\) is not finite.*no epoch was finished/,
  );
});

test('trainNetwork() refuses what does not fit', async () => {
  const run = (options: Partial<NetworkTrainingOptions>, training: Partial<NetworkTraining> = {}) =>
    trainNetwork({ ...TRAINING, ...training }, { ...OPTIONS, ...options }, hooksWith());
  await expect(run({ epochs: 0 })).rejects.toThrow('epochs must be a positive integer, got 0');
  await expect(run({ classWeights: [1, 1] })).rejects.toThrow(
    'classWeights must be 3 numbers, one a class, got 2',
  );
  await expect(run({ labelSmoothing: 1 })).rejects.toThrow('labelSmoothing must be in [0, 1), got 1');
  await expect(run({}, { plan: { ...TRAINING.plan, classCount: 1 } })).rejects.toThrow(
    'at least two classes',
  );
  await expect(run({}, { trainFrom: 'third' })).rejects.toThrow('one of first, second, head, got third');
  await expect(run({ batchSize: 6 })).rejects.toThrow(
    'a batch must be 6 patches of side 8 and as many labels, got 12',
  );
  const larger = { ...TRAINING.plan, patchSize: 16 };
  await expect(run({}, { plan: larger })).rejects.toThrow('a batch must be 12 patches of side 16');
  const two = { ...TRAINING.plan, classCount: 2 };
  await expect(run({}, { plan: two })).rejects.toThrow('must be in [0, 2), got 2 in row 2');
});
