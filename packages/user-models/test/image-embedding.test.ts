import { expect, test } from 'vitest';
import { averageRowsByImage, embedImage, openUserModel } from '../src/index.js';
import { largestDifference, referencePath } from './reference.js';

/** A model that gives the mean of each color, and counts its batches. */
function colorMeans(width: number, height: number) {
  const batches: number[] = [];
  const pixels = width * height;
  const embed = async (batch: Float32Array) => {
    batches.push(batch.length / (3 * pixels));
    return averageRowsByImage(batch, 1, new Array(batch.length / pixels).fill(pixels));
  };
  return { model: { width, height, dims: 3, embed }, batches };
}

/** Red counts pixels from 0, green and blue are 0 and 255. */
function countedImage(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    i % 3 === 0 ? i / 3 : 255 * ((i % 3) - 1),
  );
  return { width, height, data };
}

test('embedImage() averages the tiles of an image, batch by batch', async () => {
  const { model, batches } = colorMeans(2, 2);
  const row = await embedImage(model, countedImage(6, 2), { normalization: 'bytes', batch: 2 });
  // Red: mean of 0 … 11.
  expect(row).toEqual(Float32Array.of(5.5, 0, 255));
  expect(batches).toEqual([2, 1]);
});

test('embedImage() takes so many tiles at the most, and pixels from -1 to 1 by default', async () => {
  const { model, batches } = colorMeans(1, 1);
  const row = await embedImage(model, countedImage(2, 1), { tiles: 1 });
  expect(row).toEqual(Float32Array.of(-1, -1, 1));
  expect(batches).toEqual([1]);
  await expect(embedImage(model, countedImage(2, 1), { batch: 0 })).rejects.toThrow(
    'embedImage: batch must be a positive integer, got 0',
  );
});

test('embedImage() gives the same features from every format of a model, for larger and smaller images', async () => {
  for (const image of [countedImage(23, 9), countedImage(5, 3)]) {
    const rows: Float32Array[] = [];
    for (const file of ['open-batch.onnx', 'fixed-batch.onnx', 'layers/model.json', 'graph/model.json']) {
      const output = file.endsWith('.onnx') ? 'features' : undefined;
      const model = await openUserModel(referencePath(file), { output });
      rows.push(await embedImage(model, image));
      await model.release();
    }
    for (const row of rows) expect(largestDifference(row, rows[0]!)).toBeLessThan(5e-6);
  }
});
