import { cropCount, type DescriptorOptions, type RowSource, rowsOf } from '@ganscout/extractor';
import type { ImageRecord } from '@ganscout/images';
import { digestOf } from './durable-files.js';
import { SOFTWARE_VERSION } from './software.js';
import { StageStore } from './stage-store.js';
import {
  type DescribeSamples,
  type Descriptions,
  describeStage,
  readDescriptions,
  sampleIds,
} from './stages/describe.js';

/** Images with their descriptors and all their crops, from which several studies can take theirs. */
export interface DescribedImages {
  /** The records that could be decoded, in the order given. */
  readonly records: readonly ImageRecord[];
  /** Row of each image by its id. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** Of all records, with the crops of every one, and with compressed copies of every one or of none. */
  readonly descriptions: Descriptions;
}

/** How and where images are described. */
export interface DescribeImagesSettings {
  /** Keeps the descriptors: as a run does, they are computed again only if images or options change. */
  readonly directory: string;
  readonly descriptor: DescriptorOptions;
  /** Whether a compressed copy of each image is described too. */
  readonly needsCompressedCopies: boolean;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/**
 * Describes images once for many discoveries.
 *
 * @param records those of status ok are described.
 *
 * Cost: as the stage `describe` of a run, with the crops of all images: for each image 20 bytes a value of the descriptor on
 * disk and in memory, and 8 more with compressed copies.
 */
export async function describeImages(
  records: readonly ImageRecord[],
  { directory, descriptor, needsCompressedCopies, threads, signal, onProgress }: DescribeImagesSettings,
): Promise<DescribedImages> {
  const usable = records.filter(({ status }) => status === 'ok');
  const store = new StageStore(directory, SOFTWARE_VERSION);
  const options = {
    descriptor,
    cropSample: usable.length,
    compressedSample: needsCompressedCopies ? usable.length : 0,
    labelledCount: usable.length,
  };
  const images = digestOf(JSON.stringify(usable.map(({ id }) => id)));
  const key = { round: 1, stage: 'describe', options, inputs: { images } } as const;
  const output = store.state(key).kept
    ? store.open(key)
    : await store.write(key, (writer) =>
        describeStage(usable, options, writer, { threads, signal, onProgress }),
      );
  const stored = readDescriptions(output, cropCount(descriptor));
  const descriptions = { ...stored, whole: inMemory(stored.whole), crops: inMemory(stored.crops) };
  const decoded = usable.filter(({ id }) => !descriptions.failures.has(id));
  return { records: decoded, rowOf: new Map(decoded.map(({ id }, row) => [id, row])), descriptions };
}

/**
 * Takes the descriptors of some images, and the crops of a sample of them, as a run on these images would have them.
 *
 * @param records in the order of the run: the known ones first.
 * @param sets each record is looked for in them in turn.
 * @param cropSample images whose crops are taken, at the most: those whose ids have the smallest digests.
 * @param compressedSample labelled images whose compressed copies are taken, likewise.
 * @throws {RangeError} if no set has a record, or a compressed copy is to be taken of an image that has none.
 */
export function selectDescriptions(
  sets: readonly DescribedImages[],
  records: readonly ImageRecord[],
  { cropSample, compressedSample, labelledCount }: DescribeSamples,
): Descriptions {
  const { cropsPerImage, whole: first } = (sets[0] as DescribedImages).descriptions;
  const { dims } = first;
  const sampled = sampleIds(records, cropSample);
  const copied = sampleIds(records.slice(0, labelledCount), compressedSample);
  const cropDims = cropsPerImage * dims;
  const whole = new Float32Array(records.length * dims);
  const crops = new Float32Array(sampled.size * cropDims);
  const compressedPairs = new Float32Array(copied.size * 2 * dims);
  let crop = 0;
  let pair = 0;
  records.forEach(({ id }, i) => {
    const set = sets.find(({ rowOf }) => rowOf.has(id));
    if (set === undefined) throw new RangeError(`selectDescriptions: image ${id} is not described`);
    const row = set.rowOf.get(id) as number;
    whole.set(set.descriptions.whole.read(row, row + 1), i * dims);
    if (sampled.has(id)) {
      const own = set.descriptions.crops.read(row * cropsPerImage, (row + 1) * cropsPerImage);
      crops.set(own, crop++ * cropDims);
    }
    if (!copied.has(id)) return;
    const described = set.descriptions.compressedPairs;
    if (described.length === 0)
      throw new RangeError(`selectDescriptions: image ${id} is described without a compressed copy`);
    compressedPairs.set(described.subarray(row * 2 * dims, (row + 1) * 2 * dims), pair++ * 2 * dims);
  });
  return {
    whole: rowsOf(whole, dims),
    crops: rowsOf(crops, dims),
    cropsPerImage,
    compressedPairs,
    failures: new Map(),
  };
}

function inMemory({ rows, dims, read }: RowSource): RowSource {
  return rowsOf(read(0, rows), dims);
}
