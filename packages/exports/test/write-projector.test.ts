import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseView } from '@ganscout/cases';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../images/test/temporary-images.js';
import { drawSprite, layOutSprite } from '../src/formats/sprite.js';
import { writeProjector } from '../src/formats/write-projector.js';
import type { FiledImage } from '../src/image-files.js';
import { type PlantedImage, plantView } from './planted-view.js';

const IMAGES: readonly PlantedImage[] = [
  { path: 'red.png', source: 1, color: [255, 0, 0], width: 200, height: 100 },
  { path: 'a\tb\nc.png', source: 2, color: [0, 255, 0] },
  { path: 'gone.png', source: 2 },
  { path: 'blue.png', source: 0, color: [0, 0, 255] },
  { path: '=5.png', source: 1 },
];

async function exported(view: CaseView, settings: { points?: number; seed?: number } = {}) {
  const output = join(makeFolder(), 'out');
  const written = await writeProjector(view, { output, format: 'projector', force: false, ...settings });
  const text = (name: string) => readFileSync(join(output, name), 'utf8');
  return { output, written, text };
}

/** As the projector does: lines that are blank are skipped, a tab in the first makes it a header. */
function readMetadata(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  expect(head).toContain('\t');
  const names = head.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((value, i) => [names[i], value])));
}

function readTensors(text: string): Float32Array[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => Float32Array.from(line.trim().split('\t'), Number));
}

async function plant() {
  const folder = makeFolder();
  const view = await plantView(folder, IMAGES, ['one', 'two'], { truth: ['t', null, 't', 't', 't'] });
  rmSync(join(folder, 'gone.png'));
  return view;
}

describe('writeProjector()', () => {
  test('writes features that are read as the same numbers, and a line of what is known of each', async () => {
    const { text, written } = await exported(await plant());
    expect(readTensors(text('tensors.tsv'))).toEqual(
      IMAGES.map((_, row) => Float32Array.of(row + 0.1, 1 / 3, 0 - row)),
    );
    const metadata = readMetadata(text('metadata.tsv'));
    expect(metadata.map(({ label, path, truth }) => [label, path, truth])).toEqual([
      ['one', 'red.png', 't'],
      ['two', 'a\\u0009b\\u000ac.png', ''],
      ['two', 'gone.png', 't'],
      ['unassigned', 'blue.png', 't'],
      ['one', '=5.png', 't'],
    ]);
    expect(written.files).toEqual({ 'tensors.tsv': 5, 'metadata.tsv': 5, 'sprite.png': 5, 'missing.csv': 1 });
    expect(written.failed).toBe(1);
  });

  test('names its files in both configurations, with the size of an image in the sprite', async () => {
    const { text } = await exported(await plant());
    expect(JSON.parse(text('projector_config.json'))).toEqual({
      embeddings: [
        {
          ...{
            tensorName: 'ganscout',
            tensorShape: [5, 3],
            tensorPath: 'tensors.tsv',
            metadataPath: 'metadata.tsv',
          },
          sprite: { imagePath: 'sprite.png', singleImageDim: [64, 64] },
        },
      ],
    });
    expect(text('projector_config.pbtxt')).toBe(`embeddings {
  tensor_name: "ganscout"
  tensor_shape: 5
  tensor_shape: 3
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
  sprite {
    image_path: "sprite.png"
    single_image_dim: 64
    single_image_dim: 64
  }
}
`);
  });

  test('draws the same of too many images for a seed, others for another, and says so', async () => {
    const view = await plant();
    const paths = async (seed: number) =>
      readMetadata((await exported(view, { points: 3, seed })).text('metadata.tsv')).map(({ path }) => path);
    const first = await paths(1);
    expect(first).toHaveLength(3);
    expect(await paths(1)).toEqual(first);
    const others = await Promise.all([2, 3, 4, 5].map(paths));
    expect(others.some((other) => other.join() !== first.join())).toBe(true);
    const { written, text } = await exported(view, { points: 3, seed: 1 });
    expect(written.leftOut).toContain('2 of 5 images: 3 were drawn at random with seed 1');
    expect(readTensors(text('tensors.tsv'))).toHaveLength(3);
  });

  test('of a case made from features has no sprite', async () => {
    const view = await plantView(makeFolder(), IMAGES, ['one', 'two'], { hasFiles: false });
    const { output, text, written } = await exported(view);
    expect(existsSync(join(output, 'sprite.png'))).toBe(false);
    expect(text('projector_config.pbtxt')).not.toContain('sprite');
    expect(JSON.parse(text('projector_config.json')).embeddings[0]).not.toHaveProperty('sprite');
    expect(written.failed).toBe(0);
  });

  test('refuses a number of points that is none, and a case without images', async () => {
    const view = await plant();
    await expect(exported(view, { points: 0 })).rejects.toThrow('points must be an integer from 1 on, got 0');
    const empty = await plantView(makeFolder(), [], []);
    await expect(exported(empty)).rejects.toThrow('no images');
  });
});

describe('drawSprite()', () => {
  test('lays images out row by row: shrunk where too large, in the middle where small, gray where there is none', async () => {
    const { images } = await plant();
    const { png, cell, failed } = await drawSprite(images as FiledImage[]);
    expect([cell, failed.map(({ path }) => path)]).toEqual([64, ['gone.png']]);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([192, 192]);
    const pixel = (x: number, y: number) => [...data.subarray((y * 192 + x) * 3, (y * 192 + x) * 3 + 3)];
    // 200 × 100 fits as 64 × 32, from line 16 on; 8 × 8 is from 28 to 35.
    expect([pixel(0, 15), pixel(0, 16), pixel(63, 47), pixel(63, 48)]).toEqual([
      [128, 128, 128],
      [255, 0, 0],
      [255, 0, 0],
      [128, 128, 128],
    ]);
    expect([pixel(64 + 27, 30), pixel(64 + 28, 28), pixel(64 + 35, 35)]).toEqual([
      [128, 128, 128],
      [0, 255, 0],
      [0, 255, 0],
    ]);
    expect(pixel(128 + 32, 32)).toEqual([128, 128, 128]);
    expect(pixel(32, 64 + 32)).toEqual([0, 0, 255]);
  });
});

test.each([
  [0, 1, 64],
  [1, 1, 64],
  [4096, 64, 64],
  [10_000, 100, 40],
  [100_000, 317, 24],
  [1_000_000, 1000, 8],
])('a sprite of %i images has %i a row of %i pixels, and at most 8,192 a side', (count, columns, cell) => {
  expect(layOutSprite(count)).toEqual({ columns, cell });
  expect(columns * cell).toBeLessThanOrEqual(8192);
});
