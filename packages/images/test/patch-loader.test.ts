import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  createPatchLoader,
  cutPatchBatch,
  type ImageRecord,
  InputError,
  inspectImages,
  layCenteredPatches,
  listDiscoveryImages,
  type PatchLoader,
  type PatchLoaderOptions,
} from '../src/index.js';
import { makeFolder, makeImage, makePng, makeSamples, put } from './temporary-images.js';

// Starting a thread takes a second or more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const open: PatchLoader[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((loader) => loader.close()));
});

const start = (records: readonly ImageRecord[], options: Partial<PatchLoaderOptions> = {}) => {
  const loader = createPatchLoader(records, { patchSize: 32, seed: 5, ...options });
  open.push(loader);
  return loader;
};

const inspect = async (folder: string, patchSize: number | null = null) =>
  (await inspectImages(await listDiscoveryImages('.', { baseDirectory: folder }), { patchSize })).records;

/** Six images of different sizes, two of them JPEG. */
async function makeRecords(): Promise<readonly ImageRecord[]> {
  const folder = makeFolder();
  for (let i = 0; i < 6; i++) {
    const image = makeImage(50 + 9 * i, 70 - 5 * i, i);
    put(folder, `${i}.${i < 2 ? 'jpg' : 'png'}`, await (i < 2 ? image.jpeg() : image.png()).toBuffer());
  }
  return inspect(folder);
}

const augmentation = {
  flipHorizontal: true,
  blur: { probability: 0.5, sigma: [0, 3] },
  jpeg: { probability: 0.5, quality: [30, 100] },
} as const;
const items = Array.from({ length: 24 }, (_, i) => ({ image: i % 6, epoch: 1, draw: Math.floor(i / 6) }));

describe('createPatchLoader()', () => {
  test('gives the same bytes whatever the threads, the cache and the order of loading', async () => {
    const records = await makeRecords();
    const length = 3 * 32 * 32;
    const whole = await start(records, { augmentation }).load(items);
    expect([whole.count, whole.patchSize, whole.data.length]).toEqual([24, 32, 24 * length]);
    const hasty = start(records, { augmentation, threads: 4, cacheBytes: 0 });
    const singly = await Promise.all(items.toReversed().map((item) => hasty.load([item])));
    const data = singly.toReversed().flatMap((batch) => [...batch.data]);
    expect(Buffer.compare(Uint8Array.from(data), whole.data)).toBe(0);
    const other = await start(records, { augmentation, seed: 6 }).load(items);
    expect(Buffer.compare(other.data, whole.data)).not.toBe(0);
  });

  test('cuts the places asked for, as they are', async () => {
    const folder = makeFolder();
    put(folder, '1.png', await makePng(80, 70, 3));
    const image = { width: 80, height: 70, data: makeSamples(80 * 70 * 3, 3) };
    const places = layCenteredPatches(80, 70, 32, null).map(({ x, y }) => ({ image: 0, x, y }));
    expect(places).toHaveLength(4);
    const batch = await start(await inspect(folder), { augmentation }).loadAt(places);
    expect(batch).toEqual(cutPatchBatch(image, layCenteredPatches(80, 70, 32, null), 32));
  });

  test('takes a record of a patch for that part of the file', async () => {
    const folder = makeFolder();
    put(folder, '1.png', await makePng(80, 80, 4));
    const records = await inspect(folder, 40);
    expect(records.map(({ patch }) => [patch?.x, patch?.y])[3]).toEqual([40, 40]);
    const loader = start(records);
    const at = (await loader.loadAt([{ image: 3, x: 5, y: 6 }])).data;
    const image = { width: 80, height: 80, data: makeSamples(80 * 80 * 3, 4) };
    expect(at).toEqual(cutPatchBatch(image, [{ x: 45, y: 46, width: 32, height: 32 }], 32).data);
    await expect(loader.loadAt([{ image: 3, x: 9, y: 0 }])).rejects.toThrow(
      'patches of side 32 must be inside 40 × 40, got one at 9, 0 of ./1.png',
    );
  });

  test('keeps pixels up to the bytes it may, and says which file has gone', async () => {
    const folder = makeFolder();
    const files = [
      put(folder, '1.png', await makePng(40, 40, 1)),
      put(folder, '2.png', await makePng(40, 40, 2)),
    ];
    const records = await inspect(folder);
    // One image has 4800 bytes.
    const loader = start(records, { cacheBytes: 5000, threads: 1 });
    const draw = (image: number) => [{ image, epoch: 0, draw: 0 }];
    const first = await loader.load([...draw(0), ...draw(1)]);
    for (const file of files) rmSync(file);
    const again = await loader.load(draw(0));
    expect(Buffer.compare(again.data, first.data.subarray(0, again.data.length))).toBe(0);
    const failed = loader.load(draw(1));
    await expect(failed).rejects.toBeInstanceOf(InputError);
    await expect(failed).rejects.toThrow(
      'Cannot load patches of ./2.png: no such file or folder (ENOENT); leave the image out',
    );
    // A failure ends the request, not the loader.
    expect((await loader.load(draw(0))).data).toEqual(again.data);
    expect((await loader.load([])).count).toBe(0);
  });

  test('lists images that are smaller than a patch', async () => {
    const folder = makeFolder();
    for (let i = 0; i < 7; i++) put(folder, `${i}.png`, await makePng(40 + i, 60, i));
    const records = await inspect(folder);
    expect(() => start(records, { patchSize: 42 })).toThrow(
      new InputError(
        'Cannot cut patches of 42 × 42 pixels from 2 of 7 images, which are smaller: ./0.png (40 × 60), ./1.png (41 × 60). Choose a smaller patch size, or leave these images out; they are not enlarged, since that would destroy the traces of the generator.',
      ),
    );
    expect(() => start(records, { patchSize: 64 })).toThrow('./4.png (44 × 60), and 2 more. Choose');
  });

  test('refuses what is out of range, and a record that is not ok', async () => {
    const records = await makeRecords();
    const loader = start(records);
    const item = { image: 0, epoch: 0, draw: 0 };
    await expect(loader.load([{ ...item, image: 6 }])).rejects.toThrow('integer in [0, 6), got 6');
    await expect(loader.load([{ ...item, epoch: -1 }])).rejects.toThrow('epoch must be');
    await expect(loader.load([{ ...item, draw: 0.5 }])).rejects.toThrow('draw must be');
    await expect(loader.loadAt([{ image: 0, x: 0.5, y: 0 }])).rejects.toThrow(RangeError);
    for (const wrong of [{ threads: 0 }, { cacheBytes: -1 }, { patchSize: 0 }, { patchSize: Number.NaN }]) {
      expect(() => start(records, wrong)).toThrow(RangeError);
    }
    const blur = { probability: 2, sigma: [0, 3] as const };
    expect(() => start(records, { augmentation: { blur } })).toThrow('blur.probability');
    const broken = { ...(records[0] as ImageRecord), status: 'unreadable' as const };
    expect(() => start([broken])).toThrow('must have the status ok, ./0.jpg is unreadable');
  });

  test('fails what is under way when it is closed, and what comes after', async () => {
    const loader = start(await makeRecords(), { augmentation });
    const batches = [loader.load(items), loader.load(items)];
    // Asked for ahead and never awaited: no unhandled rejection may come of it.
    loader.load(items);
    const closed = loader.close();
    for (const batch of batches) await expect(batch).rejects.toThrow('the patch loader is closed');
    await closed;
    await expect(loader.load(items)).rejects.toThrow('the patch loader is closed');
    await loader.close();
  });
});
