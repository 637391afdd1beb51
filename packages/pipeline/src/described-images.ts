import { cropCount, type DescriptorOptions } from '@ganscout/extractor';
import type { ImageRecord } from '@ganscout/images';
import { digestOf } from './durable-files.js';
import { SOFTWARE_VERSION } from './software.js';
import { StageStore } from './stage-store.js';
import { type Descriptions, describeStage, readDescriptions, sampleIds } from './stages/describe.js';

/** Images with their descriptors and all their crops, from which several studies can take theirs. */
export interface DescribedImages {
  /** The records that could be decoded, in the order given. */
  readonly records: readonly ImageRecord[];
  /** Row of each image by its id. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** Of all records, with the crops of every one. */
  readonly descriptions: Descriptions;
}

/** How and where images are described. */
export interface DescribeImagesSettings {
  /** Keeps the descriptors: as a run does, they are computed again only if images or options change. */
  readonly directory: string;
  readonly descriptor: DescriptorOptions;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/**
 * Describes images once for many discoveries.
 *
 * @param records those of status ok are described.
 *
 * Cost: as the stage `describe` of a run, with the crops of all images: about 52 kB an image on disk and in memory.
 */
export async function describeImages(
  records: readonly ImageRecord[],
  { directory, descriptor, threads, signal, onProgress }: DescribeImagesSettings,
): Promise<DescribedImages> {
  const usable = records.filter(({ status }) => status === 'ok');
  const store = new StageStore(directory, SOFTWARE_VERSION);
  const options = { descriptor, cropSample: usable.length };
  const images = digestOf(JSON.stringify(usable.map(({ id }) => id)));
  const key = { round: 1, stage: 'describe', options, inputs: { images } } as const;
  const output = store.state(key).kept
    ? store.open(key)
    : await store.write(key, (writer) =>
        describeStage(usable, options, writer, { threads, signal, onProgress }),
      );
  const descriptions = readDescriptions(output, cropCount(descriptor));
  const decoded = usable.filter(({ id }) => !descriptions.failures.has(id));
  return { records: decoded, rowOf: new Map(decoded.map(({ id }, row) => [id, row])), descriptions };
}

/**
 * Takes the descriptors of some images, and the crops of a sample of them, as a run on these images would have them.
 *
 * @param records in the order of the run: the known ones first.
 * @param sets each record is looked for in them in turn.
 * @param cropSample images whose crops are taken, at the most: those whose ids have the smallest digests.
 * @throws {RangeError} if no set has a record.
 */
export function selectDescriptions(
  sets: readonly DescribedImages[],
  records: readonly ImageRecord[],
  cropSample: number,
): Descriptions {
  const { dims, cropsPerImage } = (sets[0] as DescribedImages).descriptions;
  const sampled = sampleIds(records, cropSample);
  const cropDims = cropsPerImage * dims;
  const whole = new Float32Array(records.length * dims);
  const crops = new Float32Array(sampled.size * cropDims);
  let crop = 0;
  records.forEach(({ id }, i) => {
    const set = sets.find(({ rowOf }) => rowOf.has(id));
    if (set === undefined) throw new RangeError(`selectDescriptions: image ${id} is not described`);
    const row = set.rowOf.get(id) as number;
    whole.set(set.descriptions.whole.subarray(row * dims, (row + 1) * dims), i * dims);
    if (!sampled.has(id)) return;
    crops.set(set.descriptions.crops.subarray(row * cropDims, (row + 1) * cropDims), crop * cropDims);
    crop += 1;
  });
  return { dims, whole, crops, cropsPerImage, failures: new Map() };
}
