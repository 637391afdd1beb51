import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSpectrumCollector } from '@ganscout/extractor';
import { decodeImage, encodePng, type RgbImage, unopenedRecord } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';
import { digestOf } from '@ganscout/storage';
import { afterAll, expect, test } from 'vitest';
import type { ReadableImage } from '../../src/gather/checked-file.js';
import { readPictures } from '../../src/gather/read-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'ganscout-pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An image of noise in a file, as a case knows it. */
async function plant(
  name: string,
  width: number,
  height: number,
): Promise<{ readonly pixels: RgbImage; readonly viewed: ReadableImage & { readonly file: string } }> {
  const random = createRandom(1, name);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  const pixels = { width, height, data };
  const bytes = await encodePng(pixels);
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return { pixels, viewed: { id: digestOf(bytes), path: `given/${name}`, file, width, height, patch: null } };
}

const shown = (image: ReadableImage) => ({ image, isShown: true, collectors: [] });

/** Pixels of a PNG, which must be of 8 bits (byte 24) in red, green and blue (color type 2, byte 25). */
async function pixelsOf(png: Uint8Array | undefined): Promise<RgbImage> {
  const bytes = png as Uint8Array;
  expect([...bytes.subarray(24, 26)]).toEqual([8, 2]);
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  const file = join(folder, `${digestOf(bytes)}.png`);
  writeFileSync(file, bytes);
  return decodeImage({
    ...unopenedRecord({ id: '', path: '', file, source: null, group: null }),
    width,
    height,
  });
}

test('a small image is shown whole, a large one cut around its center, pixel by pixel', async () => {
  const small = await plant('small.png', 20, 30);
  const large = await plant('large.png', 41, 30);
  const { pictures, cutFrom, problems } = await readPictures([shown(small.viewed), shown(large.viewed)], 32);
  expect(problems).toEqual([]);
  const whole = await pixelsOf(pictures.get(small.viewed.id)?.png);
  expect([whole.width, whole.height]).toEqual([20, 30]);
  expect(Buffer.compare(whole.data, small.pixels.data)).toBe(0);
  const cut = await pixelsOf(pictures.get(large.viewed.id)?.png);
  expect([cut.width, cut.height]).toEqual([32, 30]);
  // (41 - 32) / 2 is 4.5: the cut begins at column 4.
  for (const [x, y] of [
    [0, 0],
    [31, 29],
    [7, 13],
  ] as const) {
    const from = (y * 41 + x + 4) * 3;
    expect([...cut.data.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)]).toEqual([
      ...large.pixels.data.subarray(from, from + 3),
    ]);
  }
  expect([...cutFrom]).toEqual([[large.viewed.id, '41 × 30']]);
  expect(pictures.get(large.viewed.id)?.alt).toBe('center of the 41 × 30 image given/large.png');
});

test('a patch is cut where it lies', async () => {
  const { pixels, viewed } = await plant('patched.png', 24, 24);
  const patch = { x: 5, y: 7, width: 8, height: 8 };
  const image = { ...viewed, id: `${viewed.id}#5,7,8,8`, patch };
  const { pictures } = await readPictures([shown(image)], 32);
  const cut = await pixelsOf(pictures.get(image.id)?.png);
  expect([cut.width, cut.height]).toEqual([8, 8]);
  const from = (7 * 24 + 5) * 3;
  expect([...cut.data.subarray(0, 24)]).toEqual([...pixels.data.subarray(from, from + 24)]);
});

test('files that are gone or changed are told, and the others shown', async () => {
  const gone = await plant('gone.png', 16, 16);
  const changed = await plant('changed.png', 16, 16);
  const kept = await plant('kept.png', 16, 16);
  unlinkSync(gone.viewed.file);
  await plant('other.png', 16, 16).then(({ pixels }) =>
    encodePng(pixels).then((bytes) => writeFileSync(changed.viewed.file, bytes)),
  );
  const none = { ...kept.viewed, id: 'x', path: 'features', file: null };
  const wanted = [none, gone.viewed, changed.viewed, kept.viewed].map(shown);
  const { pictures, problems } = await readPictures(wanted, 32);
  expect([...pictures.keys()]).toEqual([kept.viewed.id]);
  expect(problems).toEqual([
    { path: 'features', reason: 'the case was made from features and has no image files' },
    { path: 'given/changed.png', reason: 'the file has changed since it was studied' },
    { path: 'given/gone.png', reason: 'the file is gone or cannot be read' },
  ]);
});

test('what is averaged does not depend on the order of the wishes', async () => {
  const images = await Promise.all([1, 2, 3].map((i) => plant(`noise-${i}.png`, 32, 32)));
  const average = async (order: readonly number[]) => {
    const collector = createSpectrumCollector(32, 1);
    const wanted = order.map((i) => {
      const { viewed } = images[i] as (typeof images)[number];
      return { image: viewed, isShown: false, collectors: [collector] };
    });
    const { pictures } = await readPictures(wanted, 32);
    expect(pictures.size).toBe(0);
    return collector.result();
  };
  const first = await average([0, 1, 2]);
  expect(first?.images).toBe(3);
  expect(await average([2, 0, 1])).toEqual(first);
});
