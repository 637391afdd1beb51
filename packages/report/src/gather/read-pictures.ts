import type { SpectrumCollector } from '@ganscout/extractor';
import { type ImageRecord, readImages } from '@ganscout/images';
import type { ReportPicture } from '../report-data.js';
import { checkFile, type ReadableImage } from './checked-file.js';
import { cutPicture } from './cut-picture.js';

/** An image that is read, and what for. */
export interface WantedImage {
  readonly image: ReadableImage;
  /** Whether it is shown. */
  isShown: boolean;
  /** What its residual is added to. */
  readonly collectors: SpectrumCollector[];
}

/** What came of reading images. */
export interface ReadPictures {
  /** By image id. */
  readonly pictures: ReadonlyMap<string, ReportPicture>;
  /** Pixels of the whole, where the picture is a part, by image id. */
  readonly cutFrom: ReadonlyMap<string, string>;
  /** Images that could not be read, and why, in the order of their paths. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

/** Files decoded at once. */
const THREADS = 4;

/**
 * Reads images, each once: cuts pictures of those that are shown and hands the residuals to what averages them.
 *
 * The order is that of ids, so that equal wishes give equal bytes. Files that are gone, changed or broken are told.
 *
 * @param side most pixels of a picture each way.
 *
 * Cost: of memory a few decoded images and all pictures.
 */
export async function readPictures(
  wanted: Iterable<WantedImage>,
  side: number,
  signal?: AbortSignal,
): Promise<ReadPictures> {
  const problems: { path: string; reason: string }[] = [];
  const wishes = new Map<string, WantedImage>();
  const records: ImageRecord[] = [];
  for (const wish of [...wanted].sort((a, b) => (a.image.id < b.image.id ? -1 : 1))) {
    signal?.throwIfAborted();
    const { record, problem } = checkFile(wish.image);
    if (record === null) problems.push({ path: wish.image.path, reason: problem });
    else records.push(record);
    wishes.set(wish.image.id, wish);
  }
  const pictures = new Map<string, ReportPicture>();
  const cutFrom = new Map<string, string>();
  await readImages(records, { threads: THREADS, signal }, async ({ image, error }, { id, path }) => {
    if (image === null) {
      problems.push({ path, reason: error.message });
      return;
    }
    const { isShown, collectors } = wishes.get(id) as WantedImage;
    for (const collector of collectors) collector.add(image);
    if (!isShown) return;
    const picture = await cutPicture(image, side, path);
    pictures.set(id, picture);
    if (picture.width < image.width || picture.height < image.height) {
      cutFrom.set(id, `${image.width} × ${image.height}`);
    }
  });
  problems.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { pictures, cutFrom, problems };
}
