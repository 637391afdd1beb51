import type { PatchDraw, PatchLoader } from '@ganscout/images';
import { expect, test } from 'vitest';
import { cropBatches, lossWeights } from '../src/backbone/training-crops.js';

/** Takes note of what is asked for. */
function listLoads(into: (readonly PatchDraw[])[]): PatchLoader {
  const patches = { count: 0, patchSize: 16, data: new Uint8Array(0) };
  const load = async (items: readonly PatchDraw[]) => {
    into.push(items);
    return patches;
  };
  return { load, loadAt: async () => patches, close: async () => undefined };
}

/** Four images of source 0, one of source 1, and one that is not learned from. */
const ROWS = { labels: Int32Array.of(0, 0, -1, 0, 1, 0), classCount: 2 };

test('weighted sampling takes each labelled image once an epoch and fills the last batch up with the first', async () => {
  const loads: (readonly PatchDraw[])[] = [];
  const source = cropBatches(ROWS, listLoads(loads), { sampling: 'weighted', batchSize: 3 }, 1);
  expect(source.batchCount).toBe(2);
  const labels = [(await source.load(1, 0)).labels, (await source.load(1, 1)).labels].flatMap((part) => [
    ...part,
  ]);
  const drawn = loads.flat();
  expect(
    drawn
      .slice(0, 5)
      .map(({ image }) => image)
      .sort(),
  ).toEqual([0, 1, 3, 4, 5]);
  expect(drawn[5]).toEqual({ image: drawn[0]?.image, epoch: 0, draw: 1 });
  expect(labels).toEqual(drawn.map(({ image }) => ROWS.labels[image]));
});

test('balanced sampling takes each source as often as the largest has images', async () => {
  const source = cropBatches(ROWS, listLoads([]), { sampling: 'balanced', batchSize: 4 }, 1);
  expect(source.batchCount).toBe(2);
  const labels = [(await source.load(2, 0)).labels, (await source.load(2, 1)).labels].flatMap((part) => [
    ...part,
  ]);
  expect(labels.filter((label) => label === 1)).toHaveLength(4);
});

// 4 / 4 and 4 / 1.
test('lossWeights() are those of the largest source over the own, where sampling does not make up for sizes', () => {
  expect(lossWeights(ROWS, { sampling: 'weighted' })).toEqual([1, 4]);
  expect(lossWeights(ROWS, { sampling: 'balanced' })).toBeNull();
});
