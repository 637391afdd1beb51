import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll } from 'vitest';

const folders: string[] = [];
// Here and not in makeFolder(): a hook that a running test adds is never called.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder that is removed after the tests of the file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ganscout-images-'));
  folders.push(folder);
  return folder;
}

/** Writes a file, with the folders it needs. */
export function put(folder: string, path: string, content: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Samples without structure, the same ones for the same seed. */
export function makeSamples(count: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** An image of such samples, to be encoded. */
export function makeImage(width: number, height: number, seed = 1): Sharp {
  return sharp(makeSamples(width * height * 3, seed), { raw: { width, height, channels: 3 } });
}

/** A PNG of such samples. */
export function makePng(width: number, height: number, seed = 1): Promise<Buffer> {
  return makeImage(width, height, seed).png().toBuffer();
}

/** PNG color types of the specification. */
export const PNG_COLOR = { gray: 0, rgb: 2, grayAlpha: 4, rgba: 6 } as const;

/** First bytes of every PNG. */
export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What `encodePng` needs: `rows` are the bytes of all scan lines, each with a filter byte 0 before it. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 8 | 16;
  readonly color: number;
  readonly rows: Uint8Array;
  readonly profile?: Uint8Array;
}

/** Encodes a PNG by the specification alone, so that no library can have touched its values. */
export function encodePng({ width, height, bits, color, rows, profile }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, color, 0, 0, 0], 8);
  const chunks = [pngChunk('IHDR', header)];
  if (profile) chunks.push(pngChunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), deflateSync(profile)])));
  chunks.push(pngChunk('IDAT', deflateSync(rows, { level: 1 })), pngChunk('IEND', Buffer.alloc(0)));
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}

/** Puts the filter byte 0 before each scan line. */
export function toScanLines(bytes: Uint8Array, lineLength: number): Uint8Array {
  const lines = bytes.length / lineLength;
  const rows = new Uint8Array(bytes.length + lines);
  for (let i = 0; i < lines; i++)
    rows.set(bytes.subarray(i * lineLength, (i + 1) * lineLength), i * (lineLength + 1) + 1);
  return rows;
}

/** A chunk of a PNG, with its length and check sum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
