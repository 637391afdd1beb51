import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../images/test/temporary-images.js';
import { writeFiftyone } from '../src/formats/write-fiftyone.js';
import { writeNpy } from '../src/formats/write-npy.js';
import { writeSpotlight } from '../src/formats/write-spotlight.js';
import { plantView } from './planted-view.js';

const IMAGES = [
  { path: 'a.png', source: 2 },
  { path: '=b.png', source: 0 },
  { path: 'gone.png', source: 1 },
];
const NAMES = ['real', '=1+2'];
const TRUTH = ['t', null, 'real'];

async function plant(hasFiles = true) {
  const folder = makeFolder();
  const view = await plantView(folder, IMAGES, NAMES, { truth: TRUTH, hasFiles });
  rmSync(join(folder, 'gone.png'));
  const output = join(folder, 'out');
  const json = (name: string) => JSON.parse(readFileSync(join(output, name), 'utf8'));
  return { view, output, json, settings: { output, force: false } as const };
}

describe('writeNpy()', () => {
  test('writes features and labels that read as they were, and what rows and labels stand for', async () => {
    const { view, output, json, settings } = await plant(false);
    await writeNpy(view, { ...settings, format: 'npy' });
    const read = (name: string) => decodeNpy(readFileSync(join(output, name)));
    expect(read('features.npy')).toEqual({
      shape: [3, 3],
      data: Float32Array.of(0.1, 1 / 3, -0, 1.1, 1 / 3, -1, 2.1, 1 / 3, -2),
    });
    expect(read('labels.npy')).toEqual({ shape: [3], data: Int32Array.of(2, 0, 1) });
    expect(json('images.json')).toEqual(view.images.map(({ id, path }) => ({ id, path })));
    expect(
      json('sources.json').map(({ number, name }: { number: number; name: string }) => [number, name]),
    ).toEqual([
      [1, 'real'],
      [2, '=1+2'],
    ]);
    expect(json('truth.json')).toEqual(TRUTH);
    expect(read('known-features.npy').shape).toEqual([1, 3]);
    expect([...read('known-labels.npy').data]).toEqual([1]);
    expect(json('known-images.json')).toHaveLength(1);
  });

  test('of no images writes an array of no rows', async () => {
    const { settings, output } = await plant();
    await writeNpy(await plantView(makeFolder(), [], []), { ...settings, format: 'npy' });
    expect(decodeNpy(readFileSync(join(output, 'features.npy'))).shape).toEqual([0, 3]);
  });
});

describe('writeFiftyone()', () => {
  test('gives each image its path and a label with attributes, or null', async () => {
    const { view, json, settings } = await plant();
    const { failed } = await writeFiftyone(view, { ...settings, format: 'fiftyone' });
    expect(failed).toBe(1);
    const [first, waits, gone] = view.images.map(({ id }) => id) as [string, string, string];
    expect(json('data.json')).toEqual(Object.fromEntries(view.images.map(({ id, file }) => [id, file])));
    expect(json('labels.json')).toEqual({
      labels: {
        [first]: {
          label: '=1+2',
          attributes: {
            ...{
              path: 'a.png',
              kind: 'discovered',
              source: 'S0002',
              score: 0,
              margin: 0,
              entry: 1,
              round: 0,
            },
            ...{ reason: 'accepted by a known source', truth: 't' },
          },
        },
        [waits]: null,
        [gone]: { label: 'real', attributes: expect.objectContaining({ p_value: 0.5, truth: 'real' }) },
      },
    });
  });
});

describe('writeSpotlight()', () => {
  test('gives each image a row with its absolute path and its features', async () => {
    const { view, output, settings } = await plant();
    const { files } = await writeSpotlight(view, { ...settings, format: 'spotlight' });
    expect(files).toEqual({ 'spotlight.parquet': 3, 'missing.csv': 1 });
    const rows = await parquetReadObjects({
      file: new Uint8Array(readFileSync(join(output, 'spotlight.parquet'))).buffer,
    });
    expect(
      rows.map(({ image, path, name, p_value: pValue, truth }) => [image, path, name, pValue, truth]),
    ).toEqual([
      [view.images[0]?.file, 'a.png', '=1+2', null, 't'],
      [view.images[1]?.file, '=b.png', '', 1, ''],
      [view.images[2]?.file, 'gone.png', 'real', 0.5, 'real'],
    ]);
    expect(rows.map(({ embedding }) => Float32Array.from(embedding))).toEqual([
      Float32Array.of(0.1, 1 / 3, -0),
      Float32Array.of(1.1, 1 / 3, -1),
      Float32Array.of(2.1, 1 / 3, -2),
    ]);
  });
});

test.each([
  ['fiftyone', writeFiftyone],
  ['spotlight', writeSpotlight],
] as const)('%s needs images', async (format, write) => {
  const { view, settings } = await plant(false);
  await expect(write(view, { ...settings, format })).rejects.toThrow(`image files, which ${format} needs`);
});
