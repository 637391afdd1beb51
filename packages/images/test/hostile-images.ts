import { deflateSync } from 'node:zlib';
import { createRandom, type Random } from '@ganscout/numeric';
import type { Sharp } from 'sharp';
import { exifOf, gif, jpegBombs, pngBombs, tiffBombs } from './hostile-formats.js';
import { hostileTexts } from './hostile-texts.js';
import { makeImage } from './temporary-images.js';

/** What a program may make of a file: `any` where it may decode as well as fail. */
export type Expectation = 'ok' | 'refused' | 'any';

/** Bytes that are out to harm who reads them. */
export interface HostileContent {
  readonly kind: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: Expectation;
}

const ENCODERS: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  png: (image) => image.png(),
  jpg: (image) => image.jpeg(),
  webp: (image) => image.webp(),
  tif: (image) => image.tiff({ compression: 'lzw' }),
  gif: (image) => image.gif(),
  avif: (image) => image.avif({ effort: 0 }),
};
const TRUNCATIONS = 14;
const FLIPS = 20;
const SPLICES = 6;

/** Draws images and spoils them; the same ones for the same seed and encoders. @param server where external references lead. */
export async function hostileImages(seed: number, server: string): Promise<HostileContent[]> {
  const random = createRandom(seed, 'hostile images');
  const originals = new Map<string, Buffer>();
  for (const [i, [type, encode]] of Object.entries(ENCODERS).entries()) {
    originals.set(type, await encode(makeImage(96, 64, seed + i)).toBuffer());
  }
  const progressive = await makeImage(64, 64, seed).jpeg({ progressive: true }).toBuffer();
  return [
    ...[...originals].flatMap(([type, bytes]) => spoil(type, bytes, random)),
    ...misnamed(originals),
    ...hostileTexts(server),
    ...emptyFiles(),
    ...noise(random),
    ...pngBombs(),
    ...gifBombs(),
    ...tiffBombs(),
    ...jpegBombs(originals.get('jpg') as Buffer, progressive),
    ...containerBombs(originals),
  ];
}

/** Cuts a file off, turns bits of it over, and puts noise into it. */
function spoil(type: string, bytes: Buffer, random: Random): HostileContent[] {
  const content = (kind: string, i: number, spoiled: Uint8Array): HostileContent => ({
    kind,
    name: `${kind}/${type}-${i}.${type}`,
    bytes: spoiled,
    expected: 'any',
  });
  const cut = Array.from({ length: TRUNCATIONS }, (_, i) =>
    content(
      'truncated',
      i,
      bytes.subarray(0, 1 + Math.floor(((i + random.uniform()) / TRUNCATIONS) * (bytes.length - 1))),
    ),
  );
  const flipped = Array.from({ length: FLIPS }, (_, i) => {
    const copy = Buffer.from(bytes);
    // Half of them in the headers, where they do the most.
    const reach = i % 2 === 0 ? Math.min(200, copy.length) : copy.length;
    for (let flips = 0; flips <= i % 4; flips++) {
      const at = random.integer(reach);
      copy[at] = (copy[at] as number) ^ (1 << random.integer(8));
    }
    return content('bit flips', i, copy);
  });
  const spliced = Array.from({ length: SPLICES }, (_, i) => {
    const at = 4 + random.integer(bytes.length - 4);
    const junk = Buffer.from(Array.from({ length: 1 + random.integer(300) }, () => random.integer(256)));
    return content(
      'splices',
      i,
      Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(i % 2 ? at : at + junk.length)]),
    );
  });
  return [...cut, ...flipped, ...spliced];
}

/** Images whose names promise another format: they are what their bytes say. */
function misnamed(originals: ReadonlyMap<string, Buffer>): HostileContent[] {
  const types = [...originals.keys()];
  return types.flatMap((type, i) =>
    [1, 3].map((step) => {
      const other = types[(i + step) % types.length] as string;
      const bytes = Buffer.concat([originals.get(type) as Buffer, Buffer.from(other)]);
      return {
        kind: 'wrong extension',
        name: `wrong extension/${type} named.${other}`,
        bytes,
        expected: 'ok' as const,
      };
    }),
  );
}

function emptyFiles(): HostileContent[] {
  return [...Object.keys(ENCODERS), 'bmp', 'jpeg'].map((type) => ({
    kind: 'empty',
    name: `empty/empty.${type}`,
    bytes: new Uint8Array(),
    expected: 'refused' as const,
  }));
}

function noise(random: Random): HostileContent[] {
  return Array.from({ length: 24 }, (_, i) => ({
    kind: 'noise',
    name: `noise/${i}.${Object.keys(ENCODERS)[i % 6]}`,
    bytes: Uint8Array.from({ length: 2 ** (i % 14) }, () => random.integer(256)),
    expected: 'refused' as const,
  }));
}

function gifBombs(): HostileContent[] {
  const one = { left: 0, top: 0, width: 1, height: 1 };
  const bombs: readonly [string, Uint8Array, Expectation][] = [
    ['canvas of 65535 squared', gif(65_535, 65_535, [one]), 'any'],
    ['20000 frames', gif(64, 64, new Array(20_000).fill(one)), 'any'],
    ['2000 frames on a canvas of 4000 squared', gif(4000, 4000, new Array(2000).fill(one)), 'any'],
    [
      'frame outside of the canvas',
      gif(64, 64, [{ left: 60_000, top: 60_000, width: 5000, height: 5000 }]),
      'any',
    ],
    [
      'frame larger than the canvas',
      gif(64, 64, [{ left: 0, top: 0, width: 65_535, height: 65_535 }]),
      'refused',
    ],
    ['no frame', gif(64, 64, []), 'refused'],
    ['canvas of nothing', gif(0, 0, []), 'refused'],
  ];
  return bombs.map(([name, bytes, expected]) => ({
    kind: 'GIF bomb',
    name: `GIF bomb/${name}.gif`,
    bytes,
    expected,
  }));
}

/** Sizes and lengths in the boxes of WebP and AVIF that lie. */
function containerBombs(originals: ReadonlyMap<string, Buffer>): HostileContent[] {
  const webp = originals.get('webp') as Buffer;
  const avif = originals.get('avif') as Buffer;
  const extended = Buffer.from(
    'RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0\x02\0\0\0\xff\xff\xff\xff\xff\xff',
    'latin1',
  );
  const frame = Buffer.concat([Buffer.from('ANMF\x20\0\0\0', 'latin1'), Buffer.alloc(32)]);
  const set = (bytes: Buffer, text: string, offset: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32BE(value, copy.indexOf(text) + offset);
    return copy;
  };
  const exif = exifOf(2 ** 23);
  const bombs: readonly [string, Uint8Array, Expectation][] = [
    ['canvas of 2^24 squared.webp', extended, 'refused'],
    ['10000 empty frames.webp', Buffer.concat([extended, ...new Array(10_000).fill(frame)]), 'refused'],
    ['length of 4 GiB.webp', set(webp, 'RIFF', 4, 0xffffffff), 'any'],
    ['chunk of 4 GiB.webp', set(webp, 'VP8', 4, 0xffffffff), 'refused'],
    ['8 MB of zeros at the end.webp', Buffer.concat([webp, exif]), 'any'],
    ['size of 65536 squared.avif', set(set(avif, 'ispe', 8, 65_536), 'ispe', 12, 65_536), 'refused'],
    ['size of 16000 squared.avif', set(set(avif, 'ispe', 8, 16_000), 'ispe', 12, 16_000), 'refused'],
    ['box of 4 GiB.avif', set(avif, 'meta', -4, 0xfffffff0), 'refused'],
    ['box of no length.avif', set(avif, 'meta', -4, 0), 'any'],
    ['box of one byte.avif', set(avif, 'iloc', -4, 1), 'refused'],
    ['2^32 items.avif', set(avif, 'iinf', 4, 0xffffffff), 'refused'],
    [
      'compressed box.avif',
      Buffer.concat([avif.subarray(0, 32), deflateSync(Buffer.alloc(2 ** 20))]),
      'refused',
    ],
  ];
  return bombs.map(([name, bytes, expected]) => ({
    kind: 'WebP and AVIF bomb',
    name: `boxes/${name}`,
    bytes,
    expected,
  }));
}
