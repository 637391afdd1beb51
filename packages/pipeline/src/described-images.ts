import type { ImageId } from '@ganscout/data-model';
import { cropCount, type DescriptorOptions, type RowSource, rowsOf } from '@ganscout/extractor';
import type { ImageRecord } from '@ganscout/images';
import { digestOf } from '@ganscout/storage';
import type { ResolvedConfig } from './config/resolve.js';
import { joinRows } from './joined-rows.js';
import { openDescriptions } from './new-images.js';
import { SOFTWARE_VERSION } from './software.js';
import { StageStore } from './stage-store.js';
import {
  type DescribeSamples,
  type Descriptions,
  describeStage,
  readDescriptions,
  sampleIds,
} from './stages/describe.js';

/** Images with their descriptors, from which several studies can take theirs. */
export interface DescribedImages {
  /** The records that could be decoded, in the order given. */
  readonly records: readonly ImageRecord[];
  /** Row of each image by its id. */
  readonly rowOf: ReadonlyMap<ImageId, number>;
  /** Place of each image among those whose crops are there, and among those beside a compressed copy. */
  readonly cropsOf: ReadonlyMap<ImageId, number>;
  readonly pairOf: ReadonlyMap<ImageId, number>;
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
  const rowOf = new Map(decoded.map(({ id }, row) => [id, row]));
  return {
    records: decoded,
    rowOf,
    cropsOf: rowOf,
    pairOf: needsCompressedCopies ? rowOf : new Map(),
    descriptions,
  };
}

/**
 * Opens what a run, or an addition to a case, keeps of its images; descriptors and crops stay on disk.
 *
 * Crops and compressed copies are kept of a sample alone: of the images whose ids have the smallest digests.
 *
 * @param directory with the folder `round-01/describe`.
 * @param records all that were given to it, with those that it could not decode: labelled ones, if any, and the others.
 * @throws {InputError} if nothing was described there.
 * @throws {RangeError} if the images that can be used are not as many as were described.
 */
export function openDescribedImages(
  directory: string,
  config: ResolvedConfig,
  {
    known,
    discovery,
  }: { readonly known: readonly ImageRecord[]; readonly discovery: readonly ImageRecord[] },
): DescribedImages {
  const descriptions = openDescriptions(directory, config);
  const { whole, crops, cropsPerImage, compressedPairs, failures } = descriptions;
  const decoded = (records: readonly ImageRecord[]) =>
    records.filter(({ status, id }) => status === 'ok' && !failures.has(id));
  const labelled = decoded(known).filter(({ source }) => source !== null);
  const records = [...labelled, ...decoded(discovery)];
  if (records.length !== whole.rows) {
    throw new RangeError(
      `openDescribedImages: ${directory} must describe the ${records.length} images given, it describes ${whole.rows}`,
    );
  }
  return {
    records,
    rowOf: new Map(records.map(({ id }, row) => [id, row])),
    cropsOf: placesOf(records, crops.rows / cropsPerImage),
    pairOf: placesOf(labelled, compressedPairs.length / (2 * Math.max(1, whole.dims))),
    descriptions,
  };
}

/** Places of the records of which a sample of `count` was taken, by their ids. */
function placesOf(records: readonly ImageRecord[], count: number): Map<ImageId, number> {
  const sampled = sampleIds(records, count);
  const ids = records.map(({ id }) => id).filter((id) => sampled.has(id));
  return new Map(ids.map((id, place) => [id, place]));
}

/**
 * Takes the descriptors of some images, and the crops of a sample of them, as a run on these images would have them.
 *
 * Rows are read where they are, so that what is on disk stays there.
 *
 * @param records in the order of the run: the known ones first.
 * @param sets each record is looked for in them in turn.
 * @param cropSample images of which crops are taken, at the most: those whose ids have the smallest digests. One whose
 *   crops are in no set goes without, as an image that is too small for crops does.
 * @param compressedSample labelled images whose compressed copies are taken, likewise, of those that have one.
 * @param failed ids of images that could not be decoded: in a run they would have had their places in the sample of crops.
 * @throws {RangeError} if no set has a record, or compressed copies are to be taken and no labelled image has one.
 */
export function selectDescriptions(
  sets: readonly DescribedImages[],
  records: readonly ImageRecord[],
  { cropSample, compressedSample, labelledCount }: DescribeSamples,
  failed: readonly ImageId[] = [],
): Descriptions {
  const { cropsPerImage } = (sets[0] as DescribedImages).descriptions;
  // A set without an image has rows of no length.
  const dims = Math.max(...sets.map(({ descriptions }) => descriptions.whole.dims));
  const sampled = sampleIds([...records, ...failed.map((id) => ({ id }))], cropSample);
  const cropped = records.filter(({ id }) => sampled.has(id) && sets.some(({ cropsOf }) => cropsOf.has(id)));
  const rowsFrom = (set: DescribedImages) => set.descriptions.whole;
  const cropsFrom = (set: DescribedImages) => set.descriptions.crops;
  return {
    whole: choose(sets, records, rowsFrom, ({ rowOf }) => rowOf, { perImage: 1, dims }),
    crops: choose(sets, cropped, cropsFrom, ({ cropsOf }) => cropsOf, { perImage: cropsPerImage, dims }),
    cropsPerImage,
    compressedPairs: selectPairs(sets, records.slice(0, labelledCount), compressedSample, dims),
    failures: new Map(),
  };
}

/**
 * The descriptors of some images, from whichever of the sets has each; rows are read where they are.
 *
 * Rows are kept in parts, of which one is held: read in the order in which images were described.
 *
 * @throws {RangeError} if no set has an image.
 */
export function joinDescriptions(sets: readonly DescribedImages[], ids: readonly ImageId[]): RowSource {
  const dims = Math.max(0, ...sets.map(({ descriptions }) => descriptions.whole.dims));
  const records = ids.map((id) => ({ id }));
  return choose(
    sets,
    records,
    ({ descriptions }) => descriptions.whole,
    ({ rowOf }) => rowOf,
    { perImage: 1, dims },
  );
}

/** Joins the rows of some images, `perImage` of each. @param placesIn where the images are in what `rowsFrom` gives. */
function choose(
  sets: readonly DescribedImages[],
  records: readonly Pick<ImageRecord, 'id'>[],
  rowsFrom: (set: DescribedImages) => RowSource,
  placesIn: (set: DescribedImages) => ReadonlyMap<ImageId, number>,
  { perImage, dims }: { readonly perImage: number; readonly dims: number },
): RowSource {
  const sourceOf = new Int32Array(records.length * perImage);
  const rowOf = new Int32Array(records.length * perImage);
  const places = sets.map(placesIn);
  records.forEach(({ id }, i) => {
    const set = places.findIndex((place) => place.has(id));
    if (set === -1) throw new RangeError(`selectDescriptions: image ${id} is not described`);
    const first = perImage * (places[set]?.get(id) as number);
    for (let row = 0; row < perImage; row++) {
      sourceOf[i * perImage + row] = set;
      rowOf[i * perImage + row] = first + row;
    }
  });
  return joinRows({ sources: sets.map(rowsFrom), sourceOf, rowOf, dims });
}

/** The pairs of a sample of the labelled images, in the order of these. */
function selectPairs(
  sets: readonly DescribedImages[],
  labelled: readonly ImageRecord[],
  compressedSample: number,
  dims: number,
): Float32Array {
  const setOf = (id: ImageId) => sets.find(({ pairOf }) => pairOf.has(id));
  const having = labelled.filter(({ id }) => setOf(id) !== undefined);
  const copied = sampleIds(having, compressedSample);
  const [first] = labelled;
  if (compressedSample > 0 && copied.size === 0 && first !== undefined)
    throw new RangeError(`selectDescriptions: image ${first.id} is described without a compressed copy`);
  const pairs = new Float32Array(copied.size * 2 * dims);
  const chosen = having.filter(({ id }) => copied.has(id));
  chosen.forEach(({ id }, i) => {
    const { pairOf, descriptions } = setOf(id) as DescribedImages;
    const place = pairOf.get(id) as number;
    pairs.set(descriptions.compressedPairs.subarray(place * 2 * dims, (place + 1) * 2 * dims), i * 2 * dims);
  });
  return pairs;
}

function inMemory({ rows, dims, read }: RowSource): RowSource {
  return rowsOf(read(0, rows), dims);
}
