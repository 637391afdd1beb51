import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { parseCsv } from '@ganscout/images';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderSources, spread, thinOut } from '../src/explanation/explained-images.js';
import { fileNameOf } from '../src/explanation/explanation-folder.js';
import { MeanCollector } from '../src/explanation/mean-explanation.js';
import { explainSources, type SourceExplanationSettings } from '../src/index.js';
import { writeNoise } from './sample-images.js';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-explain-'));
  await writeNoise(join(folder, 'data', 'real noise'), 8, [64, 64]);
  // A pattern that repeats every four pixels across and every two down.
  const pattern = (x: number, y: number) => 12 * Math.cos((Math.PI * x) / 2) * Math.cos(Math.PI * y);
  await writeNoise(join(folder, 'data', 'a pattern'), 8, [64, 64], pattern);
  await writeNoise(join(folder, 'data', 'lonely'), 1, [80, 64]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function explain(changes: Partial<SourceExplanationSettings> = {}) {
  return explainSources({
    from: { folder: 'data' },
    output: 'out',
    baseDirectory: folder,
    imagesPerSource: 10,
    colors: 'viridis',
    seed: 1,
    threads: 1,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...changes,
  });
}

const read = (...path: string[]) => readFileSync(join(folder, ...path));

test('explainSources() finds the peaks of a planted pattern and the statistics that tell it', async () => {
  const found = await explain();
  expect(found.spectra.map(({ source, images }) => [source, images])).toEqual([
    ['real noise', 8],
    ['a pattern', 8],
    ['lonely', 1],
  ]);
  expect(found.spectra[0]!.peaks).toEqual([]);
  expect(found.spectra[1]!.peaks[0]).toMatchObject({ x: 0.25, y: 0.5 });
  expect(found.contrasts.map(({ source }) => source)).toEqual(['real noise', 'a pattern']);
  expect(found.contrasts[1]!.parts[0]!.auroc).toBe(1);
  expect(found.notes).toEqual(['no statistics of lonely: images of two groups at least are needed']);
  const peaks = parseCsv(read('out', 'peaks.csv').toString());
  expect(peaks.columns).toEqual(['source', 'x', 'y', 'excess_db']);
  expect(peaks.rows[0]!.slice(0, 3)).toEqual(['a pattern', '0.25', '0.5']);
  const statistics = parseCsv(read('out', 'statistics.csv').toString());
  expect(statistics.rows.length).toBe(2 * 10);
  const spectrum = decodeNpy(read('out', 'spectra', `${fileNameOf('a pattern')}.npy`));
  expect(spectrum.shape).toEqual([64, 64]);
});

test('explainSources() gives the same bytes again', async () => {
  await explain({ output: 'first' });
  await explain({ output: 'second', threads: 2 });
  for (const name of ['spectra.png', 'peaks.csv', 'statistics.csv', 'explanation.json']) {
    expect(read('first', name)).toEqual(read('second', name));
  }
});

test('explainSources() refuses a folder without sources, and what is no run', async () => {
  await expect(explain({ from: { folder: 'data/lonely' } })).rejects.toThrow(
    'must say the source of its images',
  );
  await expect(explain({ from: { run: 'data' } })).rejects.toThrow('holds no run');
});

test('thinOut() and spread() take values evenly, those without a source all', () => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([1, 4, 7]);
  expect(spread([0, 1], 3)).toEqual([0, 1]);
  const values = ['a', null, 'a', 'b', 'a', 'a'].map((source, i) => ({ source, i }));
  expect(thinOut(values, 2).map(({ i }) => i)).toEqual([1, 2, 3, 5]);
});

test('orderSources() puts real sources first, each once', () => {
  expect(orderSources(['gan', 'real_b', 'Real a', 'gan', 'a'])).toEqual(['Real a', 'real_b', 'a', 'gan']);
});

test('fileNameOf() keeps letters and leaves no way out of the folder', () => {
  expect(fileNameOf('StyleGAN-2_ä.1')).toBe('StyleGAN-2_ä.1');
  expect(fileNameOf('a b/c')).toMatch(/^a_b_c-[0-9a-f]{6}$/);
  expect(fileNameOf('a b c')).not.toBe(fileNameOf('a b/c'));
  expect(fileNameOf('../x')).toMatch(/^__x-/);
});

test('a mean explanation stretches maps of other sizes, and has a mean image only for one size', () => {
  const image = (width: number, value: number) => {
    return { width, height: 1, data: new Uint8Array(width * 3).fill(value) };
  };
  const mean = new MeanCollector();
  mean.add(image(2, 10), { width: 2, height: 1, data: Float32Array.of(0, 1) });
  mean.add(image(2, 20), { width: 2, height: 1, data: Float32Array.of(1, 1) });
  expect(mean.result()).toEqual({
    count: 2,
    map: { width: 2, height: 1, data: Float32Array.of(0.5, 1) },
    image: image(2, 15),
  });
  mean.add(image(1, 0), { width: 1, height: 1, data: Float32Array.of(0.5) });
  expect(mean.result()).toMatchObject({ count: 3, image: null });
  expect([...mean.result().map.data]).toEqual([0.5, Math.fround(2.5 / 3)]);
});
