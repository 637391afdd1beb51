import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageRecord, unopenedRecord } from '@ganscout/images';
import { expect, test } from 'vitest';
import { describeEach } from '../src/describe-each.js';
import { plantImage } from './planted-images.js';
import { makeFolder } from './run-folder.js';

const folder = makeFolder();
const context = { threads: 1, signal: new AbortController().signal, onProgress: () => {} };

async function plantRecords(count: number): Promise<ImageRecord[]> {
  const bytes = await plantImage('box', 1).png().toBuffer();
  return Array.from({ length: count }, (_, i) => {
    const file = join(folder, `${i}.png`);
    writeFileSync(file, bytes);
    const record = unopenedRecord({ id: `${i}`, path: file, file, source: null, group: null });
    return { ...record, format: 'png', width: 64, height: 64 };
  });
}

test('describeEach() gives each image what was made of it, in order, and says why one could not be read', async () => {
  const records = await plantRecords(5);
  writeFileSync(join(folder, '2.png'), 'this is no image');
  const done: number[] = [];
  const outcomes = await describeEach(
    records,
    { ...context, onProgress: (count) => void done.push(count) },
    async (image, { id }) => {
      // The first takes longest.
      for (let i = Number(id); i < 5; i++) await Promise.resolve();
      return `${id} ${image.width > 0}`;
    },
  );
  expect(outcomes.map(({ value }) => value)).toEqual(['0 true', '1 true', null, '3 true', '4 true']);
  expect(outcomes.map(({ reason }) => reason === '')).toEqual([true, true, false, true, true]);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('describeEach() fails with the first failure, and leaves no other unhandled', async () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', hear);
  try {
    const failing = describeEach(await plantRecords(6), context, async (_, { id }) => {
      throw new Error(`image ${id}`);
    });
    await expect(failing).rejects.toThrow('image 0');
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', hear);
  }
});

test('describeEach() keeps no more than 2 × threads images waiting', async () => {
  let waiting = 0;
  let most = 0;
  await describeEach(await plantRecords(12), { ...context, threads: 2 }, async () => {
    waiting += 1;
    most = Math.max(most, waiting);
    await new Promise((resolve) => setImmediate(resolve));
    waiting -= 1;
  });
  expect(most).toBeLessThanOrEqual(5);
});
