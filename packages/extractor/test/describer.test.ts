import { createRandom } from '@ganscout/numeric';
import { afterEach, expect, test, vi } from 'vitest';
import { createDescriber, type Describer } from '../src/describer.js';
import { describeImage } from '../src/descriptor.js';
import { descriptorOptionsSchema } from '../src/options-descriptor.js';
import type { RgbImage } from '../src/rgb-image.js';

const options = descriptorOptionsSchema.parse({});
const open: Describer[] = [];

// Starting threads takes a second or more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

afterEach(async () => {
  await Promise.all(open.splice(0).map((describer) => describer.close()));
});

function start(threads: number): Describer {
  const describer = createDescriber(options, { threads });
  open.push(describer);
  return describer;
}

function noise(width: number, height: number, seed: number): RgbImage {
  const random = createRandom(seed, 'describer-test');
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

const images = Array.from({ length: 12 }, (_, i) => ({
  id: `image-${i}`,
  image: noise(32 + 7 * (i % 3), 40, i),
}));
const requests = images.map(({ id, image }) => ({ id, load: async () => image }));

test.each([
  0, 1, 3,
])('describeAll() yields what describeImage() does, in order, with %i threads', async (threads) => {
  const results = [];
  for await (const result of start(threads).describeAll(requests)) results.push(result);
  expect(results.map(({ id }) => id)).toEqual(images.map(({ id }) => id));
  for (const [i, { image }] of images.entries()) {
    const expected = describeImage(image, options);
    expect(results[i].whole).toEqual(expected.whole);
    expect(results[i].crops).toEqual(expected.crops);
  }
});

test('describe() leaves the image as it was', async () => {
  const { image } = images[0];
  const before = image.data.slice();
  await start(1).describe('image', image);
  expect(image.data).toEqual(before);
});

test.each([0, 2])('describe() names the image that failed and goes on, with %i threads', async (threads) => {
  const describer = start(threads);
  const bad = describer.describe('tiny.png', noise(20, 40, 1));
  const good = describer.describe('good.png', images[0].image);
  await expect(bad).rejects.toThrow(
    'Cannot describe image tiny.png: describeImage: width must be an integer of at least 32, got 20',
  );
  expect((await good).whole).toEqual(describeImage(images[0].image, options).whole);
});

test('describeAll() yields the results before a failed load, then throws', async () => {
  const failing = requests.map((request, i) =>
    i === 5 ? { id: request.id, load: () => Promise.reject(new Error('cannot be read')) } : request,
  );
  const seen: string[] = [];
  const run = async () => {
    for await (const { id } of start(2).describeAll(failing)) seen.push(id);
  };
  await expect(run()).rejects.toThrow('cannot be read');
  expect(seen).toEqual(images.slice(0, 5).map(({ id }) => id));
});

test('describeAll() holds at most 2 · threads + 2 images', async () => {
  let loaded = 0;
  let yielded = 0;
  let most = 0;
  const counted = images.map(({ id, image }) => ({
    id,
    load: () => {
      most = Math.max(most, ++loaded - yielded);
      return image;
    },
  }));
  for await (const _ of start(1).describeAll(counted)) yielded++;
  expect(yielded).toBe(12);
  expect(most).toBe(4);
});

test('describe() fails after close()', async () => {
  for (const threads of [0, 1]) {
    const describer = start(threads);
    await describer.close();
    await expect(describer.describe('late.png', images[0].image)).rejects.toThrow('the describer is closed');
  }
});

test('createDescriber() refuses a number of threads that is none', () => {
  expect(() => createDescriber(options, { threads: -1 })).toThrow(RangeError);
  expect(() => createDescriber(options, { threads: 1.5 })).toThrow(
    'threads must be an integer in [0, 256], got 1.5',
  );
});
