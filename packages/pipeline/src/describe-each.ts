import { type ImageRecord, PIXEL_BUDGET, type RgbImage, readImages } from '@ganscout/images';

/** What surrounds describing. */
export interface DescribeContext {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** What became of an image. */
export interface EachOutcome<Value> {
  readonly record: ImageRecord;
  /** Null if it could not be decoded. */
  readonly value: Value | null;
  /** Why it could not be decoded, or ''. */
  readonly reason: string;
}

/**
 * Decodes images one after the other and describes several of them at once.
 *
 * Reading waits while more than 2 × threads images or 2^26 pixels are under way, so that memory stays bounded.
 *
 * @param records those of status ok are read.
 * @returns what became of each of those, in their order.
 * @throws what `describe` throws for the first image for which it does, and the signal's reason if it is aborted; never for a
 *   broken file.
 */
export async function describeEach<Value>(
  records: readonly ImageRecord[],
  { threads, signal, onProgress }: DescribeContext,
  describe: (image: RgbImage, record: ImageRecord) => Promise<Value>,
): Promise<EachOutcome<Value>[]> {
  const pending: Promise<EachOutcome<Value>>[] = [];
  const settled: EachOutcome<Value>[] = [];
  const pixels: number[] = [];
  let pixelsUnderWay = 0;
  const settleUntil = async (left: number) => {
    while (pending.length - settled.length > left || pixelsUnderWay > PIXEL_BUDGET) {
      pixelsUnderWay -= pixels[settled.length] as number;
      settled.push((await pending[settled.length]) as EachOutcome<Value>);
      onProgress(settled.length);
    }
  };
  await readImages(records, { threads, signal }, async ({ image, error }, record) => {
    const outcome =
      image === null
        ? Promise.resolve({ record, value: null, reason: error.message })
        : describe(image, record).then((value) => ({ record, value, reason: '' }));
    // A failure is met when its turn comes, not as an unhandled rejection before.
    outcome.catch(() => undefined);
    pending.push(outcome);
    pixels.push(image === null ? 0 : image.width * image.height);
    pixelsUnderWay += pixels.at(-1) as number;
    await settleUntil(2 * threads);
  });
  await settleUntil(0);
  return settled;
}
