import { cutPatch } from './cut-patches.js';
import type { Patch, RgbImage } from './image-record.js';

/** Patches as a network reads them. */
export interface PatchBatch {
  readonly count: number;
  readonly patchSize: number;
  /** count × 3 × patchSize × patchSize: patch, then red, green, blue, then rows from the top. Values 0 to 255. */
  readonly data: Uint8Array;
}

/** Returns a batch of zeros, to be written to. */
export function emptyBatch(count: number, patchSize: number): PatchBatch {
  return { count, patchSize, data: new Uint8Array(count * 3 * patchSize * patchSize) };
}

/** @throws {RangeError} if it is not an integer in [1, 4096]. */
export function checkPatchSize(patchSize: number): void {
  if (Number.isInteger(patchSize) && patchSize >= 1 && patchSize <= 4096) return;
  throw new RangeError(`images: patchSize must be an integer in [1, 4096], got ${patchSize}`);
}

/**
 * Copies square patches of an image into a batch, in their order.
 *
 * @param patches all of side `patchSize`, inside the image.
 * @throws {RangeError} if a patch is of another size or not inside, or patchSize is out of range.
 */
export function cutPatchBatch(image: RgbImage, patches: readonly Patch[], patchSize: number): PatchBatch {
  checkPatchSize(patchSize);
  const batch = emptyBatch(patches.length, patchSize);
  patches.forEach((patch, i) => {
    if (patch.width !== patchSize || patch.height !== patchSize) {
      throw new RangeError(
        `cutPatchBatch: patches must be ${patchSize} × ${patchSize}, got ${patch.width} × ${patch.height}`,
      );
    }
    writePatch(cutPatch(image, patch), { flipHorizontal: false, flipVertical: false }, batch, i);
  });
  return batch;
}

/** Writes a patch to place `index`. @param batch overwritten there. */
export function writePatch(
  { data }: RgbImage,
  { flipHorizontal, flipVertical }: { readonly flipHorizontal: boolean; readonly flipVertical: boolean },
  batch: PatchBatch,
  index: number,
): void {
  const side = batch.patchSize;
  const plane = side * side;
  const values = batch.data;
  const step = flipHorizontal ? -3 : 3;
  let to = index * 3 * plane;
  for (let y = 0; y < side; y++) {
    const row = flipVertical ? side - 1 - y : y;
    let from = (row * side + (flipHorizontal ? side - 1 : 0)) * 3;
    for (let x = 0; x < side; x++, to++, from += step) {
      values[to] = data[from] as number;
      values[to + plane] = data[from + 1] as number;
      values[to + 2 * plane] = data[from + 2] as number;
    }
  }
}
