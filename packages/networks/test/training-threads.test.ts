import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type BackboneName, createBackbone } from '../src/index.js';
import { createTrainingGraph } from '../src/training-graph.js';

const BATCH = 8;

/** Digest of all arrays of a network after two steps of SGD on waves. */
async function trainTwice(name: BackboneName, patchSize: number, threads: number): Promise<string> {
  const backbone = createBackbone(name, name === 'pose' ? { image: patchSize } : {});
  const plan = { backbone, head: 'plain', classCount: 3, patchSize } as const;
  const graph = await createTrainingGraph(plan, new Map(), backbone.layers[0]!, {
    batchSize: BATCH,
    seed: 1,
    optimizer: { kind: 'sgd', momentum: 0.9 },
    labelSmoothing: 0,
    classWeights: null,
    maxGradientNorm: null,
    threads,
    device: 'cpu',
    state: null,
  });
  const data = Uint8Array.from({ length: BATCH * 3 * patchSize ** 2 }, (_, i) => 128 + 100 * Math.sin(i * i));
  const labels = Int32Array.from({ length: BATCH }, (_, i) => i % 3);
  for (let step = 0; step < 2; step++)
    await graph.step({ patches: { count: BATCH, patchSize, data }, labels }, 0.01);
  const digest = createHash('sha256');
  for (const { data: values } of graph.weights().values()) digest.update(values);
  await graph.trainer.release();
  return digest.digest('hex');
}

test.each([
  ['resnet18', 64],
  ['mobilenet-v2', 64],
  ['residual-cnn', 64],
  ['pose', 32],
] as const)('%s trains to the same bytes on 1, 2 and 4 threads', async (name, patchSize) => {
  const one = await trainTwice(name, patchSize, 1);
  for (const threads of [2, 4]) expect(await trainTwice(name, patchSize, threads)).toBe(one);
});
