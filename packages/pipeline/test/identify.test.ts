import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';
import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Identification, identifyImages, readRun } from '../src/index.js';
import { plantImage, plantSource } from './planted-images.js';
import { configIn, makeFolder, readRows, run } from './run-folder.js';

// Describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CONFIG = `
run: { rounds: 2, threads: 1 }
data: { known: known, discovery: dump }
extractor:
  whitening: { components: 40, leading: 10 }
  embedding: { hiddenSizes: [32, 16], learningRate: 0.01, epochs: 10 }
ood: { hashCount: 512 }
kmeans: { clusterCount: 2 }
`;

const folder = makeFolder();
const at = (...path: string[]) => join(folder, ...path);
const identify = (names: readonly string[], directory = at('run')): Promise<Identification[]> =>
  identifyImages(
    directory,
    names.map((name) => at(name)),
    { listener: () => undefined, signal: new AbortController().signal },
  );

/** The p-value that the run itself gives each image of its discovery set. */
function pValuesOfRun(): Map<string, number> {
  const round = readRun(at('run')).summary.rounds.length;
  const { data } = decodeNpy(readFileSync(at(`run/round-0${round}/attribute/pValue.npy`)));
  const rows = readRows(folder, 'run/assignments.csv');
  return new Map(rows.map(({ path }, i) => [path as string, data[i] as number]));
}

beforeAll(async () => {
  for (const filter of ['cross', 'box', 'row'] as const) {
    await plantSource(at(`known/${filter}/`), filter, { count: 14, seed: 1 });
    await plantSource(at(`dump/${filter}-`), filter, { count: 4, seed: 2 });
  }
  await plantSource(at('dump/diagonal-'), 'diagonal', { count: 20, seed: 2 });
});

describe('images that were not in the run', () => {
  const COPIES = 258;
  let answers: Identification[] = [];
  const answersTo = (start: string) => answers.filter(({ path }) => path.startsWith(at('new', start)));
  beforeAll(async () => {
    await run(configIn(folder, CONFIG));
    await plantSource(at('new/box-'), 'box', { count: 2, seed: 3 });
    await plantSource(at('new/diagonal-'), 'diagonal', { count: 3, seed: 3 });
    const random = createRandom(1, 'bare');
    const samples = Uint8Array.from({ length: 64 * 64 * 3 }, () => 256 * random.uniform());
    await sharp(samples, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toFile(at('new/bare.png'));
    writeFileSync(at('new/text.png'), 'this is no image');
    const whole = await plantImage('row', 9).jpeg().toBuffer();
    writeFileSync(at('new/cut.jpg'), whole.subarray(0, whole.length / 2));
    const copies = Array.from({ length: COPIES }, () => 'box-000.png');
    const names = ['bare.png', ...copies, 'box-001.png', 'cut.jpg', 'nothing.png', 'text.png'];
    const diagonal = [0, 1, 2].map((i) => `diagonal-00${i}.png`);
    answers = await identify([...names, ...diagonal].map((name) => `new/${name}`));
  });

  test('get the known source or the discovered one that they are of, with the three nearest', () => {
    const [box, diagonal] = [answersTo('box').slice(-2), answersTo('diagonal')];
    expect(diagonal).toHaveLength(3);
    for (const answer of box) expect(answer).toMatchObject({ source: 'box', kind: 'known', status: 'ok' });
    for (const answer of diagonal) {
      expect(answer).toMatchObject({ source: 'discovered-01', kind: 'discovered', status: 'ok', reason: '' });
    }
    for (const { source, nearest, pValue } of [...box, ...diagonal]) {
      expect(nearest).toHaveLength(3);
      expect(nearest[0]?.source).toBe(source);
      const distances = nearest.map(({ distance }) => distance);
      expect(distances).toEqual(distances.toSorted((a, b) => a - b));
      expect(pValue).toBeGreaterThan(0.05);
    }
  });

  test('are unassigned if they are of no source, and scored as stranger than those of one', () => {
    const [bare, box] = [answersTo('bare')[0], answersTo('box')[0]];
    expect(bare).toMatchObject({ status: 'ok', source: null, kind: 'unassigned' });
    expect(bare?.score).toBeGreaterThan(box?.score as number);
    expect(bare?.pValue).toBeLessThanOrEqual(0.05);
  });

  test('have a status and a reason if they cannot be used, and the others are answered', () => {
    const [cut, nothing, text] = ['cut', 'nothing', 'text'].map((name) => answersTo(name)[0]);
    const unusable = { status: 'unreadable', source: null, kind: 'unassigned', nearest: [] };
    for (const answer of [cut, nothing, text]) expect(answer).toMatchObject(unusable);
    expect(text?.reason).toContain('not an image');
    expect(cut?.reason).toContain('cut off or broken');
    expect(nothing?.reason).toContain('no such file');
  });

  test('are answered alike however often they are given, also when there are many', () => {
    const copies = answersTo('box-000');
    expect(copies).toHaveLength(COPIES);
    expect(new Set(copies.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

test.each([
  ['the whitened descriptor', []],
  ['several joined', ['ood.space=[hidden1, whitened]']],
  ['the descriptor', ['ood.space=[descriptor]', 'ood.scores=[wta]']],
  ['a layer of the network', ['preset=girish2021', 'ood.attribution=accepting-source']],
])('images of the run get the p-values of the run, in %s', async (_, settings) => {
  await run(configIn(folder, CONFIG, settings), { resume: true });
  const expected = pValuesOfRun();
  const names = readdirSync(at('dump'))
    .sort()
    .filter((_, i) => i % 4 === 0);
  const found = await identify(names.map((name) => `dump/${name}`));
  expect(found.map(({ pValue }) => Math.fround(pValue))).toEqual(
    names.map((name) => expected.get(`dump/${name}`)),
  );
});

test('a directory without a finished run is an input error', async () => {
  mkdirSync(at('empty'));
  await expect(identify(['dump/box-000.png'], at('empty'))).rejects.toThrow(InputError);
});
