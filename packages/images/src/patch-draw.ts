import { createRandom } from '@ganscout/numeric';
import type { ImageRecord } from './image-record.js';

/** What is done to patches for training; nothing unless told otherwise. */
export interface Augmentation {
  /** Mirror half of the patches left to right; default false. */
  readonly flipHorizontal?: boolean;
  /** Turn half of the patches upside down; default false. */
  readonly flipVertical?: boolean;
  /** Blur by a Gaussian whose sigma, in pixels, is uniform between the two; default null, none. */
  readonly blur?: { readonly probability: number; readonly sigma: readonly [number, number] } | null;
  /** Then compress as JPEG, of a quality drawn from the two and all integers between; default null, none. */
  readonly jpeg?: { readonly probability: number; readonly quality: readonly [number, number] } | null;
}

/** One patch to draw. Equal ones give equal patches. */
export interface PatchDraw {
  /** Index of the record. */
  readonly image: number;
  /** From 0. */
  readonly epoch: number;
  /** From 0: how often the image has come before in this epoch. */
  readonly draw: number;
}

/** What one patch is to be. */
export interface PatchPlan {
  /** Left top corner in the file's pixels. */
  readonly x: number;
  readonly y: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** 0 for no blur. */
  readonly sigma: number;
  /** null for no JPEG. */
  readonly quality: number | null;
}

/** What a draw has to know of a record. */
export type DrawableImage = Pick<ImageRecord, 'id' | 'width' | 'height' | 'patch'>;

/**
 * Draws where a patch lies, uniformly over all places inside the image, and what is done to it.
 *
 * The stream is the image's own, by its id: the draw depends neither on the other images nor on their order. Every
 * number is drawn whether it is used or not, so a patch keeps its place when an augmentation is turned on or off.
 */
export function drawPatch(
  { id, width, height, patch }: DrawableImage,
  { epoch, draw }: PatchDraw,
  patchSize: number,
  { flipHorizontal = false, flipVertical = false, blur = null, jpeg = null }: Augmentation,
  seed: number,
): PatchPlan {
  const random = createRandom(seed, `patches/${id}/${epoch}/${draw}`);
  const region = patch ?? { x: 0, y: 0, width, height };
  const x = region.x + random.integer(region.width - patchSize + 1);
  const y = region.y + random.integer(region.height - patchSize + 1);
  const isMirrored = random.uniform() < 0.5;
  const isUpsideDown = random.uniform() < 0.5;
  const isBlurred = random.uniform() < (blur?.probability ?? 0);
  const [low, high] = blur?.sigma ?? [0, 0];
  const sigma = low + (high - low) * random.uniform();
  const isCompressed = random.uniform() < (jpeg?.probability ?? 0);
  const [worst, best] = jpeg?.quality ?? [1, 1];
  const quality = worst + random.integer(best - worst + 1);
  return {
    x,
    y,
    flipHorizontal: flipHorizontal && isMirrored,
    flipVertical: flipVertical && isUpsideDown,
    sigma: isBlurred ? sigma : 0,
    quality: isCompressed ? quality : null,
  };
}

/** @throws {RangeError} if a probability, a sigma or a quality is out of range. */
export function checkAugmentation({ blur, jpeg }: Augmentation): void {
  if (blur) {
    checkProbability('blur', blur.probability);
    const [low, high] = blur.sigma;
    if (!(low >= 0 && low <= high && high <= 100)) {
      throw new RangeError(
        `augmentation: blur.sigma must be two rising numbers in [0, 100], got ${low} and ${high}`,
      );
    }
  }
  if (jpeg) {
    checkProbability('jpeg', jpeg.probability);
    const [worst, best] = jpeg.quality;
    if (![worst, best].every(Number.isInteger) || worst < 1 || best > 100 || worst > best) {
      throw new RangeError(
        `augmentation: jpeg.quality must be two rising integers in [1, 100], got ${worst} and ${best}`,
      );
    }
  }
}

function checkProbability(name: string, probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw new RangeError(`augmentation: ${name}.probability must be in [0, 1], got ${probability}`);
}
