import { createRandom, permutation } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import { createPixelCache } from '../src/pixel-cache.js';

const image = (width: number) => ({ width, height: 1, data: new Uint8Array(width * 3) });

describe('createPixelCache()', () => {
  test('keeps the first that fit, also a small one after one that does not', async () => {
    const cache = createPixelCache(30);
    const decoded: string[] = [];
    const read = async (key: string, width: number) =>
      (
        await cache.read(key, async () => {
          decoded.push(key);
          return image(width);
        })
      ).width;
    // 12 + 15 of 30 bytes; the third does not fit, the fourth does.
    for (const round of [1, 2]) {
      expect([await read('a', 4), await read('b', 5), await read('c', 2), await read('d', 1)]).toEqual([
        4, 5, 2, 1,
      ]);
      expect(decoded.splice(0)).toEqual(round === 1 ? ['a', 'b', 'c', 'd'] : ['c']);
    }
  });

  test('hits as often as the share that fits, in epochs of random order', async () => {
    const cache = createPixelCache(50 * 3);
    let decodings = 0;
    const random = createRandom(1, 'cache-test');
    for (let epoch = 0; epoch < 10; epoch++) {
      for (const key of permutation(random, 100)) {
        await cache.read(`${key}`, async () => {
          decodings++;
          return image(1);
        });
      }
    }
    // 100 in the first epoch, 50 in each of the nine others.
    expect(decodings).toBe(550);
  });

  test('counts an image once that was decoded twice at a time, and keeps no failure', async () => {
    const cache = createPixelCache(6);
    await Promise.all([cache.read('a', async () => image(1)), cache.read('a', async () => image(1))]);
    await expect(cache.read('b', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await cache.read('b', async () => image(1));
    const refuse = () => Promise.reject(new Error('decoded again'));
    expect([await cache.read('a', refuse), await cache.read('b', refuse)]).toHaveLength(2);
  });
});
