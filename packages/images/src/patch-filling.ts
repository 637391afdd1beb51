import { augmentedPatch } from './augmented-patch.js';
import { decodeFile } from './decode-image.js';
import type { ImageRecord } from './image-record.js';
import { DecodeError, InputError } from './input-error.js';
import { mapInOrder } from './map-in-order.js';
import { emptyBatch, type PatchBatch, writePatch } from './patch-batch.js';
import { type Augmentation, drawPatch, type PatchDraw, type PatchPlan } from './patch-draw.js';
import { createPixelCache, type PixelCache } from './pixel-cache.js';
import { PIXEL_BUDGET } from './read-images.js';

/** What of a record is needed to load its patches. */
export type LoadableImage = Pick<ImageRecord, 'id' | 'path' | 'file' | 'width' | 'height' | 'patch'>;

/** A patch at a place of its own, as it is. */
export interface PatchPlace {
  /** Index of the record. */
  readonly image: number;
  /** Left top corner in the pixels of the record's image. */
  readonly x: number;
  readonly y: number;
}

/** Patches to load, drawn ones or placed ones. */
export type PatchRequest =
  | { readonly draws: readonly PatchDraw[] }
  | { readonly places: readonly PatchPlace[] };

/** All that patches depend on, besides the request. */
export interface PatchSetup {
  readonly images: readonly LoadableImage[];
  readonly patchSize: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
  readonly cacheBytes: number;
  readonly threads: number;
}

interface PlannedPatch {
  readonly image: LoadableImage;
  readonly plan: PatchPlan;
  /** Place in the batch. */
  readonly index: number;
}

/**
 * Returns a function that loads the patches of a request, in its order; a file is decoded once for all of them, or not
 * at all if its pixels are still kept. Requests are to follow each other.
 *
 * @throws {InputError} with the path, if an image cannot be decoded any more. @throws the signal's reason if it is aborted.
 */
export function createPatchFiller(
  setup: PatchSetup,
): (request: PatchRequest, signal: AbortSignal) => Promise<PatchBatch> {
  const cache = createPixelCache(setup.cacheBytes);
  return async (request, signal) => {
    const patches = planRequest(request, setup);
    const batch = emptyBatch(patches.length, setup.patchSize);
    await mapInOrder(
      groupByFile(patches),
      { threads: setup.threads, weigh: pixelsOf, budget: PIXEL_BUDGET, signal },
      (ofOneFile) => fillFromFile(ofOneFile, cache, batch),
      () => {},
    );
    return batch;
  };
}

function planRequest(
  request: PatchRequest,
  { images, patchSize, augmentation, seed }: PatchSetup,
): PlannedPatch[] {
  if ('draws' in request) {
    return request.draws.map((item, index) => {
      const image = images[item.image] as LoadableImage;
      return { image, plan: drawPatch(image, item, patchSize, augmentation, seed), index };
    });
  }
  const unchanged = { flipHorizontal: false, flipVertical: false, sigma: 0, quality: null };
  return request.places.map((item, index) => {
    const image = images[item.image] as LoadableImage;
    const { x, y } = image.patch ?? { x: 0, y: 0 };
    return { image, plan: { ...unchanged, x: x + item.x, y: y + item.y }, index };
  });
}

/** Puts the patches of each file together, in the order of their first ones. */
function groupByFile(patches: readonly PlannedPatch[]): PlannedPatch[][] {
  const byFile = new Map<string, PlannedPatch[]>();
  for (const patch of patches) {
    const own = byFile.get(patch.image.file);
    if (own === undefined) byFile.set(patch.image.file, [patch]);
    else own.push(patch);
  }
  return [...byFile.values()];
}

function pixelsOf(patches: readonly PlannedPatch[]): number {
  const { width, height } = (patches[0] as PlannedPatch).image;
  return width * height;
}

/** @param batch overwritten at the patches' places. */
async function fillFromFile(
  patches: readonly PlannedPatch[],
  cache: PixelCache,
  batch: PatchBatch,
): Promise<void> {
  const { image } = patches[0] as PlannedPatch;
  try {
    const whole = await cache.read(image.file, () => decodeFile(image));
    for (const { plan, index } of patches) {
      writePatch(await augmentedPatch(whole, plan, batch.patchSize), plan, batch, index);
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new InputError(
      `Cannot load patches of ${image.path}: ${error.message}; leave the image out, or put the file back as it was inspected`,
    );
  }
}
