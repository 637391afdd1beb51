import type { ImageId } from '@ganscout/data-model';
import { type FileFacts, NO_FACTS } from './file-facts.js';

/**
 * What became of an input.
 *
 *   ok          it can be used
 *   unreadable  no pixels can be had from it
 *   too_small   a side is shorter than the shortest that can be described
 *   duplicate   same bytes as an earlier input, or as one of the known set
 */
export type ImageStatus = 'ok' | 'unreadable' | 'too_small' | 'duplicate';

/** A part of an image, in pixels from its top left corner. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One input file, or one patch of it. */
export interface ImageRecord {
  /** SHA-256 of the file's bytes, with `#x,y,width,height` for a patch; '' if the bytes cannot be read. */
  readonly id: ImageId;
  /** As given on input. */
  readonly path: string;
  /** Absolute path, for reading. */
  readonly file: string;
  readonly source: string | null;
  /** Images of one group show the same content. Without such knowledge the file's SHA-256: its patches belong together. */
  readonly group: string | null;
  /** Size of the file. */
  readonly bytes: number;
  /** Pixels of the whole image, also for a patch; 0 if unknown. */
  readonly width: number;
  readonly height: number;
  /** `jpeg`, `png`, `webp`, `tiff`, `gif`, `avif`, or '' if unknown. */
  readonly format: string;
  /** Of the whole file, also for a patch. */
  readonly facts: FileFacts;
  readonly status: ImageStatus;
  /** Why the status is not ok; '' if it is. */
  readonly reason: string;
  /** The part to describe, or null for the whole image. */
  readonly patch: Patch | null;
}

/** The record of an image of which nothing else is known, as its file was not looked at. */
export function unopenedRecord({
  id,
  path,
  file,
  source,
  group,
}: Pick<ImageRecord, 'id' | 'path' | 'file' | 'source' | 'group'>): ImageRecord {
  // Named one by one: from a spread V8 makes objects that take 60 times as long, and more memory.
  return {
    id,
    path,
    file,
    source,
    group,
    bytes: 0,
    width: 0,
    height: 0,
    format: '',
    facts: NO_FACTS,
    status: 'ok',
    reason: '',
    patch: null,
  };
}

/** All inputs of one location, in the byte order of their paths; none is left out. */
export interface ImageSet {
  readonly records: readonly ImageRecord[];
  /** Where the sources' names come from, for people. */
  readonly labelSource: string;
  /** Input files with a source. */
  readonly labelled: number;
  /** What a person should know about the listing, one sentence each. */
  readonly warnings: readonly string[];
}

/** Pixels in red, green, blue order: channel c of the pixel at x, y is `data[(y * width + x) * 3 + c]`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Returns the set with the images that failed to decode set to unreadable, copies and patches of them included.
 *
 * @param failures reason by image id, as `readImages` met them.
 */
export function markUnreadable(set: ImageSet, failures: ReadonlyMap<ImageId, string>): ImageSet {
  const reasons = new Map([...failures].map(([id, reason]) => [fileId(id), reason]));
  const records = set.records.map((record) => {
    const reason = reasons.get(fileId(record.id));
    return reason === undefined || record.id === ''
      ? record
      : { ...record, status: 'unreadable' as const, reason };
  });
  return { ...set, records };
}

/** The digest of an image's file; the patches of one file share it. */
export function fileId(id: ImageId): string {
  const mark = id.indexOf('#');
  return mark === -1 ? id : id.slice(0, mark);
}
