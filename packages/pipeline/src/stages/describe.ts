import { decodeNpy, encodeNpy, type ImageId, readNpy } from '@ganscout/data-model';
import {
  createDescriber,
  cropCount,
  DESCRIPTOR_DIMS,
  type Describer,
  type DescriptorOptions,
  type ImageDescription,
  type RowSource,
} from '@ganscout/extractor';
import { compressedCopy, type ImageRecord, type RgbImage } from '@ganscout/images';
import { digestOf } from '@ganscout/storage';
import { byDigest } from '../by-digest.js';
import { type DescribeContext, describeEach, type EachOutcome } from '../describe-each.js';
import type { StageOutput, StageWriter } from '../stage-store.js';

/** Descriptors of a run's images, of D values. */
export interface Descriptions {
  /** N rows, the images that could be decoded, in the order of the records. */
  readonly whole: RowSource;
  /** M · C rows, crops of a sample of the images, image by image; M = 0 if none was asked for. */
  readonly crops: RowSource;
  readonly cropsPerImage: number;
  /** P × 2 × D, a sample of the images, each beside its compressed copy; P = 0 if none was asked for. */
  readonly compressedPairs: Float32Array;
  /** Why an image could not be decoded, by its id. */
  readonly failures: ReadonlyMap<ImageId, string>;
}

/** Of which images more than the whole is described. */
export interface DescribeSamples {
  /** Images whose crops are kept, at the most. */
  readonly cropSample: number;
  /** Labelled images of which a compressed copy is described too, at the most. */
  readonly compressedSample: number;
  /** Records that are labelled: these many from the first. */
  readonly labelledCount: number;
}

/** The images of which more than the whole is described. */
export interface DescribeChoice {
  /** Images whose crops are kept. */
  readonly cropped: ReadonlySet<ImageId>;
  /** Images of which a compressed copy is described too. */
  readonly copied: ReadonlySet<ImageId>;
}

export interface DescribeOptions extends DescribeSamples {
  readonly descriptor: DescriptorOptions;
}

/** What describes images, by the descriptor or a frozen network. */
export interface ImageDescriber extends Pick<Describer, 'describe' | 'close'> {
  /** D. */
  readonly dims: number;
  /** C; an image that is too small for crops has none all the same. */
  readonly cropsPerImage: number;
}

/** Images in one file: what an interruption can lose. */
const PART_SIZE = 256;
/** Quality of the compressed copies: from the first to the second, as nobody knows that of the images under study. */
const QUALITIES = [60, 95] as const;

/**
 * Decodes and describes images in parts, each kept as soon as it is done: an interrupted stage goes on with the next.
 *
 * @param records of status ok, known ones first.
 */
export async function describeStage(
  records: readonly ImageRecord[],
  { descriptor, ...samples }: DescribeOptions,
  writer: StageWriter,
  context: DescribeContext,
): Promise<void> {
  const describer = createDescriber(descriptor, { threads: context.threads });
  const method = { ...describer, dims: DESCRIPTOR_DIMS, cropsPerImage: cropCount(descriptor) };
  try {
    await describeBy(method, records, chooseSamples(records, samples), writer, context);
  } finally {
    await describer.close();
  }
}

/** Takes the samples from the records, by the digests of their ids. */
export function chooseSamples(
  records: readonly ImageRecord[],
  { cropSample, compressedSample, labelledCount }: DescribeSamples,
): DescribeChoice {
  return {
    cropped: sampleIds(records, cropSample),
    copied: sampleIds(records.slice(0, labelledCount), compressedSample),
  };
}

/** Describes as {@link describeStage}, by whatever describes images, which is left open. */
export async function describeBy(
  describer: Omit<ImageDescriber, 'close'>,
  records: readonly ImageRecord[],
  choice: DescribeChoice,
  writer: Pick<StageWriter, 'has' | 'write'>,
  context: DescribeContext,
): Promise<void> {
  const parts = Math.ceil(records.length / PART_SIZE);
  for (let part = 0; part < parts; part++) {
    const start = part * PART_SIZE;
    const members = records.slice(start, start + PART_SIZE);
    if (!writer.has(partName('whole', part))) {
      const onProgress = (done: number) => context.onProgress(start + done);
      const described = await describeEach(members, { ...context, onProgress }, (image, { id }) =>
        describeImage(id, image, choice.copied.has(id), describer.describe),
      );
      writePart(writer, part, described, choice.cropped, describer);
    }
    context.onProgress(start + members.length);
  }
}

/** Opens what {@link describeStage} wrote. Descriptors of images and crops stay on disk, and one part of them in memory. */
export function readDescriptions(output: StageOutput, cropsPerImage: number): Descriptions {
  const compressedPairs: Float32Array[] = [];
  const failures = new Map<ImageId, string>();
  for (let part = 0; output.has(partName('whole', part)); part++) {
    compressedPairs.push(decodeNpy(output.read(partName('compressed', part))).data as Float32Array);
    const failed = JSON.parse(new TextDecoder().decode(output.read(failedName(part))));
    for (const [id, reason] of failed) failures.set(id, reason);
  }
  return {
    whole: rowsInParts(output, 'whole'),
    crops: rowsInParts(output, 'crops'),
    cropsPerImage,
    compressedPairs: joined(compressedPairs),
    failures,
  };
}

/** The rows of all parts, one part after the other. */
function rowsInParts(output: StageOutput, kind: 'whole' | 'crops'): RowSource {
  let dims = 0;
  let held: { part: number; data: Float32Array } | null = null;
  const open = (part: number): Float32Array => {
    if (held?.part !== part) {
      const { shape, data } = readNpy(output.read(partName(kind, part)));
      dims = shape.at(-1) as number;
      held = { part, data: data as Float32Array };
    }
    return held.data;
  };
  const starts = [0];
  for (let part = 0; output.has(partName(kind, part)); part++) {
    const { length } = open(part);
    starts.push((starts[part] as number) + length / dims);
  }
  const rows = starts.at(-1) as number;
  const read = (from: number, to: number): Float32Array => {
    const result = new Float32Array((to - from) * dims);
    for (let at = from, part = partAt(starts, from); at < to; part++) {
      const start = starts[part] as number;
      const end = Math.min(to, starts[part + 1] as number);
      result.set(open(part).subarray((at - start) * dims, (end - start) * dims), (at - from) * dims);
      at = end;
    }
    return result;
  };
  return { rows, dims, read };
}

/** The last part that begins at the row or before, by bisection. @param starts ascending, from 0. */
function partAt(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= row) low = middle;
    else high = middle;
  }
  return low;
}

interface DescribedImage extends ImageDescription {
  /** D, the whole compressed copy; null if the image was to have none. */
  readonly copy: Float32Array | null;
}

type Describe = (id: string, image: RgbImage) => Promise<ImageDescription>;

/** Describes the image, then its copy, so that images that wait for a thread have no copy in memory yet. */
async function describeImage(
  id: ImageId,
  image: RgbImage,
  isCopied: boolean,
  describe: Describe,
): Promise<DescribedImage> {
  const description = await describe(id, image);
  if (!isCopied) return { ...description, copy: null };
  const copy = await compressedCopy(image, copyQuality(id));
  // Of an image too long for JPEG the copy is the image itself, which says nothing of compression.
  return { ...description, copy: copy === null ? description.whole : (await describe(id, copy)).whole };
}

function writePart(
  writer: Pick<StageWriter, 'write'>,
  part: number,
  outcomes: readonly EachOutcome<DescribedImage>[],
  sampled: ReadonlySet<ImageId>,
  { dims, cropsPerImage }: Pick<ImageDescriber, 'dims' | 'cropsPerImage'>,
): void {
  const whole: Float32Array[] = [];
  const crops: Float32Array[] = [];
  const compressedPairs: Float32Array[] = [];
  const failed: [ImageId, string][] = [];
  for (const { record, value: described, reason } of outcomes) {
    const { id } = record;
    if (described === null) {
      failed.push([id, reason]);
      continue;
    }
    whole.push(described.whole);
    if (sampled.has(id) && described.crops.length > 0) crops.push(described.crops);
    if (described.copy !== null) compressedPairs.push(described.whole, described.copy);
  }
  const encode = (rows: Float32Array[], shape: number[]) =>
    encodeNpy({ shape: [rows.length, ...shape], data: joined(rows) });
  const pairs = { shape: [compressedPairs.length / 2, 2, dims], data: joined(compressedPairs) };
  writer.write(partName('crops', part), encode(crops, [cropsPerImage, dims]));
  writer.write(partName('compressed', part), encodeNpy(pairs));
  writer.write(failedName(part), `${JSON.stringify(failed)}\n`);
  // The part counts as done once this file is there.
  writer.write(partName('whole', part), encode(whole, [dims]));
}

/** Chooses by the digest of the id, so that the choice does not depend on order or names. */
export function sampleIds(records: readonly Pick<ImageRecord, 'id'>[], count: number): Set<ImageId> {
  const ids = records.map(({ id }) => id);
  // Of none or of all there is nothing to choose, and digests cost time.
  if (count === 0 || count >= ids.length) return new Set(ids.slice(0, count));
  const chosen = byDigest(ids, [...ids.keys()]).slice(0, count);
  return new Set(chosen.map((row) => ids[row] as ImageId));
}

/** Chosen by the digest of the id, so that the copies stand for many qualities and are the same in every run. */
function copyQuality(id: ImageId): number {
  const [lowest, highest] = QUALITIES;
  return lowest + (Number.parseInt(digestOf(`quality ${id}`).slice(0, 8), 16) % (highest - lowest + 1));
}

function partName(kind: 'whole' | 'crops' | 'compressed', part: number): string {
  return `${kind}-${String(part).padStart(5, '0')}.npy`;
}

function failedName(part: number): string {
  return `failed-${String(part).padStart(5, '0')}.json`;
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    result.set(array, offset);
    offset += array.length;
  }
  return result;
}
