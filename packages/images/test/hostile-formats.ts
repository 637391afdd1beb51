import { deflateSync } from 'node:zlib';
import type { Expectation, HostileContent } from './hostile-images.js';
import { makeSamples, PNG_SIGNATURE, pngChunk } from './temporary-images.js';

/** Bytes that 128 MiB of zeros are compressed to: about 128 KiB. */
const INFLATING = deflateSync(Buffer.alloc(2 ** 27));

/** A block of EXIF data of a length of one's own choice, with a directory that leads back to itself. */
export function exifOf(length: number): Buffer {
  const data = Buffer.alloc(length);
  data.write('II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0', 'latin1');
  return data;
}

/** A GIF by the specification, its frames of one pixel's data each. */
export function gif(
  width: number,
  height: number,
  frames: readonly { left: number; top: number; width: number; height: number }[],
): Buffer {
  const head = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const blocks = frames.map((frame) => {
    const block = Buffer.from(',\0\0\0\0\0\0\0\0\0\x02\x02\x44\x01\0', 'latin1');
    [frame.left, frame.top, frame.width, frame.height].forEach((value, i) => {
      block.writeUInt16LE(value, 1 + 2 * i);
    });
    return block;
  });
  return Buffer.concat([head, ...blocks, Buffer.from(';')]);
}

function png(width: number, height: number, chunks: readonly Buffer[], header = [8, 2, 0, 0, 0]): Buffer {
  const sizes = Buffer.alloc(13);
  sizes.writeUInt32BE(width, 0);
  sizes.writeUInt32BE(height, 4);
  sizes.set(header, 8);
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', sizes),
    ...chunks,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** PNG files that promise, or hold, far more than their bytes. */
export function pngBombs(): HostileContent[] {
  const plain = pngChunk('IDAT', deflateSync(Buffer.alloc(64 * (1 + 64 * 3))));
  const small = (...chunks: Buffer[]) => png(64, 64, [...chunks, plain]);
  const text = (keyword: string, ...rest: Uint8Array[]) =>
    Buffer.concat([Buffer.from(keyword, 'latin1'), ...rest]);
  const lied = pngChunk('tEXt', Buffer.from('a\0b'));
  lied.writeUInt32BE(0xffffffff, 0);
  const gray = Buffer.alloc(4200 * 4201);
  for (let row = 0; row < 50; row++) gray.set(makeSamples(4200, row), row * 4201 + 1);
  const bits = (side: number) => deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))));
  const bombs: readonly [string, Buffer, Expectation][] = [
    ['65535 squared', png(65_535, 65_535, [plain]), 'refused'],
    ['2^31 squared', png(2 ** 31 - 1, 2 ** 31 - 1, [plain]), 'refused'],
    ['2^32 squared', png(2 ** 32 - 1, 2 ** 32 - 1, [plain]), 'refused'],
    ['line of 2^31', png(2 ** 31 - 1, 1, [plain]), 'refused'],
    ['0 squared', png(0, 0, [plain]), 'refused'],
    ['16384 squared of nothing', png(16_384, 16_384, [plain]), 'refused'],
    [
      '16384 squared of nothing in four deep channels',
      png(16_384, 16_384, [plain], [16, 6, 0, 0, 0]),
      'refused',
    ],
    ['6000 squared of one bit', png(6000, 6000, [pngChunk('IDAT', bits(6000))], [1, 0, 0, 0, 0]), 'refused'],
    ['4200 squared of gray', png(4200, 4200, [pngChunk('IDAT', deflateSync(gray))], [8, 0, 0, 0, 0]), 'ok'],
    [
      '4200 squared of black',
      png(4200, 4200, [pngChunk('IDAT', deflateSync(gray.fill(0)))], [8, 0, 0, 0, 0]),
      'refused',
    ],
    [
      '40000 squared of one bit',
      png(40_000, 40_000, [pngChunk('IDAT', bits(40_000))], [1, 0, 0, 0, 0]),
      'refused',
    ],
    ['too much data', png(64, 64, [pngChunk('IDAT', INFLATING)]), 'any'],
    ['profile of 128 MiB', small(pngChunk('iCCP', text('p\0\0', INFLATING))), 'any'],
    ['zTXt of 128 MiB', small(pngChunk('zTXt', text('Comment\0\0', INFLATING))), 'ok'],
    ['iTXt of 128 MiB', small(pngChunk('iTXt', text('Comment\0\x01\0\0\0', INFLATING))), 'ok'],
    [
      '100 texts of 128 MiB',
      small(...new Array(100).fill(pngChunk('zTXt', text('Comment\0\0', INFLATING)))),
      'ok',
    ],
    ['50000 texts', small(...new Array(50_000).fill(pngChunk('tEXt', Buffer.from('a\0b')))), 'ok'],
    ['text of 16 MB', small(pngChunk('tEXt', text('a\0', Buffer.alloc(2 ** 24, 97)))), 'ok'],
    ['EXIF of 8 MB', small(pngChunk('eXIf', exifOf(2 ** 23))), 'ok'],
    ['chunk of 4 GiB', small(lied), 'refused'],
    ['palette of 1000', small(pngChunk('PLTE', Buffer.alloc(3000))), 'any'],
    ['palette missing', png(64, 64, [plain], [8, 3, 0, 0, 0]), 'refused'],
    ['color of no type', png(64, 64, [plain], [8, 7, 0, 0, 0]), 'refused'],
    ['100000 empty IDAT', small(...new Array(100_000).fill(pngChunk('IDAT', Buffer.alloc(0)))), 'any'],
    [
      '10000 animation frames',
      small(
        pngChunk('acTL', Buffer.alloc(8, 1)),
        ...new Array(10_000).fill(pngChunk('fcTL', Buffer.alloc(26, 1))),
      ),
      'ok',
    ],
  ];
  return bombs.map(([name, bytes, expected]) => ({
    kind: 'PNG bomb',
    name: `PNG bomb/${name}.png`,
    bytes,
    expected,
  }));
}

type Tag = readonly [number: number, type: number, count: number, value: number];

/** A TIFF of one directory, in the order of bytes of Intel. */
function tiff(tags: readonly Tag[], next: number, data: Uint8Array = new Uint8Array()): Buffer {
  const directory = Buffer.alloc(8 + 2 + 12 * tags.length + 4);
  directory.write('II*\0\x08\0\0\0', 'latin1');
  directory.writeUInt16LE(tags.length, 8);
  for (const [i, [number, type, count, value]] of tags.entries()) {
    const at = 10 + 12 * i;
    directory.writeUInt16LE(number, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  directory.writeUInt32LE(next, directory.length - 4);
  return Buffer.concat([directory, data]);
}

/** TIFF files whose directories lead in circles, and whose sizes lie. */
export function tiffBombs(): HostileContent[] {
  const tags = (changes: Readonly<Record<number, readonly [count: number, value: number]>>): Tag[] => {
    const base: Record<number, readonly [number, number]> = {
      256: [1, 64], // width
      257: [1, 64], // height
      258: [1, 8], // bits
      259: [1, 1], // compression: none
      262: [1, 1], // 0 is black
      273: [1, 8 + 2 + 12 * 9 + 4], // where the strip is
      277: [1, 1], // samples
      278: [1, 64], // rows in the strip
      279: [1, 4096], // its length
      ...changes,
    };
    return Object.entries(base).map(([number, [count, value]]) => [Number(number), 4, count, value]);
  };
  const body = Buffer.alloc(4096, 100);
  const make = (changes: Parameters<typeof tags>[0], next = 0, data: Uint8Array = body) =>
    tiff(tags(changes), next, data);
  const bombs: readonly [string, Buffer, Expectation][] = [
    ['directory that is its own next one', make({}, 8), 'any'],
    ['next directory beyond the end', make({}, 0xfffffff0), 'any'],
    ['65535 squared', make({ 256: [1, 65_535], 257: [1, 65_535] }), 'refused'],
    ['16000 squared of nothing', make({ 256: [1, 16_000], 257: [1, 16_000] }), 'refused'],
    ['2^32 squared', make({ 256: [1, 0xffffffff], 257: [1, 0xffffffff] }), 'refused'],
    ['strip of 4 GiB', make({ 279: [1, 0xffffffff] }), 'any'],
    ['2^30 strips', make({ 273: [2 ** 30, 8], 278: [1, 1], 279: [2 ** 30, 8] }), 'refused'],
    ['65535 samples', make({ 277: [1, 65_535] }), 'refused'],
    ['255 samples', make({ 277: [1, 255] }), 'refused'],
    ['64 bits', make({ 258: [1, 64] }), 'refused'],
    ['strip of 128 MiB compressed', make({ 259: [1, 8], 279: [1, INFLATING.length] }, 0, INFLATING), 'any'],
    [
      '16384 squared compressed',
      make(
        { 256: [1, 16_384], 257: [1, 16_384], 259: [1, 8], 278: [1, 16_384], 279: [1, INFLATING.length] },
        0,
        INFLATING,
      ),
      'refused',
    ],
    ['description of 4 GiB', make({ 270: [0xffffffff, 8] }), 'any'],
    [
      'tile of 2^31',
      make({ 322: [1, 2 ** 31 - 16], 323: [1, 2 ** 31 - 16], 324: [1, 8], 325: [1, 4096] }),
      'refused',
    ],
    ['sub-directory in a circle', make({ 330: [1, 8], 34665: [1, 8] }), 'any'],
    ['no tag', tiff([], 0), 'refused'],
    ['BigTIFF cut off', Buffer.from('II+\0\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f', 'latin1'), 'refused'],
    [
      '65535 tags',
      Buffer.concat([Buffer.from('II*\0\x08\0\0\0\xff\xff', 'latin1'), Buffer.alloc(100, 1)]),
      'refused',
    ],
  ];
  return bombs.map(([name, bytes, expected]) => ({
    kind: 'TIFF bomb',
    name: `TIFF bomb/${name}.tif`,
    bytes,
    expected,
  }));
}

/** JPEG files with sizes that lie, more scans than anybody needs, and huge segments. */
export function jpegBombs(baseline: Buffer, progressive: Buffer): HostileContent[] {
  const sized = (bytes: Buffer, width: number, height: number) => {
    const copy = Buffer.from(bytes);
    let at = 2;
    while (copy[at + 1] !== 0xc0 && copy[at + 1] !== 0xc2) at += 2 + copy.readUInt16BE(at + 2);
    copy.writeUInt16BE(height, at + 5);
    copy.writeUInt16BE(width, at + 7);
    return copy;
  };
  const segment = (marker: number, data: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  };
  const insert = (...segments: Buffer[]) =>
    Buffer.concat([baseline.subarray(0, 2), ...segments, baseline.subarray(2)]);
  const lastScan = progressive.subarray(progressive.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  const scans = (bytes: Buffer, count: number) =>
    Buffer.concat([bytes.subarray(0, -2), ...new Array(count).fill(lastScan), bytes.subarray(-2)]);
  const piece = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\xff', 'latin1'), Buffer.alloc(65_000)]);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifOf(65_000)]);
  const bombs: readonly [string, Buffer, Expectation][] = [
    ['65500 squared', sized(baseline, 65_500, 65_500), 'refused'],
    ['65535 squared', sized(baseline, 65_535, 65_535), 'refused'],
    ['16000 squared of nothing', sized(baseline, 16_000, 16_000), 'refused'],
    ['16000 squared of nothing, progressive', sized(progressive, 16_000, 16_000), 'refused'],
    ['0 squared', sized(baseline, 0, 0), 'refused'],
    ['5000 scans', scans(progressive, 5000), 'any'],
    ['5000 scans of 8000 squared', scans(sized(progressive, 8000, 8000), 5000), 'refused'],
    ['300 pieces of a profile', insert(...new Array(300).fill(segment(0xe2, piece))), 'any'],
    ['200 EXIF segments', insert(...new Array(200).fill(segment(0xe1, exif))), 'any'],
    ['100000 comments', insert(...new Array(100_000).fill(segment(0xfe, Buffer.from('a')))), 'any'],
    ['segment of no length', insert(Buffer.from([0xff, 0xe1, 0, 0])), 'any'],
    [
      'tables of ones',
      insert(segment(0xc4, Buffer.alloc(400, 1)), segment(0xdb, Buffer.alloc(65, 1))),
      'any',
    ],
    ['megabyte of fill bytes', insert(Buffer.alloc(2 ** 20, 0xff)), 'any'],
    ['8 MB behind its end', Buffer.concat([baseline, Buffer.alloc(2 ** 23, 0xff)]), 'ok'],
  ];
  return bombs.map(([name, bytes, expected]) => ({
    kind: 'JPEG bomb',
    name: `JPEG bomb/${name}.jpg`,
    bytes,
    expected,
  }));
}
