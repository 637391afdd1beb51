import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inspectImages, listDiscoveryImages, type ReadResult, readImages } from '../src/index.js';
import { mapInOrder } from '../src/map-in-order.js';
import { makeFolder, makePng, makeSamples, put } from './temporary-images.js';

const inspect = async (folder: string, patchSize: number | null = null) =>
  (await inspectImages(await listDiscoveryImages('.', { baseDirectory: folder }), { patchSize })).records;

describe('readImages()', () => {
  test('hands over the pixels or the error of each usable record, in order', async () => {
    const folder = makeFolder();
    const png = await makePng(64, 64, 5);
    put(folder, '0.png', await makePng(100, 90, 1));
    put(folder, '1-cut.png', (await makePng(64, 64, 2)).subarray(0, 3000));
    put(folder, '2-text.png', 'text');
    put(folder, '3.png', png);
    put(folder, '4-copy.png', png);
    const records = await inspect(folder);
    const seen: [number, ReadResult][] = [];
    const progress: number[] = [];
    await readImages(
      records,
      { threads: 3, onProgress: ({ done, total }) => progress.push(done / total) },
      async (result, record, index) => {
        expect(record).toBe(records[index]);
        seen.push([index, result]);
      },
    );
    expect(seen.map(([index]) => index)).toEqual([0, 1, 3]);
    expect(seen[0]?.[1].image).toMatchObject({ width: 100, height: 90 });
    expect(seen[1]?.[1].error?.message).toMatch(/^decoding failed/);
    expect(Buffer.compare(seen[2]?.[1].image?.data as Uint8Array, makeSamples(64 * 64 * 3, 5))).toBe(0);
    expect(progress).toEqual([1 / 3, 2 / 3, 1]);
  });

  test('gives every patch of a file that cannot be decoded the error', async () => {
    const folder = makeFolder();
    put(folder, 'cut.png', (await makePng(64, 64)).subarray(0, 3000));
    const records = await inspect(folder, 32);
    const errors: unknown[] = [];
    await readImages(records, {}, ({ error }) => void errors.push(error?.message));
    expect(errors).toHaveLength(4);
    expect(new Set(errors).size).toBe(1);
  });

  test('gives each patch its own pixels', async () => {
    const folder = makeFolder();
    put(folder, '1.png', await makePng(64, 64, 3));
    const samples = makeSamples(64 * 64 * 3, 3);
    const records = await inspect(folder, 32);
    const starts: number[][] = [];
    await readImages(records, {}, ({ image }) => void starts.push([...(image?.data.subarray(0, 3) ?? [])]));
    const at = (x: number, y: number) => [...samples.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];
    expect(starts).toEqual([at(0, 0), at(32, 0), at(0, 32), at(32, 32)]);
  });

  test('notices a file that has changed or gone since it was inspected', async () => {
    const folder = makeFolder();
    const file = put(folder, '1.png', await makePng(64, 64));
    const records = await inspect(folder);
    writeFileSync(file, await makePng(65, 64));
    const errors: unknown[] = [];
    await readImages(
      [...records, { ...records[0]!, file: `${file}.gone` }],
      {},
      ({ error }) => void errors.push(error?.message),
    );
    expect(errors).toEqual([
      'the file has changed: it was 64 × 64, it is 65 × 64',
      'no such file or folder (ENOENT)',
    ]);
  });

  test('passes an error of the visitor on, and the reason of an aborted signal', async () => {
    const folder = makeFolder();
    for (let i = 0; i < 4; i++) put(folder, `${i}.png`, await makePng(32, 32, i));
    const records = await inspect(folder);
    const failure = new Error('visitor');
    await expect(readImages(records, { threads: 2 }, () => Promise.reject(failure))).rejects.toBe(failure);
    const controller = new AbortController();
    let visits = 0;
    const visit = () => {
      visits++;
      controller.abort(failure);
    };
    await expect(readImages(records, { threads: 2, signal: controller.signal }, visit)).rejects.toBe(failure);
    expect(visits).toBe(1);
  });
});

describe('mapInOrder()', () => {
  /** Runs items whose computations end in the reverse of their order as far as they may, and counts. */
  const run = async (count: number, bounds: Parameters<typeof mapInOrder<number, number>>[1]) => {
    const most = { running: 0, held: 0 };
    let running = 0;
    let held = 0;
    const order: number[] = [];
    const heldAtVisit: number[] = [];
    const compute = async (item: number) => {
      most.running = Math.max(most.running, ++running);
      most.held = Math.max(most.held, ++held);
      for (let i = 0; i < 20 - item; i++) await Promise.resolve();
      running--;
      return item * 10;
    };
    const items = Array.from({ length: count }, (_, i) => i);
    await mapInOrder(items, bounds, compute, async (result) => {
      await new Promise(setImmediate);
      heldAtVisit.push(held--);
      order.push(result);
    });
    return { order, heldAtVisit, ...most };
  };

  test('keeps the order, and its bounds on computations and on results', async () => {
    const { order, running, held } = await run(12, { threads: 3 });
    expect(order).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]);
    expect(running).toBe(3);
    expect(held).toBe(6);
  });

  test('keeps the budget, and lets an item that exceeds it go alone', async () => {
    const light = await run(8, { threads: 4, weigh: () => 1, budget: 2 });
    expect(light.heldAtVisit).toEqual([2, 2, 2, 2, 2, 2, 2, 1]);
    const heavy = await run(8, { threads: 4, weigh: () => 5, budget: 2 });
    expect(heavy.heldAtVisit).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('does nothing for no item', async () => {
    expect((await run(0, { threads: 1 })).order).toEqual([]);
  });
});
