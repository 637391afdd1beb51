import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice } from '@ganscout/autodiff';
import { decodeImage, inspectImages, listGivenImages, parseCsv } from '@ganscout/images';
import { buildNetwork, encodeClassifier, Layers, planOf } from '@ganscout/networks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainNetwork, type NetworkExplanationSettings } from '../src/index.js';
import { writeNoise } from './sample-images.js';

const FACTS = {
  labels: ['real', 'made'],
  patchSize: 32,
  patchesPerImage: 4,
  backbone: 'residual-cnn',
  backboneOptions: {},
  head: 'plain',
  training: {},
} as const;

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-explain-'));
  const layers = new Layers('test', { seed: 1 });
  buildNetwork(layers, layers.graph.input('images', [1, 3, 32, 32]), planOf(FACTS));
  writeFileSync(join(folder, 'model.onnx'), encodeClassifier(FACTS, layers.arrays.weights));
  await writeNoise(join(folder, 'data', 'real'), 3, [48, 40]);
  await writeNoise(join(folder, 'data', 'made'), 2, [48, 40], (x) => 30 * (x % 2));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function explain(changes: Partial<NetworkExplanationSettings> = {}) {
  return explainNetwork({
    model: 'model.onnx',
    images: ['data'],
    output: 'out',
    baseDirectory: folder,
    layer: null,
    label: null,
    onlyMeans: false,
    imagesPerSource: 10,
    colors: 'blue-red',
    foreign: null,
    computing: { threads: 1, device: await openDevice('cpu') },
    onProgress: () => {},
    signal: new AbortController().signal,
    ...changes,
  });
}

const read = (...path: string[]) => readFileSync(join(folder, ...path));

test('explainNetwork() writes a picture an image, a sheet a source, and tables', async () => {
  const found = await explain();
  expect(found).toMatchObject({ layer: 'block5', tileSize: 32, mapSize: [4, 4], labels: FACTS.labels });
  // The real source first, then the others.
  expect(found.sources.map(({ source, images, sheet }) => [source, images, sheet])).toEqual([
    ['real', 3, 'sources/real.png'],
    ['made', 2, 'sources/made.png'],
  ]);
  expect(found.images.map(({ path, picture }) => [path, picture])).toEqual([
    ['data/made/0.png', 'images/made/0001-0.png'],
    ['data/made/1.png', 'images/made/0002-1.png'],
    ['data/real/0.png', 'images/real/0003-0.png'],
    ['data/real/1.png', 'images/real/0004-1.png'],
    ['data/real/2.png', 'images/real/0005-2.png'],
  ]);
  // 48 × 40 pixels in tiles of 32, every 16: two across and two down.
  expect(found.images[0]!.explanation).toMatchObject({ tiles: 4 });
  const table = parseCsv(read('out', 'maps.csv').toString());
  expect(table.rows.length).toBe(5);
  expect(table.columns.slice(0, 7)).toEqual([
    ...['path', 'source', 'status', 'reason', 'predicted', 'probability', 'explained'],
  ]);
  expect(JSON.parse(read('out', 'maps.json').toString())).toMatchObject({ version: 1, layer: 'block5' });
  const listing = await listGivenImages([join(folder, 'out', 'images', 'made', '0001-0.png')], folder);
  const picture = await decodeImage((await inspectImages(listing)).records[0]!);
  // Magnified five times, to 192 pixels at least: two images of 240 × 200 and a gap of 6.
  expect(picture.width).toBeGreaterThanOrEqual(2 * 240 + 6);
});

test('explainNetwork() gives the same bytes again, and what it is told to leave out is left out', async () => {
  await explain({ output: 'first' });
  await explain({ output: 'second', onlyMeans: true });
  for (const name of ['sources/real.png', 'sources/made.png']) {
    expect(read('first', name)).toEqual(read('second', name));
  }
  expect(() => read('second', 'images', 'made', '0001-0.png')).toThrow('ENOENT');
});

test('explainNetwork() explains another layer and another source', async () => {
  const found = await explain({ output: 'other', layer: 'block1', label: 'made' });
  expect(found).toMatchObject({ layer: 'block1', mapSize: [32, 32] });
  expect(found.images.map(({ explanation }) => explanation?.explained)).toEqual(Array(5).fill('made'));
  await expect(explain({ layer: 'block9' })).rejects.toThrow('layer must be one of block1, block2');
  await expect(explain({ label: 'fake' })).rejects.toThrow('the classifier knows real, made, got fake');
});

test('explainNetwork() says what became of images that cannot be used', async () => {
  writeFileSync(join(folder, 'text.png'), 'no image');
  await writeNoise(join(folder, 'small'), 1, [40, 20]);
  const found = await explain({ images: ['data/real/0.png', 'text.png', 'small/0.png'], output: 'some' });
  expect(found.sources).toEqual([]);
  expect(found.images.map(({ status, explanation }) => [status, explanation === null])).toEqual([
    ['ok', false],
    ['unreadable', true],
    ['too_small', true],
  ]);
  expect(found.images[0]!.picture).toBe('images/0001-0.png');
});

test('explainNetwork() never writes over an input', async () => {
  const [input] = await writeNoise(join(folder, 'out3', 'sources'), 1, [32, 32]);
  const before = readFileSync(input!);
  writeFileSync(join(folder, 'out3', 'sources', 'real.png'), before);
  const images = ['data/real', 'out3/sources/real.png'];
  await expect(explain({ images, output: 'out3' })).rejects.toThrow(
    'is one of the inputs and is not written over',
  );
  expect(read('out3', 'sources', 'real.png')).toEqual(before);
});

test('explainNetwork() takes an ONNX classifier of another tool, if told the size of its images', async () => {
  const layers = new Layers('other', { seed: 1 });
  const images = layers.graph.input('x', ['N', 3, 32, 32]);
  layers.graph.output('logits', buildNetwork(layers, images, planOf(FACTS)).logits);
  writeFileSync(join(folder, 'other.onnx'), layers.graph.encode());
  await expect(explain({ model: 'other.onnx' })).rejects.toThrow('say the size of its images by --tile');
  const ours = await explain({ output: 'ours' });
  const foreign = { tileSize: 32, normalization: 'bytes' } as const;
  const found = await explain({ model: 'other.onnx', foreign, output: 'foreign' });
  expect(found.labels).toEqual(['class 0', 'class 1']);
  expect(found.mapSize).toEqual([4, 4]);
  found.images.forEach(({ explanation }, i) => {
    const same = ours.images[i]!.explanation!;
    expect(explanation!.figures.peak).toEqual(same.figures.peak);
    expect(explanation!.probability).toBeCloseTo(same.probability, 5);
  });
});

test('explainNetwork() refuses a network whose maps are not over places', async () => {
  const facts = { ...FACTS, backbone: 'pose', backboneOptions: { image: 32 } } as const;
  const layers = new Layers('pose', { isSketch: true });
  buildNetwork(layers, layers.graph.input('images', [1, 3, 32, 32]), planOf(facts));
  writeFileSync(join(folder, 'pose.onnx'), encodeClassifier(facts, layers.arrays.weights));
  await expect(explain({ model: 'pose.onnx' })).rejects.toThrow('over frequencies');
});
