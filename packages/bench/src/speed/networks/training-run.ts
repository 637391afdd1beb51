import { readFileSync } from 'node:fs';
import { createTrainingGraph, decodeWeights, type TrainingGraph } from '@ganscout/networks';
import { quantile } from '@ganscout/numeric';
import type { ProcessRun } from '../measured-process.js';
import { readBatches } from './batches.js';
import { type NetworkInput, planOfCase } from './network-case.js';
import { peakMegabytes } from './peak-memory.js';

/** Loads a network to be trained. @returns what takes some steps each time it is called; the first time, those that are compared. */
export async function loadTraining(input: NetworkInput): Promise<() => Promise<ProcessRun>> {
  const { comparedSteps, timedSteps, learningRate } = input;
  const batches = readBatches(input);
  const graph = await createGraph(input);
  const losses: number[] = [];
  let taken = 0;
  return async () => {
    const seconds: number[] = [];
    const count = taken === 0 ? comparedSteps : timedSteps;
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      const { loss } = await graph.step(batches[taken % batches.length]!, learningRate);
      seconds.push((performance.now() - start) / 1000);
      if (taken++ < comparedSteps) losses.push(loss);
    }
    const result = { losses: losses.join(' '), peakMegabytes: peakMegabytes() };
    return { seconds: quantile(seconds, 0.5), result };
  };
}

function createGraph(input: NetworkInput): Promise<TrainingGraph> {
  const { batchSize, classCount, momentum, threads } = input;
  const plan = planOfCase(input, classCount);
  const weights = decodeWeights(readFileSync(input.weights), 'safetensors');
  return createTrainingGraph(plan, weights, plan.backbone.layers[0]!, {
    batchSize,
    seed: 0,
    optimizer: { kind: 'sgd', momentum },
    labelSmoothing: 0,
    classWeights: null,
    maxGradientNorm: null,
    threads,
    device: 'cpu',
    state: null,
  });
}
