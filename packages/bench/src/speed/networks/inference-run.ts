import { readFileSync } from 'node:fs';
import { createPatchScorer, decodeWeights, encodeNetwork, type PatchScorer } from '@ganscout/networks';
import { quantile } from '@ganscout/numeric';
import type { ProcessRun } from '../measured-process.js';
import { readBatches } from './batches.js';
import { type NetworkInput, planOfCase } from './network-case.js';
import { peakMegabytes } from './peak-memory.js';

/** Loads a network in use. @returns what scores the batches in turn each time it is called, and gives the first one's scores. */
export async function loadInference(input: NetworkInput): Promise<() => Promise<ProcessRun>> {
  const batches = readBatches(input);
  const scorer = await createScorer(input);
  const { logProbabilities } = await scorer.score(batches[0]!.patches);
  const scores = logProbabilities.join(' ');
  return async () => {
    const seconds: number[] = [];
    for (let i = 0; i < input.timedSteps; i++) {
      const start = performance.now();
      await scorer.score(batches[i % batches.length]!.patches);
      seconds.push((performance.now() - start) / 1000);
    }
    return { seconds: quantile(seconds, 0.5), result: { scores, peakMegabytes: peakMegabytes() } };
  };
}

function createScorer(input: NetworkInput): Promise<PatchScorer> {
  const { classCount, patchSize, threads } = input;
  const weights = decodeWeights(readFileSync(input.weights), 'safetensors');
  return createPatchScorer(encodeNetwork(planOfCase(input, classCount), weights), patchSize, { threads });
}
