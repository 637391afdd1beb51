import { readFile } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { cutPatch } from './cut-patches.js';
import type { ImageRecord, RgbImage } from './image-record.js';
import { DecodeError, describeFailure } from './input-error.js';

/** What the first bytes of an image file say. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** Embedded ICC profile. */
  readonly profile: Uint8Array | null;
}

/** What the library says when its words were wiped out. */
const WORDS_LOST = 'Unknown error';
/** Readings of a broken file until its words are given up. */
const ATTEMPTS = 20;

const FORMATS: Readonly<Record<string, string>> = {
  avif: 'AVIF',
  gif: 'GIF',
  jpeg: 'JPEG',
  png: 'PNG',
  tiff: 'TIFF',
  webp: 'WebP',
};
const READABLE = 'JPEG, PNG, WebP, TIFF, GIF and AVIF are read';

/**
 * Reads the header of an image file.
 *
 * @param bytes the whole file.
 * @throws {DecodeError} if the bytes are no image of a format that is read, or its samples have neither 8 nor 16 bits.
 */
export async function readHeader(bytes: Buffer): Promise<ImageHeader> {
  if (bytes.length === 0) throw new DecodeError('the file is empty');
  limitDecoder();
  const read = () => sharp(bytes, { limitInputPixels: false }).metadata();
  let found: Metadata;
  try {
    found = await read();
  } catch (error) {
    throw new DecodeError(explainFormat(bytes, await wordsOf(error, read)));
  }
  const format = found.format === 'heif' && found.compression === 'av1' ? 'avif' : found.format;
  if (FORMATS[format] === undefined) throw new DecodeError(`the format is ${format}, but only ${READABLE}`);
  if (found.depth !== 'uchar' && found.depth !== 'ushort') {
    throw new DecodeError(
      `samples must be integers of 8 or 16 bits, the file has samples of type ${found.depth}`,
    );
  }
  return { width: found.width, height: found.height, format, profile: found.icc ?? null };
}

/**
 * Decodes an image file to the pixels it stores.
 *
 * Nothing is resampled, rotated (the EXIF orientation is not applied) or color-managed (an embedded profile is not
 * applied), since each would change the traces of the generator. Gray is copied to the three channels, alpha is
 * dropped without blending, 16-bit samples are divided by 257 and rounded, CMYK is converted to sRGB. Of several
 * pages or frames the first is read.
 *
 * @param bytes the whole file.
 * @throws {DecodeError} if the data are cut off or broken. JPEG has no checksum: bytes changed inside its data decode
 *   to other pixels, and nobody can tell.
 */
export async function decodePixels(bytes: Buffer): Promise<RgbImage> {
  limitDecoder();
  try {
    return await decodeSamples(bytes);
  } catch (error) {
    const words = await wordsOf(error, () => decodeSamples(bytes));
    throw new DecodeError(`decoding failed, the data are cut off or broken: ${words}`);
  }
}

async function decodeSamples(bytes: Buffer): Promise<RgbImage> {
  const input = sharp(bytes, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: false,
    sequentialRead: true,
  });
  const isDeep = (await input.metadata()).depth === 'ushort';
  const output = isDeep ? input.toColourspace('rgb16').raw({ depth: 'ushort' }) : input.raw();
  const { data, info } = await output.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const samples = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  if (!isDeep && channels === 3)
    return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  return { width, height, data: toRgb(samples, width * height, channels, isDeep ? 257 : 1) };
}

/**
 * Decodes the image of a record, or its patch, as `decodePixels` says.
 *
 * @param record of status ok.
 * @throws {DecodeError} if the file cannot be read or decoded, or has changed its size since it was inspected.
 */
export async function decodeImage(record: ImageRecord): Promise<RgbImage> {
  const whole = await decodeFile(record);
  return record.patch === null ? whole : cutPatch(whole, record.patch);
}

/** Decodes the whole image of a record; throws as `decodeImage`. */
export async function decodeFile(record: Pick<ImageRecord, 'file' | 'width' | 'height'>): Promise<RgbImage> {
  let bytes: Buffer;
  try {
    bytes = await readFile(record.file);
  } catch (error) {
    throw new DecodeError(describeFailure(error));
  }
  const image = await decodePixels(bytes);
  if (image.width !== record.width || image.height !== record.height) {
    throw new DecodeError(
      `the file has changed: it was ${record.width} × ${record.height}, it is ${image.width} × ${image.height}`,
    );
  }
  return image;
}

/** One thread a file, since several files are decoded at once, and no cache, since each is decoded once. */
function limitDecoder(): void {
  sharp.concurrency(1);
  sharp.cache(false);
}

function toRgb(samples: ArrayLike<number>, pixels: number, channels: number, divisor: number): Uint8Array {
  const data = new Uint8Array(pixels * 3);
  const isGray = channels < 3;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      const sample = samples[i * channels + (isGray ? 0 : c)] as number;
      data[i * 3 + c] = Math.round(sample / divisor);
    }
  }
  return data;
}

function explainFormat(bytes: Buffer, message: string): string {
  if (bytes.toString('latin1', 0, 2) === 'BM') {
    return `BMP is not read by this installation, only ${READABLE}; convert it to PNG, which keeps the pixels`;
  }
  if (!message.includes('unsupported image format')) return `the header is broken: ${message}`;
  const start = JSON.stringify(bytes.toString('latin1', 0, 12).replaceAll(/[^ -~]/g, '·'));
  return `not an image, or cut off; ${READABLE}, and the file begins with ${start}`;
}

/**
 * What the library says of a failure. It keeps its words in one place for all threads, and an image that ends at the same
 * moment wipes them out: then the file is read again, so that a file has the same words in every run.
 */
async function wordsOf(error: unknown, again: () => Promise<unknown>): Promise<string> {
  let words = firstLine(error);
  for (let attempt = 0; attempt < ATTEMPTS && words.includes(WORDS_LOST); attempt++) {
    await again().catch((next: unknown) => {
      words = firstLine(next);
    });
  }
  return words;
}

function firstLine(error: unknown): string {
  return describeFailure(error).split('\n', 1)[0] as string;
}
