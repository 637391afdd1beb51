import { layCenteredPatches, type PatchLoader, type PatchPlace } from '@ganscout/images';
import type { BatchSource } from '@ganscout/networks';
import { balancedEpoch } from '@ganscout/numeric';
import { epochBatches } from '../epoch-batches.js';
import { type LabelledImages, labelsOf } from './labelled-images.js';
import type { ClassifierOptions } from './training-options.js';

/** Most patches that a held-back image is judged by while the network trains. */
const HELD_BACK_PATCHES = 4;

/** Held-back patches that are judged at once. */
const HELD_BACK_BATCH = 64;

/** Batches of the training part: patches at random places, each label as often as the others. */
export function trainingBatches(
  images: LabelledImages,
  loader: PatchLoader,
  { seed, batchSize, patchesPerSource }: Pick<ClassifierOptions, 'seed' | 'batchSize' | 'patchesPerSource'>,
): BatchSource {
  const labels = labelsOf(images);
  const rowsPerSource = patchesPerSource === null ? {} : { rowsPerSource: patchesPerSource };
  return epochBatches(labels, loader, batchSize, (epoch) =>
    balancedEpoch(labels, images.labels, images.split.training, { seed, epoch, batchSize, ...rowsPerSource }),
  );
}

/** Batches of the held-back part, the same in every epoch; null if it is empty. */
export function heldBackBatches(
  images: LabelledImages,
  loader: PatchLoader,
  { patchSize, patchesPerImage }: Pick<ClassifierOptions, 'patchSize' | 'patchesPerImage'>,
): BatchSource | null {
  const labels = labelsOf(images);
  const most = Math.min(patchesPerImage, HELD_BACK_PATCHES);
  const places = Array.from(images.split.heldBack, (image): PatchPlace[] => {
    const { width, height } = images.records[image] as LabelledImages['records'][number];
    return layCenteredPatches(width, height, patchSize, most).map(({ x, y }) => ({ image, x, y }));
  }).flat();
  if (places.length === 0) return null;
  return {
    batchCount: Math.ceil(places.length / HELD_BACK_BATCH),
    async load(_, index) {
      const own = places.slice(index * HELD_BACK_BATCH, (index + 1) * HELD_BACK_BATCH);
      const patches = await loader.loadAt(own);
      return { patches, labels: Int32Array.from(own, ({ image }) => labels[image] as number) };
    },
  };
}
