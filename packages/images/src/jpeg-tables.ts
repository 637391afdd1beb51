import { createHash } from 'node:crypto';
import { readUint16 } from './plain-bytes.js';

/** A marker segment of a JPEG file. */
export interface JpegSegment {
  /** Second byte of the marker. */
  readonly marker: number;
  /** What follows the length. */
  readonly data: Uint8Array;
}

/** What the frame header says of one component. */
export interface JpegComponent {
  /** Samples across and down for each block that the frame interleaves. */
  readonly across: number;
  readonly down: number;
  /** Number of its quantization table. */
  readonly table: number;
}

interface QuantizationTable {
  /** Largest value that the table's entries could have. */
  readonly limit: number;
  /** 64 steps in zigzag order. */
  readonly steps: Uint16Array;
}

/** More segments than this before the first scan are not read. */
const MOST_SEGMENTS = 1000;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const TABLES = 0xdb;

/** The luminance table, row by row. */
const LUMINANCE = [
  [16, 11, 10, 16, 24, 40, 51, 61],
  [12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56],
  [14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77],
  [24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101],
  [72, 92, 95, 98, 112, 100, 103, 99],
].flat();

/** The chrominance table, row by row. */
const CHROMINANCE = [
  [17, 18, 24, 47],
  [18, 21, 26, 66],
  [24, 26, 56, 99],
  [47, 66, 99, 99],
].flatMap((row) => [...row, 99, 99, 99, 99]);
for (let i = CHROMINANCE.length; i < 64; i++) CHROMINANCE.push(99);

/** Position in the table, row by row, of each entry of the file. */
const ZIGZAG = zigzag();

/**
 * Lists the segments of a JPEG file before its first scan, as far as they are whole.
 *
 * Source: ITU-T T.81, B.1.
 */
export function listSegments(bytes: Uint8Array): JpegSegment[] {
  const segments: JpegSegment[] = [];
  let at = 2;
  while (at + 4 <= bytes.length && segments.length < MOST_SEGMENTS) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) break;
    const end = at + 2 + readUint16(bytes, at + 2);
    if (end < at + 4 || end > bytes.length) break;
    segments.push({ marker, data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return segments;
}

/**
 * Tells the quality setting by which a JPEG file was quantized.
 *
 * @returns `1` … `100` where every table in use is one that libjpeg makes for that setting; `custom:` and eight
 *   hexadecimal digits, the same for the same tables, where they are others; '' if a table is missing or broken.
 *
 * Source: the tables are K.1 and K.2 of ITU-T T.81; scaled as by `jpeg_quality_scaling` and `jpeg_add_quant_table` of
 * the Independent JPEG Group's library.
 */
export function estimateQuality(
  segments: readonly JpegSegment[],
  components: readonly JpegComponent[],
): string {
  const tables = readTables(segments);
  const used = [...new Set(components.map(({ table }) => table))].map((number) => tables?.get(number));
  if (used.length === 0 || used.includes(undefined)) return '';
  const [first, ...others] = used as QuantizationTable[];
  for (let quality = 1; quality <= 100; quality++) {
    const fits = (table: QuantizationTable) =>
      isScaled(table, LUMINANCE, quality) || isScaled(table, CHROMINANCE, quality);
    if (isScaled(first as QuantizationTable, LUMINANCE, quality) && others.every(fits)) {
      return String(quality);
    }
  }
  const digest = createHash('sha256');
  for (const { steps } of used as QuantizationTable[]) digest.update(`${steps.join(' ')}\n`);
  return `custom:${digest.digest('hex').slice(0, 8)}`;
}

/** The tables by their numbers, a later one in place of an earlier; null if a segment is broken. */
function readTables(segments: readonly JpegSegment[]): Map<number, QuantizationTable> | null {
  const tables = new Map<number, QuantizationTable>();
  for (const { marker, data } of segments) {
    if (marker !== TABLES) continue;
    for (let at = 0; at < data.length; ) {
      const [precision, number] = [(data[at] as number) >> 4, (data[at] as number) & 15];
      const start = at + 1;
      at = start + 64 * (precision + 1);
      if (precision > 1 || number > 3 || at > data.length) return null;
      const step = (_: unknown, i: number) =>
        precision === 0 ? (data[start + i] as number) : readUint16(data, start + 2 * i);
      const steps = Uint16Array.from({ length: 64 }, step);
      tables.set(number, { limit: precision === 0 ? 255 : 32767, steps });
    }
  }
  return tables;
}

function isScaled({ steps, limit }: QuantizationTable, base: readonly number[], quality: number): boolean {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return steps.every((step, i) => {
    const scaled = Math.floor(((base[ZIGZAG[i] as number] as number) * percent + 50) / 100);
    return step === Math.min(Math.max(scaled, 1), limit);
  });
}

/** Runs over the diagonals from the top left corner: the even ones upwards, the odd ones downwards. */
function zigzag(): number[] {
  const order: number[] = [];
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    const rows = Array.from({ length: 8 }, (_, row) => row).filter(
      (row) => diagonal - row >= 0 && diagonal - row < 8,
    );
    if (diagonal % 2 === 0) rows.reverse();
    for (const row of rows) order.push(row * 8 + diagonal - row);
  }
  return order;
}
