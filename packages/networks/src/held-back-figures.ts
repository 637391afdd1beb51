import type { Device } from '@ganscout/autodiff';
import { type BatchSource, batchesOf } from './labelled-patches.js';
import { createPatchScorer, encodeNetwork } from './network-model.js';
import type { NetworkPlan } from './network-plan.js';
import type { Weights } from './weights.js';

/** How well a network does on patches that it did not learn from. */
export interface HeldBackFigures {
  /** Mean over the classes of their mean cross-entropy, so that each class counts the same. */
  readonly loss: number;
  /** Mean over the classes of the share of patches named right. */
  readonly accuracy: number;
}

/**
 * Judges a network, as it would be used, by held-back patches. Classes without a patch do not count.
 *
 * @throws {Error} if there is no patch. @throws the signal's reason if it is aborted.
 */
export async function judgeHeldBack(
  plan: NetworkPlan,
  weights: Weights,
  source: BatchSource,
  {
    threads,
    device,
    signal,
  }: { readonly threads: number; readonly device: Device; readonly signal: AbortSignal },
): Promise<HeldBackFigures> {
  const { classCount } = plan;
  const [counts, losses, hits] = [0, 0, 0].map(() => new Float64Array(classCount)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const scorer = await createPatchScorer(encodeNetwork(plan, weights), plan.patchSize, { threads, device });
  try {
    for await (const [{ patches, labels }] of batchesOf(source, 1)) {
      signal.throwIfAborted();
      const { logProbabilities } = await scorer.score(patches);
      for (const [row, label] of labels.entries()) {
        const own = logProbabilities.subarray(row * classCount, (row + 1) * classCount);
        counts[label]! += 1;
        losses[label]! -= own[label]!;
        hits[label]! += Number(own.indexOf(Math.max(...own)) === label);
      }
    }
  } finally {
    await scorer.release();
  }
  return { loss: meanOverClasses(losses, counts), accuracy: meanOverClasses(hits, counts) };
}

function meanOverClasses(sums: Float64Array, counts: Float64Array): number {
  const means = Array.from(sums, (sum, c) => sum / counts[c]!).filter((_, c) => counts[c]! > 0);
  if (means.length === 0) throw new Error('judgeHeldBack: at least one held-back patch is needed, got none');
  return means.reduce((total, mean) => total + mean, 0) / means.length;
}
