import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganscout/images';
import { beforeAll, expect, test, vi } from 'vitest';
import { evaluateRun, type RunSummary, readRun } from '../src/index.js';
import { plantSource } from './planted-images.js';
import { configIn, makeFolder, readRows, run } from './run-folder.js';

// Describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Patches of one image share its content, so that the intervals are over images.
const CONFIG = `
run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump, truth: truth.csv, patchSize: 32 }
ood: { space: [descriptor], scores: [wta], hashCount: 128 }
kmeans: { space: [descriptor], clusterCount: 2 }
merge: { space: [descriptor] }
refine: { space: [descriptor] }
`;

const folder = makeFolder();
const at = (...path: string[]) => join(folder, ...path);
let summary: RunSummary;

beforeAll(async () => {
  for (const filter of ['cross', 'box'] as const) {
    await plantSource(at(`known/${filter}/`), filter, { count: 5, seed: 1 });
    await plantSource(at(`dump/${filter}-`), filter, { count: 3, seed: 2 });
  }
  for (const filter of ['row', 'diagonal'] as const) {
    await plantSource(at(`dump/${filter}-`), filter, { count: 6, seed: 2 });
  }
  // Smaller than two patches a side, so one patch each; copies stand beside them.
  await plantSource(at('dump/small-'), 'row', { count: 2, seed: 3, side: 40 });
  copyFileSync(at('dump/small-000.png'), at('dump/small-copy.png'));
  copyFileSync(at('known/box/000.png'), at('dump/box-copy.png'));
  const truth = ['cross', 'box', 'row', 'diagonal'].flatMap((filter) =>
    Array.from({ length: 6 }, (_, i) => `dump/${filter}-00${i}.png,${filter}`),
  );
  const copies = ['small-000,row', 'small-001,row', 'small-copy,row', 'box-copy,box'];
  const lines = copies.map((line) => `dump/${line.replace(',', '.png,')}`);
  writeFileSync(at('truth.csv'), `${['path,source', ...truth, ...lines].join('\n')}\n`);
  summary = (await run(configIn(folder, CONFIG))).summary;
});

test('evaluateRun() gives the figures and intervals of the run, each image counted once', async () => {
  const { matched, total, figures, intervals, missed } = await evaluateRun(at('run'), at('truth.csv'));
  expect([matched, total]).toEqual([4 * 18 + 2, 4 * 18 + 2]);
  expect(readRows(folder, 'run/assignments.csv').length).toBeGreaterThanOrEqual(total);
  expect(summary.final).not.toBeNull();
  expect({ figures, intervals, missed }).toEqual(summary.final);
  expect(readRun(at('run')).summary).toEqual(summary);
});

test('evaluateRun() takes another seed for the intervals, and leaves the figures', async () => {
  const { figures, intervals } = await evaluateRun(at('run'), at('truth.csv'), { seed: 7 });
  expect(figures).toEqual(summary.final?.figures);
  expect(intervals).not.toEqual(summary.final?.intervals);
});

test('evaluateRun() scores what a table names, which may be a part, by paths that end alike', async () => {
  writeFileSync(at('part.csv'), 'path,source\nrow-000.png,row\nrow-001.png,other\nnowhere.png,row\n');
  const { matched, figures } = await evaluateRun(at('run'), at('part.csv'));
  expect(matched).toBe(8);
  expect(figures).toMatchObject({ imageCount: 8, unknownImageCount: 8, trueUnknownSourceCount: 2 });
});

test('evaluateRun() refuses a table that names no image of the run, and a directory without one', async () => {
  writeFileSync(at('other.csv'), 'path,source\nnowhere.png,row\n');
  const asked = evaluateRun(at('run'), at('other.csv'));
  await expect(asked).rejects.toThrow(InputError);
  await expect(asked).rejects.toThrow("names the source of none of the run's 74 images");
  await expect(evaluateRun(at('dump'), at('truth.csv'))).rejects.toThrow('holds no run');
});
