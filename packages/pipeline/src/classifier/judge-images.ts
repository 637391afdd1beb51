import {
  cutPatchBatch,
  type ImageRecord,
  layCenteredPatches,
  type RgbImage,
  readImages,
} from '@ganscout/images';
import { type ClassifierFacts, type PatchPixels, type PatchScorer, poolPatches } from '@ganscout/networks';

/** What a classifier says of an image. */
export interface Judgement {
  /** One a label, with sum 1; null if the image cannot be read. */
  readonly probabilities: Float64Array | null;
  /** Why there are none; '' if there are. */
  readonly reason: string;
}

/** How images are judged. */
export interface JudgingSettings {
  /** Files decoded at once. */
  readonly threads: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Patches that are judged at once, unless one image has more. */
const PATCHES_AT_ONCE = 64;

interface Waiting {
  readonly index: number;
  readonly patches: PatchPixels;
}

/**
 * Judges images by patches at their own resolution, laid on a grid in the middle of each.
 *
 * @param records of status ok, no side shorter than a patch.
 * @returns one a record. @throws the signal's reason if it is aborted; never for a broken file.
 */
export async function judgeImages(
  records: readonly ImageRecord[],
  { patchSize, patchesPerImage, labels }: Pick<ClassifierFacts, 'patchSize' | 'patchesPerImage' | 'labels'>,
  scorer: PatchScorer,
  { threads, onProgress, signal }: JudgingSettings,
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  let waiting: Waiting[] = [];
  const flush = async () => {
    const all = waiting;
    waiting = [];
    if (all.length === 0) return;
    const { logProbabilities } = await scorer.score(
      joinPatches(
        all.map(({ patches }) => patches),
        patchSize,
      ),
    );
    let from = 0;
    for (const { index, patches } of all) {
      const own = logProbabilities.subarray(from, from + patches.count * labels.length);
      judgements[index] = { probabilities: poolPatches(own, labels.length), reason: '' };
      from += own.length;
    }
  };
  const cut = (image: RgbImage) => {
    const { width, height } = image;
    return cutPatchBatch(image, layCenteredPatches(width, height, patchSize, patchesPerImage), patchSize);
  };
  const progress = ({ done, total }: { readonly done: number; readonly total: number }) =>
    onProgress(done, total);
  await readImages(records, { threads, signal, onProgress: progress }, async ({ image, error }, _, index) => {
    if (image === null) judgements[index] = { probabilities: null, reason: error.message };
    else waiting.push({ index, patches: cut(image) });
    if (waiting.reduce((sum, { patches }) => sum + patches.count, 0) >= PATCHES_AT_ONCE) await flush();
  });
  await flush();
  return judgements;
}

function joinPatches(parts: readonly PatchPixels[], patchSize: number): PatchPixels {
  const data = new Uint8Array(parts.reduce((length, part) => length + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return { count: parts.reduce((count, part) => count + part.count, 0), patchSize, data };
}

/** Index of the largest probability, the first of equal ones. */
export function likeliest(probabilities: Float64Array): number {
  return probabilities.reduce((best, value, i) => (value > (probabilities[best] as number) ? i : best), 0);
}
