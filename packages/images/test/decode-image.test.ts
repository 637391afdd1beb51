import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePixels, readHeader } from '../src/decode-image.js';
import { DecodeError } from '../src/index.js';
import {
  encodePng,
  makeImage,
  makePng,
  makeSamples,
  PNG_COLOR,
  pngChunk,
  toScanLines,
} from './temporary-images.js';

describe('decodePixels()', () => {
  test('returns the stored samples of an 8-bit RGB file, whatever lossless format holds them', async () => {
    const samples = makeSamples(40 * 36 * 3);
    const image = () => makeImage(40, 36);
    const files = [
      encodePng({ width: 40, height: 36, bits: 8, color: PNG_COLOR.rgb, rows: toScanLines(samples, 120) }),
      await image().webp({ lossless: true }).toBuffer(),
      await image().tiff({ compression: 'lzw' }).toBuffer(),
    ];
    for (const file of files) {
      const { width, height, data } = await decodePixels(file);
      expect([width, height]).toEqual([40, 36]);
      expect(Buffer.compare(data, samples)).toBe(0);
    }
  });

  test('does not apply an embedded color profile', async () => {
    const samples = makeSamples(40 * 40 * 3);
    const profile = (await sharp(await makeImage(8, 8).withIccProfile('p3').png().toBuffer()).metadata())
      .icc as Buffer;
    const file = encodePng({
      width: 40,
      height: 40,
      bits: 8,
      color: PNG_COLOR.rgb,
      rows: toScanLines(samples, 120),
      profile,
    });
    // Read without care the values do change, so the profile is one that matters.
    const managed = await sharp(file).raw().toBuffer();
    expect(Buffer.compare(managed, samples)).not.toBe(0);
    expect(Buffer.compare((await decodePixels(file)).data, samples)).toBe(0);
  });

  test('copies gray to three channels and drops alpha without blending', async () => {
    // Pixels: gray 10 of alpha 0, gray 200 of alpha 128.
    const gray = encodePng({
      width: 2,
      height: 1,
      bits: 8,
      color: PNG_COLOR.gray,
      rows: Uint8Array.of(0, 10, 200),
    });
    const grayAlpha = encodePng({
      width: 2,
      height: 1,
      bits: 8,
      color: PNG_COLOR.grayAlpha,
      rows: Uint8Array.of(0, 10, 0, 200, 128),
    });
    const rgba = encodePng({
      width: 2,
      height: 1,
      bits: 8,
      color: PNG_COLOR.rgba,
      rows: Uint8Array.of(0, 1, 2, 3, 0, 250, 9, 77, 128),
    });
    expect([...(await decodePixels(gray)).data]).toEqual([10, 10, 10, 200, 200, 200]);
    expect([...(await decodePixels(grayAlpha)).data]).toEqual([10, 10, 10, 200, 200, 200]);
    expect([...(await decodePixels(rgba)).data]).toEqual([1, 2, 3, 250, 9, 77]);
  });

  test('divides 16-bit samples by 257 and rounds', async () => {
    // 0x00ff = 255 / 257 = 0.99 -> 1; 0x8080 = 128 * 257 -> 128; 0x7fff = 127.498 -> 127; 0xfeff = 254.009 -> 254.
    const values = [0x00ff, 0x8080, 0x7fff, 0xffff, 0xfeff, 0];
    const bytes = values.flatMap((value) => [value >> 8, value & 255]);
    const rgb = encodePng({
      width: 2,
      height: 1,
      bits: 16,
      color: PNG_COLOR.rgb,
      rows: Uint8Array.of(0, ...bytes),
    });
    expect([...(await decodePixels(rgb)).data]).toEqual([1, 128, 127, 255, 254, 0]);
    const gray = encodePng({
      width: 6,
      height: 1,
      bits: 16,
      color: PNG_COLOR.gray,
      rows: Uint8Array.of(0, ...bytes),
    });
    expect([...(await decodePixels(gray)).data]).toEqual(
      [1, 128, 127, 255, 254, 0].flatMap((value) => [value, value, value]),
    );
    const alpha = encodePng({
      width: 1,
      height: 1,
      bits: 16,
      color: PNG_COLOR.rgba,
      rows: Uint8Array.of(0, ...bytes.slice(0, 6), 0, 0),
    });
    expect([...(await decodePixels(alpha)).data]).toEqual([1, 128, 127]);
  });

  test('does not rotate by the EXIF orientation', async () => {
    const plain = await makeImage(40, 50).jpeg().toBuffer();
    const turned = await makeImage(40, 50).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const expected = await decodePixels(plain);
    expect([expected.width, expected.height]).toEqual([40, 50]);
    expect(await decodePixels(turned)).toEqual(expected);
    expect(await readHeader(turned)).toMatchObject({ width: 40, height: 50, format: 'jpeg' });
  });

  test('reads the first of several frames', async () => {
    const frames = await sharp(makeSamples(40 * 80 * 3), {
      raw: { width: 40, height: 80, channels: 3, pageHeight: 40 },
    })
      .webp({ lossless: true })
      .toBuffer();
    expect((await sharp(frames).metadata()).pages).toBe(2);
    const { height, data } = await decodePixels(frames);
    expect(height).toBe(40);
    expect(Buffer.compare(data, makeSamples(40 * 40 * 3))).toBe(0);
  });

  test('reads a PNG whatever notes it holds, and however large', async () => {
    const file = await makePng(40, 36);
    const notes = [
      pngChunk('tEXt', Buffer.concat([Buffer.from('workflow\0'), Buffer.alloc(2 ** 24, 97)])),
      pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(2 ** 24))])),
      pngChunk('eXIf', Buffer.alloc(2 ** 23)),
    ];
    // Behind the signature and the header of 25 bytes, and before the last chunk of 12.
    const before = [file.subarray(0, 33), ...notes, file.subarray(33)];
    const behind = [file.subarray(0, -12), ...notes, file.subarray(-12)];
    for (const parts of [before, behind]) {
      expect(Buffer.compare((await decodePixels(Buffer.concat(parts))).data, makeSamples(40 * 36 * 3))).toBe(
        0,
      );
    }
    const cut = Buffer.concat([file.subarray(0, 33), notes[0]?.subarray(0, 1000) ?? Buffer.alloc(0)]);
    await expect(decodePixels(cut)).rejects.toThrow(DecodeError);
  });

  test('believes no JPEG that promises more blocks than it has bits', async () => {
    const file = await makeImage(64, 64).jpeg().toBuffer();
    const at = file.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    file.writeUInt16BE(4000, at);
    file.writeUInt16BE(4000, at + 2);
    expect(await readHeader(file)).toMatchObject({ width: 4000, height: 4000 });
    await expect(decodePixels(file)).rejects.toThrow(
      /^4000 × 4000 = 16,000,000 pixels in [\d,]+ bytes: a decompression/,
    );
  });

  test('refuses data that are cut off', async () => {
    const files = {
      png: await makePng(64, 64),
      jpeg: await makeImage(64, 64).jpeg().toBuffer(),
      progressive: await makeImage(64, 64).jpeg({ progressive: true }).toBuffer(),
    };
    for (const file of Object.values(files)) {
      for (const share of [0.3, 0.6, 0.95]) {
        const cut = file.subarray(0, Math.floor(file.length * share));
        expect(await readHeader(cut)).toMatchObject({ width: 64, height: 64 });
        await expect(decodePixels(cut)).rejects.toThrow(DecodeError);
        await expect(decodePixels(cut)).rejects.toThrow(/^decoding failed, the data are cut off or broken: /);
      }
    }
  });

  test('says the same of a broken file, whatever is decoded beside it', async () => {
    const whole = await makePng(64, 64);
    const cut = whole.subarray(0, Math.floor(whole.length / 2));
    const reasons = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const files = [cut, whole, cut, whole, cut];
      const said = await Promise.all(files.map((file) => decodePixels(file).then(String, String)));
      for (const i of [0, 2, 4]) reasons.add(said[i] as string);
    }
    expect([...reasons]).toEqual([
      'DecodeError: decoding failed, the data are cut off or broken: vipspng: libpng read error',
    ]);
  });

  test('refuses a PNG whose data were changed', async () => {
    const file = Buffer.from(await makePng(64, 64));
    file.fill(7, 4000, 4016);
    await expect(decodePixels(file)).rejects.toThrow(DecodeError);
  });
});

describe('readHeader()', () => {
  test('names the formats that are read, and they decode', async () => {
    const image = () => makeImage(40, 36);
    const cmyk = await image().toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).channels).toBe(4);
    const files = {
      jpeg: cmyk,
      png: await makePng(40, 36),
      webp: await image().webp().toBuffer(),
      tiff: await image().tiff().toBuffer(),
      gif: await image().gif().toBuffer(),
      avif: await image().avif({ effort: 0 }).toBuffer(),
    };
    for (const [format, file] of Object.entries(files)) {
      expect(await readHeader(file)).toMatchObject({ width: 40, height: 36, format, profile: null });
      expect((await decodePixels(file)).data).toHaveLength(40 * 36 * 3);
    }
  });

  test('refuses samples that are not integers of 8 or 16 bits', async () => {
    await expect(readHeader(encodeFloatTiff(8, 8))).rejects.toThrow(
      'samples must be integers of 8 or 16 bits, the file has samples of type float',
    );
  });

  test('gives a reason for what it does not read', async () => {
    const bitmap = Buffer.alloc(3126);
    bitmap.write('BM');
    await expect(readHeader(bitmap)).rejects.toThrow(/^BMP is not read by this installation, only JPEG, PNG/);
    await expect(readHeader(Buffer.alloc(0))).rejects.toThrow('the file is empty');
    await expect(readHeader(Buffer.from('hello\nworld'))).rejects.toThrow(
      /^not an image, or cut off; JPEG, .* begins with "hello·world"$/,
    );
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"></svg>');
    await expect(readHeader(drawing)).rejects.toThrow(/^not an image, .* begins with "<svg/);
    const webp = await makeImage(64, 64).webp({ lossless: true }).toBuffer();
    await expect(readHeader(webp.subarray(0, 3000))).rejects.toThrow(/^the header is broken: .*webp/);
  });
});

/** A gray TIFF with 32-bit floating-point samples, all 0, in one strip. */
function encodeFloatTiff(width: number, height: number): Buffer {
  const size = width * height * 4;
  // Tag, type (3 = 16 bits, 4 = 32 bits), value: size, bits, no compression, black is 0, strip, rows, bytes, float.
  const tags = [
    [256, 3, width],
    [257, 3, height],
    [258, 3, 32],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 3, height],
    [279, 4, size],
    [339, 3, 3],
  ] as const;
  const file = Buffer.alloc(8 + size + 2 + tags.length * 12 + 4);
  file.write('II*\0');
  file.writeUInt32LE(8 + size, 4);
  file.writeUInt16LE(tags.length, 8 + size);
  tags.forEach(([tag, type, value], i) => {
    const start = 10 + size + i * 12;
    file.writeUInt16LE(tag, start);
    file.writeUInt16LE(type, start + 2);
    file.writeUInt32LE(1, start + 4);
    file.writeUInt32LE(value, start + 8);
  });
  return file;
}
