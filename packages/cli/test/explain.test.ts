import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetworkExplanation } from '@ganscout/pipeline';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatImages, formatSources, formatStatistics } from '../src/explanation-tables.js';
import { ganscout } from './fake-shell.js';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-cli-explain-'));
  for (const [source, step] of [
    ['real', 1],
    ['made', 3],
  ] as const) {
    mkdirSync(join(folder, 'data', source), { recursive: true });
    for (let i = 0; i < 4; i++) await writeImage(join(folder, 'data', source, `${i}.png`), i + 1, step);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers of a congruential generator, each `step` times. */
async function writeImage(path: string, seed: number, step: number): Promise<void> {
  let state = seed;
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
    if (i % step === 0) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(path);
}

const run = (...args: string[]) => ganscout(['explain', ...args], { workingDirectory: folder });

test('explain --descriptor prints spectra and statistics and writes them', async () => {
  const { code, out } = await run('--descriptor', 'data', '--output', 'out', '--threads', '1');
  expect(code).toBe(0);
  expect(out).toMatch(/source +images +level dB +peaks/);
  expect(out).toMatch(/real +all values +1\.000 +1\.000\n/);
  expect(out).toContain('what they show, their format and what was done to them count as the generator does');
  expect(out).toContain('Pictures and tables of 2 sources are in out');
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([
    ...['explanation.json', 'peaks.csv', 'spectra', 'spectra.png', 'statistics.csv'],
  ]);
});

test.each([
  [[], 'name a classifier and images, the directory of a run, or --descriptor FOLDER'],
  [['model.onnx'], 'name images, or folders of images, after the classifier'],
  [['data', 'data/real/0.png'], '"data" is a directory without model.onnx'],
  [['model.onnx', 'data', '--descriptor', 'data'], '--descriptor takes no model, got "model.onnx"'],
  [
    ['model.onnx', 'data', '--images-per-source', '0'],
    '--images-per-source must be a positive integer, got 0',
  ],
  [['model.onnx', 'data', '--normalization', 'unit'], 'needs --tile'],
  [['model.onnx', 'data', '--tile', '3'], '--tile must be an integer of at least 8, got 3'],
  [['model.onnx', 'data', '--colors', 'rainbow'], 'colors'],
])('explain %s is refused: %s', async (args, text) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});

test('explain says which file is missing, and that a folder is no run', async () => {
  const missing = await run('model.onnx', 'data');
  expect(missing).toMatchObject({ code: 3, err: expect.stringContaining('the classifier cannot be read') });
  const noRun = await run('data');
  expect(noRun).toMatchObject({ code: 3, err: expect.stringContaining('holds no run') });
});

const FIGURES = { peak: { x: 3, y: 9 }, largest: 2, centerShare: 0.5, borderShare: 0.25, halfSumArea: 0.125 };
const FOUND: NetworkExplanation = {
  layer: 'block5',
  tileSize: 64,
  mapSize: [8, 8],
  labels: ['real', 'made'],
  images: [
    {
      path: 'a.png',
      source: null,
      status: 'ok',
      reason: '',
      picture: 'images/0001-a.png',
      explanation: { predicted: 'made', probability: 0.9, explained: 'real', tiles: 1, figures: FIGURES },
    },
    { path: 'b.png', source: null, status: 'unreadable', reason: 'cut off', picture: '', explanation: null },
  ],
  sources: [
    {
      source: 'camera',
      images: 8,
      predicted: [
        ['real', 6],
        ['made', 2],
      ],
      figures: FIGURES,
      sheet: 'camera.png',
    },
  ],
};

test('formatImages() tells where a map has its weight, and why there is none', () => {
  const [, first, second] = formatImages(FOUND).split('\n');
  expect(first!.split(/ {2,}/)).toEqual(['a.png', 'made', '0.900', 'real', '12.5 %', '3, 9']);
  expect(second!.split(/ {2,}/)).toEqual(['b.png', '-', '-', '-', '-', 'unreadable: cut off']);
});

test('formatSources() tells what the images of a source are taken for', () => {
  const [, first] = formatSources(FOUND).split('\n');
  expect(first!.split(/ {2,}/)).toEqual(['camera', '8', 'real 75.0 %', '50.0 %', '25.0 %', '12.5 %']);
});

test('formatStatistics() prints nothing without statistics', () => {
  expect(formatStatistics({ patchSize: 64, spectra: [], contrasts: [], notes: [] })).toBe('');
});
