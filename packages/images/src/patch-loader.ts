import type { ImageRecord } from './image-record.js';
import { InputError } from './input-error.js';
import { checkPatchSize, type PatchBatch } from './patch-batch.js';
import { type Augmentation, checkAugmentation, type PatchDraw } from './patch-draw.js';
import type { LoadableImage, PatchPlace, PatchRequest, PatchSetup } from './patch-filling.js';
import { startPatchThread } from './patch-thread.js';

/** How patches are loaded. */
export interface PatchLoaderOptions {
  /** Side in pixels, from 1 to 4096. */
  readonly patchSize: number;
  readonly seed: number;
  /** What is done to drawn patches; nothing by default. */
  readonly augmentation?: Augmentation;
  /** Most bytes of decoded pixels that are kept; default 2^29 (512 MB). */
  readonly cacheBytes?: number;
  /** Files worked on at once; default 2. More than UV_THREADPOOL_SIZE (4 by default) bring nothing. */
  readonly threads?: number;
}

/** Loads patches in a thread of its own, so that the next batch is made while the calling thread trains. */
export interface PatchLoader {
  /**
   * Draws patches at random places, augmented as the options say.
   *
   * Equal draws with an equal seed give equal bytes, whatever else is loaded, in whatever order.
   *
   * @throws {RangeError} if an item is out of range.
   * @throws {InputError} with the path, if an image cannot be decoded, or has changed since it was inspected.
   * @throws {Error} if the loader was closed.
   */
  load(items: readonly PatchDraw[]): Promise<PatchBatch>;
  /** Cuts patches at the given places, as they are; throws as `load`. */
  loadAt(places: readonly PatchPlace[]): Promise<PatchBatch>;
  /** Ends the thread. What is still under way fails. */
  close(): Promise<void>;
}

const DEFAULTS = { cacheBytes: 2 ** 29, threads: 2 };

/** Images that an error lists. */
const NAMED = 5;

/**
 * Starts a loader of square patches, at the images' own resolution: nothing is ever resized, since that would destroy
 * the traces of the generator.
 *
 * Requests are worked on one after the other; the training loop asks for the next batch before it takes a step on the
 * present one. A file is decoded once and its pixels are kept as long as they fit into `cacheBytes`, the first to come;
 * of the others a file is decoded once for all of its patches in a request.
 *
 * @param records of status ok, as inspected; a record of a patch stands for that part of the file.
 * @throws {InputError} if an image is smaller than a patch: the first ones are listed.
 * @throws {RangeError} if an option is out of range or a record is not ok.
 *
 * Cost: `cacheBytes`, `threads` decoded files, and the batches that were asked for.
 */
export function createPatchLoader(records: readonly ImageRecord[], options: PatchLoaderOptions): PatchLoader {
  const { patchSize, seed, augmentation = {}, cacheBytes, threads } = { ...DEFAULTS, ...options };
  checkOptions({ patchSize, seed, augmentation, cacheBytes, threads });
  checkRecords(records, patchSize);
  // Only what is needed is copied to the thread.
  const images = records.map(({ id, path, file, width, height, patch }) => ({
    id,
    path,
    file,
    width,
    height,
    patch,
  }));
  const thread = startPatchThread({ images, patchSize, seed, augmentation, cacheBytes, threads });
  const submit = (check: () => PatchRequest) => {
    const batch = (async () => thread.request(check()))();
    // A batch that was asked for ahead and is not awaited in the end is no unhandled failure.
    batch.catch(() => undefined);
    return batch;
  };
  return {
    load: (items) =>
      submit(() => {
        for (const item of items) checkDraw(item, images.length);
        return { draws: items };
      }),
    loadAt: (places) =>
      submit(() => {
        for (const place of places) checkPlace(place, images, patchSize);
        return { places };
      }),
    close: () => thread.close(),
  };
}

function checkOptions({ patchSize, augmentation, cacheBytes, threads }: Omit<PatchSetup, 'images'>): void {
  checkPatchSize(patchSize);
  checkAugmentation(augmentation);
  if (!(cacheBytes >= 0)) {
    throw new RangeError(`createPatchLoader: cacheBytes must be at least 0, got ${cacheBytes}`);
  }
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`createPatchLoader: threads must be an integer of at least 1, got ${threads}`);
  }
}

function checkRecords(records: readonly ImageRecord[], patchSize: number): void {
  const unusable = records.find(({ status }) => status !== 'ok');
  if (unusable !== undefined) {
    throw new RangeError(
      `createPatchLoader: records must have the status ok, ${unusable.path} is ${unusable.status}`,
    );
  }
  const small = records.filter((record) => {
    const { width, height } = record.patch ?? record;
    return Math.min(width, height) < patchSize;
  });
  if (small.length === 0) return;
  const named = small.slice(0, NAMED).map((record) => {
    const { width, height } = record.patch ?? record;
    return `${record.path} (${width} × ${height})`;
  });
  if (small.length > NAMED) named.push(`and ${small.length - NAMED} more`);
  throw new InputError(
    `Cannot cut patches of ${patchSize} × ${patchSize} pixels from ${small.length} of ${records.length} images, which are smaller: ${named.join(', ')}. Choose a smaller patch size, or leave these images out; they are not enlarged, since that would destroy the traces of the generator.`,
  );
}

function checkDraw({ image, epoch, draw }: PatchDraw, imageCount: number): void {
  checkImage(image, imageCount);
  for (const [name, value] of Object.entries({ epoch, draw })) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new RangeError(`PatchLoader.load: ${name} must be an integer of at least 0, got ${value}`);
  }
}

function checkPlace({ image, x, y }: PatchPlace, images: readonly LoadableImage[], patchSize: number): void {
  checkImage(image, images.length);
  const record = images[image] as LoadableImage;
  const { width, height } = record.patch ?? record;
  const isInside = x >= 0 && y >= 0 && x + patchSize <= width && y + patchSize <= height;
  if (Number.isInteger(x) && Number.isInteger(y) && isInside) return;
  throw new RangeError(
    `PatchLoader.loadAt: patches of side ${patchSize} must be inside ${width} × ${height}, got one at ${x}, ${y} of ${record.path}`,
  );
}

function checkImage(image: number, imageCount: number): void {
  if (Number.isInteger(image) && image >= 0 && image < imageCount) return;
  throw new RangeError(`PatchLoader: image must be an integer in [0, ${imageCount}), got ${image}`);
}
