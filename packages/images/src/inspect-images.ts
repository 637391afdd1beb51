import { createHash } from 'node:crypto';
import type { ImageId } from '@ganscout/data-model';
import { layPatches } from './cut-patches.js';
import { decodeAs, describeDensity, readHeader } from './decode-image.js';
import { type FileFacts, NO_FACTS, readFileFacts } from './file-facts.js';
import type { ImageRecord, ImageSet, ImageStatus, Patch } from './image-record.js';
import { DecodeError } from './input-error.js';
import type { ListedFile, Listing } from './listing.js';
import { mapInOrder } from './map-in-order.js';
import { readRegularFile } from './read-file.js';

/** How far a long reading has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Bytes of the files done. */
  readonly bytes: number;
}

/** How images are inspected. */
export interface InspectionOptions {
  /** Shortest side in pixels that is described; default 32. */
  readonly minimumSide?: number | undefined;
  /** Side of the patches that are cut, or null (default) for whole images. */
  readonly patchSize?: number | null | undefined;
  /** Most patches of one image, or null (default) for all. */
  readonly patchesPerImage?: number | null | undefined;
  /** Most pixels of one image; default 2^27. */
  readonly maximumPixels?: number | undefined;
  /** Files at once; default 1. */
  readonly threads?: number | undefined;
  /** Whether to decode each image, so that one with broken data is found; default false. */
  readonly verify?: boolean | undefined;
  /** Ids of images that are there already, as those of the known set: an image among them is a duplicate. */
  readonly known?: ReadonlySet<ImageId> | undefined;
  /** Where those are, for the reason; default `the known set`. */
  readonly knownAs?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULTS = { minimumSide: 32, maximumPixels: 2 ** 27, threads: 1 };

/** What one file turned out to be, before it is compared with the others. */
interface Finding {
  readonly hash: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly facts: FileFacts;
  /** '' if the file can be read. */
  readonly problem: string;
}

const NOTHING: Finding = {
  hash: '',
  bytes: 0,
  width: 0,
  height: 0,
  format: '',
  facts: NO_FACTS,
  problem: '',
};

/**
 * Opens every listed file and settles its status: identity from its bytes, size from its header.
 *
 * A file that is broken, too large or too small never ends the inspection. Without `verify` only headers are read:
 * data that are cut off are met by `readImages`, and `markUnreadable` takes note of them. The status is the first of
 * unreadable, too_small, duplicate that holds; of equal files the first in order is no duplicate. With `patchSize`, an
 * image is replaced by its patches; one with a side shorter than a patch stays whole.
 *
 * @returns records in the order of the listing, the patches of an image together.
 * @throws {RangeError} if an option is out of range. Throws the signal's reason if it is aborted.
 *
 * Cost: reads every byte once; 2 × threads files in memory.
 */
export async function inspectImages(listing: Listing, options: InspectionOptions = {}): Promise<ImageSet> {
  const { threads = DEFAULTS.threads, onProgress, signal } = options;
  checkOptions(options);
  const settle = createSettler(options);
  const records: ImageRecord[] = [];
  const total = listing.entries.length;
  let bytes = 0;
  await mapInOrder(
    listing.entries,
    { threads, signal },
    (entry) => inspectFile(entry, options),
    (finding, entry, index) => {
      records.push(...settle(entry, finding));
      bytes += finding.bytes;
      onProgress?.({ done: index + 1, total, bytes });
    },
  );
  return {
    records,
    labelSource: listing.labelSource,
    labelled: listing.labelled,
    warnings: listing.warnings,
  };
}

async function inspectFile(entry: ListedFile, options: InspectionOptions): Promise<Finding> {
  if (entry.problem !== '') return { ...NOTHING, problem: entry.problem };
  let finding = NOTHING;
  try {
    const content = await readRegularFile(entry.file);
    const hash = createHash('sha256').update(content).digest('hex');
    finding = { ...NOTHING, hash, bytes: content.length };
    const header = await readHeader(content);
    const { width, height, format } = header;
    finding = { ...finding, width, height, format, facts: readFileFacts(content, header) };
    const problem =
      describeSize(finding, options.maximumPixels ?? DEFAULTS.maximumPixels) ||
      describeDensity(header, content.length);
    if (problem === '' && options.verify) await decodeAs(content, header);
    return { ...finding, problem };
  } catch (error) {
    if (error instanceof DecodeError) return { ...finding, problem: error.message };
    throw error;
  }
}

function describeSize({ width, height }: Finding, maximumPixels: number): string {
  const pixels = width * height;
  if (pixels <= maximumPixels) return '';
  const [product, limit] = [pixels, maximumPixels].map((value) => value.toLocaleString('en-US'));
  return `${width} × ${height} = ${product} pixels, more than data.maximumPixels ${limit}; raise it to read this file`;
}

/** Returns the function that makes the records of one file, knowing those before it. */
function createSettler(options: InspectionOptions): (entry: ListedFile, finding: Finding) => ImageRecord[] {
  const {
    minimumSide = DEFAULTS.minimumSide,
    patchSize = null,
    patchesPerImage = null,
    known,
    knownAs = 'the known set',
  } = options;
  const earlier = new Map<string, ListedFile>();

  const judge = (entry: ListedFile, { hash, width, height, problem }: Finding): [ImageStatus, string] => {
    if (problem !== '') return ['unreadable', problem];
    if (Math.min(width, height) < minimumSide) {
      return ['too_small', `${width} × ${height} pixels; both sides must be at least ${minimumSide}`];
    }
    const first = earlier.get(hash);
    if (first !== undefined) return ['duplicate', describeDuplicate(entry, first)];
    earlier.set(hash, entry);
    return known?.has(hash) ? ['duplicate', `same bytes as an image of ${knownAs}`] : ['ok', ''];
  };

  return (entry, finding) => {
    const [status, reason] = judge(entry, finding);
    const { hash, bytes, width, height, format, facts } = finding;
    const { path, file, source } = entry;
    const group = entry.group ?? (hash === '' ? null : hash);
    const whole = {
      id: hash,
      path,
      file,
      source,
      group,
      bytes,
      width,
      height,
      format,
      facts,
      status,
      reason,
      patch: null,
    };
    const patches =
      status === 'ok' && patchSize !== null ? layPatches(width, height, patchSize, patchesPerImage) : [];
    if (patches.length === 0) return [whole];
    return patches.map((patch) => ({ ...whole, id: patchId(hash, patch), patch }));
  };
}

function patchId(hash: string, { x, y, width, height }: Patch): ImageId {
  return `${hash}#${x},${y},${width},${height}`;
}

function describeDuplicate(entry: ListedFile, first: ListedFile): string {
  const same = `same bytes as ${first.path}`;
  if (entry.source === first.source) return same;
  return `${same}, whose source is given as ${first.source ?? 'none'}, here as ${entry.source ?? 'none'}`;
}

function checkOptions(options: InspectionOptions): void {
  const { minimumSide = DEFAULTS.minimumSide, maximumPixels = DEFAULTS.maximumPixels } = options;
  const check = (name: string, value: number | null | undefined, least: number) => {
    if (value === null || value === undefined || (Number.isInteger(value) && value >= least)) return;
    throw new RangeError(`inspectImages: ${name} must be an integer of at least ${least}, got ${value}`);
  };
  check('minimumSide', minimumSide, 1);
  check('maximumPixels', maximumPixels, 1);
  check('patchSize', options.patchSize, minimumSide);
  check('patchesPerImage', options.patchesPerImage, 1);
}
