import type { Metadata } from 'sharp';
import { cutPatch } from './cut-patches.js';
import type { ImageRecord, RgbImage } from './image-record.js';
import { DecodeError, describeFailure } from './input-error.js';
import { loadDecoder } from './load-decoder.js';
import { withoutNotes } from './png-notes.js';
import { readRegularFile } from './read-file.js';
import { beginsAsImage } from './sniff-format.js';

/** What the first bytes of an image file say. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** Embedded ICC profile. */
  readonly profile: Uint8Array | null;
  /** Whether samples have 16 bits, not 8. */
  readonly isDeep: boolean;
}

/** A block of 64 pixels takes at least one bit of a JPEG. */
const JPEG_DENSITY = 512;
/** Pixels for each byte of a file in another format, from which on its size is not believed. */
const DENSITY = 256;
/** Pixels that may be decoded whatever they were packed in. */
const SMALL_IMAGE = 2 ** 24;

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
  if (!beginsAsImage(bytes)) throw new DecodeError(explainStart(bytes));
  const sharp = await loadDecoder();
  const image = withoutNotes(bytes);
  const read = () => sharp(image, { limitInputPixels: false }).metadata();
  let found: Metadata;
  try {
    found = await read();
  } catch (error) {
    const words = await wordsOf(error, read);
    throw new DecodeError(
      words.includes('unsupported image format') ? explainStart(bytes) : `the header is broken: ${words}`,
    );
  }
  const format = found.format === 'heif' && found.compression === 'av1' ? 'avif' : found.format;
  if (FORMATS[format] === undefined) throw new DecodeError(`the format is ${format}, but only ${READABLE}`);
  if (found.depth !== 'uchar' && found.depth !== 'ushort') {
    throw new DecodeError(
      `samples must be integers of 8 or 16 bits, the file has samples of type ${found.depth}`,
    );
  }
  return {
    width: found.width,
    height: found.height,
    format,
    profile: found.icc ?? null,
    isDeep: found.depth === 'ushort',
  };
}

/**
 * Says why a file's size is not to be believed, or '': a few bytes that promise a huge image would take memory and time for
 * nothing.
 *
 * @param bytes length of the file.
 */
export function describeDensity({ width, height, format }: ImageHeader, bytes: number): string {
  const pixels = width * height;
  const isPlausible =
    format === 'jpeg' ? pixels <= JPEG_DENSITY * bytes : pixels <= SMALL_IMAGE || pixels <= DENSITY * bytes;
  if (isPlausible) return '';
  const [product, size] = [pixels, bytes].map((value) => value.toLocaleString('en-US'));
  return `${width} × ${height} = ${product} pixels in ${size} bytes: a decompression bomb, or data that are missing`;
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
 * @throws {DecodeError} if the data are cut off, broken, or too few for the image's size. JPEG has no checksum: bytes
 *   changed inside its data decode to other pixels, and nobody can tell.
 */
export async function decodePixels(bytes: Buffer): Promise<RgbImage> {
  return decodeAs(bytes, await readHeader(bytes));
}

/** Decodes as {@link decodePixels}, an image file whose header was read. */
export async function decodeAs(bytes: Buffer, header: ImageHeader): Promise<RgbImage> {
  const problem = describeDensity(header, bytes.length);
  if (problem !== '') throw new DecodeError(problem);
  const { isDeep } = header;
  const image = withoutNotes(bytes);
  try {
    return await decodeSamples(image, isDeep);
  } catch (error) {
    const words = await wordsOf(error, () => decodeSamples(image, isDeep));
    throw new DecodeError(`decoding failed, the data are cut off or broken: ${words}`);
  }
}

async function decodeSamples(bytes: Buffer, isDeep: boolean): Promise<RgbImage> {
  const sharp = await loadDecoder();
  const input = sharp(bytes, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: false,
    sequentialRead: true,
  }).removeAlpha();
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
  const bytes = await readRegularFile(record.file);
  const header = await readHeader(bytes);
  checkSize(record, header);
  const image = await decodeAs(bytes, header);
  checkSize(record, image);
  return image;
}

type Size = Pick<RgbImage, 'width' | 'height'>;

function checkSize(before: Size, now: Size): void {
  if (now.width === before.width && now.height === before.height) return;
  throw new DecodeError(
    `the file has changed: it was ${before.width} × ${before.height}, it is ${now.width} × ${now.height}`,
  );
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

function explainStart(bytes: Buffer): string {
  if (bytes.toString('latin1', 0, 2) === 'BM') {
    return `BMP is not read by this installation, only ${READABLE}; convert it to PNG, which keeps the pixels`;
  }
  const start = JSON.stringify(bytes.toString('latin1', 0, 12).replaceAll(/[^ -~]/g, '·'));
  return `not an image, or cut off; ${READABLE}, and the file begins with ${start}`;
}

/** The last of the readings that ask for words: one goes on at a time. */
let asking: Promise<unknown> = Promise.resolve();

/**
 * What the library says of a failure. It keeps its words in one place for all threads: an image that ends at the same moment
 * wipes them out, and one that fails adds its own. So the file is read again, one such file after the other, until it has the
 * same words twice: those that it has in every run.
 */
function wordsOf(error: unknown, again: () => Promise<unknown>): Promise<string> {
  const asked = asking.then(() => repeatedWords(firstLine(error), again));
  asking = asked;
  return asked;
}

async function repeatedWords(first: string, again: () => Promise<unknown>): Promise<string> {
  let words = first;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = words;
    await again().catch((next: unknown) => {
      words = firstLine(next);
    });
    if (words === before && !words.includes(WORDS_LOST)) break;
  }
  return words;
}

function firstLine(error: unknown): string {
  return describeFailure(error).split('\n', 1)[0] as string;
}
