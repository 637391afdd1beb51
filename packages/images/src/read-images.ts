import { cutPatch } from './cut-patches.js';
import { decodeFile } from './decode-image.js';
import type { ImageRecord, RgbImage } from './image-record.js';
import { DecodeError } from './input-error.js';
import type { Progress } from './inspect-images.js';
import { mapInOrder } from './map-in-order.js';

/** Pixels of one record, or why there are none. */
export type ReadResult =
  | { readonly image: RgbImage; readonly error: null }
  | { readonly image: null; readonly error: DecodeError };

/** How images are read. */
export interface ReadingOptions {
  /** Files decoded at once; default 1. More than UV_THREADPOOL_SIZE (4 by default) bring nothing. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Pixels under way at once, 200 MB; a larger image is read alone. */
export const PIXEL_BUDGET = 2 ** 26;

/**
 * Decodes every record of status ok and hands them over one by one, in order; a file is decoded once for all of its
 * patches.
 *
 * The next record is handed over once `visit` has returned for the one before, so that a slow visitor slows the
 * reading down and memory stays bounded.
 *
 * @param visit gets the result, the record, and its index in `records`.
 * @throws what `visit` throws, and the signal's reason if it is aborted; never for a broken file.
 *
 * Cost: 2 × threads decoded files in memory, and no more than 2^26 pixels unless a single one has more.
 */
export async function readImages(
  records: readonly ImageRecord[],
  options: ReadingOptions,
  visit: (result: ReadResult, record: ImageRecord, index: number) => void | Promise<void>,
): Promise<void> {
  const { threads = 1, onProgress, signal } = options;
  const files = groupByFile(records);
  const total = files.reduce((sum, { indices }) => sum + indices.length, 0);
  let done = 0;
  let bytes = 0;
  const weigh = ({ record }: FileRecords) => record.width * record.height;
  await mapInOrder(
    files,
    { threads, weigh, budget: PIXEL_BUDGET, signal },
    decode,
    async (result, { record, indices }) => {
      bytes += record.bytes;
      for (const index of indices) {
        signal?.throwIfAborted();
        const part = records[index] as ImageRecord;
        await visit(cut(result, part), part, index);
        onProgress?.({ done: ++done, total, bytes });
      }
    },
  );
}

interface FileRecords {
  readonly record: ImageRecord;
  readonly indices: number[];
}

/** Puts neighboring records of one file together. */
function groupByFile(records: readonly ImageRecord[]): FileRecords[] {
  const files: FileRecords[] = [];
  records.forEach((record, index) => {
    if (record.status !== 'ok') return;
    const last = files.at(-1);
    if (last !== undefined && record.patch !== null && last.record.file === record.file)
      last.indices.push(index);
    else files.push({ record, indices: [index] });
  });
  return files;
}

async function decode({ record }: FileRecords): Promise<ReadResult> {
  try {
    return { image: await decodeFile(record), error: null };
  } catch (error) {
    if (error instanceof DecodeError) return { image: null, error };
    throw error;
  }
}

function cut(result: ReadResult, { patch }: ImageRecord): ReadResult {
  if (result.error !== null || patch === null) return result;
  return { image: cutPatch(result.image, patch), error: null };
}
