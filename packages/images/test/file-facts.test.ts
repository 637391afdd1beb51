import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { describeProfile } from '../src/color-profile.js';
import { readHeader } from '../src/decode-image.js';
import { readFileFacts } from '../src/file-facts.js';
import { NO_FACTS } from '../src/index.js';
import { encodePng, makeImage, PNG_COLOR } from './temporary-images.js';

const factsOf = async (bytes: Buffer) => readFileFacts(bytes, await readHeader(bytes));
const image = () => makeImage(40, 36);

describe('readFileFacts()', () => {
  test('reads process, quality, subsampling and metadata of JPEG', async () => {
    const plain = await image().jpeg({ quality: 77 }).toBuffer();
    expect(await factsOf(plain)).toEqual({
      size: '40x36',
      encoding: 'baseline',
      jpegQuality: '77',
      chroma: '4:2:0',
      colorProfile: 'none',
      metadata: 'none',
    });
    const rich = image()
      .withExif({ IFD0: { Software: 'x' } })
      .withIccProfile('p3');
    const file = await rich.jpeg({ quality: 92, progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();
    expect(await factsOf(file)).toMatchObject({
      encoding: 'progressive',
      jpegQuality: '92',
      chroma: '4:4:4',
      colorProfile: expect.stringMatching(/P3/),
      metadata: 'Exif, ICC_PROFILE',
    });
    const mozjpeg = await factsOf(await image().jpeg({ quality: 75, mozjpeg: true }).toBuffer());
    expect(mozjpeg.jpegQuality).toMatch(/^custom:[0-9a-f]{8}$/);
    const gray = await factsOf(await image().toColourspace('b-w').jpeg({ quality: 60 }).toBuffer());
    expect(gray).toMatchObject({ jpegQuality: '60', chroma: 'gray' });
    const cmyk = await factsOf(await image().toColourspace('cmyk').jpeg({ quality: 60 }).toBuffer());
    expect(cmyk).toMatchObject({ jpegQuality: '60', chroma: '1x1 1x1 1x1 1x1' });
  });

  test('reads the subsampling from the factors of the frame header', () => {
    const chromaOf = (luma: number, blue: number, red: number) => {
      // 8 bits, 1 × 1 pixel, three components of table 0.
      const frame = [8, 0, 1, 0, 1, 3, 1, luma, 0, 2, blue, 0, 3, red, 0];
      const bytes = Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, ...frame, 0xff, 0xda, 0, 2]);
      return readFileFacts(bytes, { width: 1, height: 1, format: 'jpeg', profile: null }).chroma;
    };
    expect(chromaOf(0x22, 0x11, 0x11)).toBe('4:2:0');
    expect(chromaOf(0x21, 0x11, 0x11)).toBe('4:2:2');
    expect(chromaOf(0x12, 0x11, 0x11)).toBe('4:4:0');
    expect(chromaOf(0x41, 0x11, 0x11)).toBe('4:1:1');
    // Equal factors are no subsampling, however large.
    expect(chromaOf(0x22, 0x22, 0x22)).toBe('4:4:4');
    expect(chromaOf(0x22, 0x11, 0x21)).toBe('2x2 1x1 2x1');
    expect(chromaOf(0x11, 0, 0)).toBe('1x1 0x0 0x0');
  });

  test('reads bit depth, color type, interlace and the names of chunks of PNG', async () => {
    const rows = (length: number) => new Uint8Array(length);
    const gray = encodePng({ width: 1, height: 1, bits: 16, color: PNG_COLOR.gray, rows: rows(3) });
    expect(await factsOf(gray)).toMatchObject({
      size: '1x1',
      encoding: 'gray16',
      metadata: 'none',
      chroma: '',
    });
    const rgba = encodePng({ width: 1, height: 1, bits: 8, color: PNG_COLOR.rgba, rows: rows(5) });
    const text = Buffer.from('\0\0\0\u0007tEXtkey\0abc----', 'latin1');
    const withText = Buffer.concat([rgba.subarray(0, 33), text, text, rgba.subarray(33)]);
    const header = { width: 1, height: 1, format: 'png', profile: null };
    expect(readFileFacts(withText, header)).toMatchObject({ encoding: 'rgba8', metadata: 'tEXt:key' });
    const palette = await image().png({ palette: true, progressive: true }).toBuffer();
    expect((await factsOf(palette)).encoding).toBe('palette8 interlaced');
    const tagged = await image().withIccProfile('srgb').png().toBuffer();
    expect(await factsOf(tagged)).toMatchObject({
      colorProfile: expect.stringMatching(/sRGB/i),
      metadata: 'iCCP, pHYs',
    });
  });

  test('tells lossy from lossless WebP, also with metadata before', async () => {
    const lossy = await image().webp().toBuffer();
    const lossless = await image()
      .withExif({ IFD0: { Software: 'x' } })
      .webp({ lossless: true })
      .toBuffer();
    expect(await factsOf(lossy)).toMatchObject({ encoding: 'lossy', metadata: 'none', jpegQuality: '' });
    expect(await factsOf(lossless)).toMatchObject({ encoding: 'lossless', metadata: 'EXIF' });
  });

  test('knows size and profile alone of other formats', async () => {
    const tiff = await image().tiff().toBuffer();
    expect(await factsOf(tiff)).toEqual({ ...NO_FACTS, size: '40x36', colorProfile: 'none' });
  });

  test('gives plain lines for whatever bytes, cut off or changed', async () => {
    const rich = () =>
      image()
        .withExif({ IFD0: { Software: 'x' } })
        .withIccProfile('p3');
    const files = {
      jpeg: await rich().jpeg().toBuffer(),
      png: await rich().png().toBuffer(),
      webp: await rich().webp().toBuffer(),
    };
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (const [format, file] of Object.entries(files)) {
      const profile = (await sharp(file).metadata()).icc as Buffer;
      const change = (bytes: Buffer) => {
        const changed = Buffer.from(bytes.subarray(0, random(2) ? bytes.length : random(bytes.length)));
        const reach = Math.min(changed.length, 700);
        for (let i = random(20); i > 0 && reach > 0; i--) changed[random(reach)] = random(256);
        return changed;
      };
      for (let i = 0; i < 2000; i++) {
        const header = { width: 40, height: 36, format, profile: change(profile) };
        const facts = Object.values(readFileFacts(change(file), header)).join('\n');
        expect(facts).toMatch(/^[ -~\n]{0,2000}$/);
      }
    }
  });
});

describe('describeProfile()', () => {
  /** A profile of one tag, which begins at byte 144. */
  const profileOf = (tag: Buffer, offset = 144) => {
    const head = Buffer.alloc(144);
    head.writeUInt32BE(1, 128);
    head.write('desc', 132, 'latin1');
    head.writeUInt32BE(offset, 136);
    head.writeUInt32BE(tag.length, 140);
    return Buffer.concat([head, tag]);
  };
  const numbers = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => void bytes.writeUInt32BE(value, 4 * i));
    return bytes;
  };

  test('reads the description of both versions of the format', () => {
    const second = Buffer.concat([Buffer.from('desc\0\0\0\0'), numbers(5), Buffer.from('Mine\0')]);
    expect(describeProfile(profileOf(second))).toBe('Mine');
    // One record of 12 bytes: English, 8 bytes of text at 28.
    const text = Buffer.from('Mine', 'utf16le').swap16();
    const fourth = Buffer.concat([
      Buffer.from('mluc\0\0\0\0'),
      numbers(1, 12),
      Buffer.from('enUS'),
      numbers(8, 28),
      text,
    ]);
    expect(describeProfile(profileOf(fourth))).toBe('Mine');
  });

  test('makes one plain line of it', () => {
    const tag = Buffer.concat([Buffer.from('desc\0\0\0\0'), numbers(5), Buffer.from('a\nbé\0', 'latin1')]);
    expect(describeProfile(profileOf(tag))).toBe('a?b?');
  });

  test('names a profile without a description by its digest, and no profile "none"', () => {
    expect(describeProfile(null)).toBe('none');
    const broken = [
      Buffer.from('x'),
      profileOf(Buffer.from('desc'), 2 ** 32 - 1),
      profileOf(Buffer.from('mluc')),
    ];
    for (const profile of broken) expect(describeProfile(profile)).toMatch(/^icc:[0-9a-f]{8}$/);
    expect(new Set(broken.map(describeProfile)).size).toBe(3);
  });
});
