import type { Tensor } from '@ganscout/autodiff';

/** Square patches as numbers from 0 to 255. */
export interface PatchPixels {
  /** N. */
  readonly count: number;
  /** P. */
  readonly patchSize: number;
  /** N × 3 × P × P: patch, then red, green, blue, then rows from the top. */
  readonly data: Uint8Array;
}

/** Patches with their classes. */
export interface LabelledPatches {
  readonly patches: PatchPixels;
  /** N, each in [0, C). */
  readonly labels: Int32Array;
}

/** Where batches come from, such as a thread that cuts them out of images. */
export interface BatchSource {
  /** Batches of an epoch. */
  readonly batchCount: number;
  /**
   * Loads a batch. It is asked for before it is needed, so that it can be made while the network trains on others.
   *
   * @param epoch from 1. @param index in [0, batchCount).
   */
  load(epoch: number, index: number): Promise<LabelledPatches>;
}

/** Batches that are asked for ahead: with two under way, a loader has the next one to work on while one waits. */
const AHEAD = 2;

/** Goes through the batches of an epoch in order, and asks for the next ones before the present one is worked on. */
export async function* batchesOf(
  source: BatchSource,
  epoch: number,
): AsyncGenerator<readonly [batch: LabelledPatches, index: number]> {
  const waiting: Promise<LabelledPatches>[] = [];
  let asked = 0;
  for (let index = 0; index < source.batchCount; index++) {
    while (asked < Math.min(index + 1 + AHEAD, source.batchCount)) {
      const batch = source.load(epoch, asked++);
      // A batch that is not awaited in the end, since training stopped, is no unhandled failure.
      batch.catch(() => undefined);
      waiting.push(batch);
    }
    yield [await waiting.shift()!, index];
  }
}

/**
 * The pixels as floats.
 *
 * @param into N × 3 × P × P values that are overwritten and returned in the tensor.
 */
export function pixelTensor({ count, patchSize, data }: PatchPixels, into: Float32Array): Tensor {
  into.set(data);
  return { type: 'float32', dims: [count, 3, patchSize, patchSize], data: into };
}

/**
 * @throws {TypeError} if the batch is not of this many patches of this side, with as many labels.
 * @throws {RangeError} if a label is not in [0, classCount).
 */
export function checkBatch(
  { patches, labels }: LabelledPatches,
  {
    count,
    patchSize,
    classCount,
  }: { readonly count: number; readonly patchSize: number; readonly classCount: number },
): void {
  const values = count * 3 * patchSize * patchSize;
  const fits = patches.count === count && patches.patchSize === patchSize && patches.data.length === values;
  if (!fits || labels.length !== count) {
    throw new TypeError(
      `a batch must be ${count} patches of side ${patchSize} and as many labels, got ${patches.count} of side ${patches.patchSize} with ${patches.data.length} values, and ${labels.length} labels`,
    );
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classCount);
  if (wrong === -1) return;
  throw new RangeError(
    `labels of a batch must be in [0, ${classCount}), got ${labels[wrong]} in row ${wrong}`,
  );
}
