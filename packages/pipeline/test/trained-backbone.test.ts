import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { beforeAll, expect, test, vi } from 'vitest';
import { identifyImages, openRunModel, planRun, type RunEvent, readInputs } from '../src/index.js';
import { BACKBONE_CONFIG, plantBackboneStudy } from './planted-backbone.js';
import { configIn, digestsOf, makeFolder, readRows, run, stagesDone } from './run-folder.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = makeFolder();
const config = (into: string, settings: readonly string[] = []) =>
  configIn(folder, BACKBONE_CONFIG, [`run.output=${into}/run`, ...settings]);
const at = (into: string, ...path: string[]) => join(folder, into, 'run', ...path);
let events: readonly RunEvent[] = [];
beforeAll(async () => {
  await plantBackboneStudy(folder);
  writeFileSync(
    join(folder, 'dump/broken.png'),
    readFileSync(join(folder, 'dump/a-000.png')).subarray(0, 900),
  );
  events = (await run(config('whole'))).events;
});

const STAGES = ['train', 'whiten', 'ood', 'kmeans', 'merge', 'refine'];

test('a trained backbone goes before its whitening in every round, and nothing is described', () => {
  const done = stagesDone(events);
  const expected = [1, 2].flatMap((round) => STAGES.map((stage) => `${round} ${stage}`));
  expect(done).toEqual([...expected, '2 attribute']);
});

test('it tells of every epoch, and keeps the losses and all layers with the network', () => {
  const epochs = events.flatMap((event) =>
    event.type === 'epoch' ? [[event.round, event.epoch, event.epochs]] : [],
  );
  expect(epochs).toEqual([
    [1, 1, 2],
    [1, 2, 2],
    [2, 1, 1],
  ]);
  const history = JSON.parse(readFileSync(at('whole', 'round-01/train/history.json'), 'utf8'));
  expect(history.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1, 2]);
  expect(history.every(({ trainingLoss }: { trainingLoss: number }) => trainingLoss > 0)).toBe(true);
  const layers = ['backbone', 'embedding', 'hidden1', 'hidden2', 'logits'];
  expect(readdirSync(at('whole', 'round-01/train')).sort()).toEqual([
    'crops.npy',
    ...layers.map((layer) => `discovery-${layer}.npy`),
    'history.json',
    ...layers.map((layer) => `known-${layer}.npy`),
    'stage.json',
    'weights.safetensors',
  ]);
  const shapeOf = (name: string) => decodeNpy(readFileSync(at('whole', 'round-01/train', name))).shape;
  expect(shapeOf('known-hidden1.npy')).toEqual([28, 512]);
  expect(shapeOf('discovery-backbone.npy')).toEqual([40, 128]);
  expect(shapeOf('discovery-logits.npy')).toEqual([40, 2]);
  expect(shapeOf('crops.npy')).toEqual([68, 4, 128]);
});

// The features of an image are the mean over its four tiles, and each of its four crops is one of these tiles here.
test('the features of an image are the mean of those of its tiles', () => {
  const read = (name: string) => decodeNpy(readFileSync(at('whole', 'round-01/train', name))).data;
  const known = read('known-backbone.npy');
  const crops = read('crops.npy');
  for (let i = 0; i < 128; i++) {
    const mean = [0, 1, 2, 3].reduce((sum, crop) => sum + (crops[crop * 128 + i] as number), 0) / 4;
    expect(known[i]).toBeCloseTo(mean, 5);
  }
});

test('an image with broken data is listed and left out', () => {
  const broken = readRows(folder, 'whole/run/inputs.csv').find(({ path }) => path?.endsWith('broken.png'));
  expect(broken).toMatchObject({ status: 'unreadable' });
});

test('the same seed gives the same bytes, and another seed another network', async () => {
  await run(config('again', ['run.threads=2']));
  const { 'config.resolved.yaml': _, ...again } = digestsOf(at('again'));
  expect(digestsOf(at('whole'))).toMatchObject(again);
  await run(config('other', ['run.seed=2', 'run.rounds=1']));
  const weights = (into: string) => readFileSync(at(into, 'round-01/train/weights.safetensors'));
  expect(weights('other').equals(weights('whole'))).toBe(false);
});

test('stopped after an epoch it goes on with the next, to the bytes of a whole run', async () => {
  const controller = new AbortController();
  const listener = (event: RunEvent) => {
    if (event.type === 'epoch') controller.abort(new Error('stop'));
  };
  await expect(run(config('part'), { signal: controller.signal, listener })).rejects.toThrow('stop');
  const resumed = await run(config('part'), { resume: true });
  const epochs = resumed.events.flatMap((event) =>
    event.type === 'epoch' ? [`${event.round} ${event.epoch}`] : [],
  );
  expect(epochs).toEqual(['1 2', '2 1']);
  expect(digestsOf(at('part'))).toEqual(digestsOf(at('whole')));
});

test('another space of a stage keeps the training, and another option of the network does not', async () => {
  mkdirSync(join(folder, 'kept'));
  cpSync(at('whole'), at('kept'), { recursive: true });
  const settings = { listener: () => undefined, signal: new AbortController().signal };
  const first = async (changes: readonly string[]) =>
    (await planRun(config('kept', changes), settings)).find(({ kept }) => !kept);
  expect(await first(['kmeans.space=[hidden1]'])).toMatchObject({ round: 1, stage: 'kmeans' });
  expect(await first(['extractor.backbone.learningRate=0.01'])).toMatchObject({
    stage: 'train',
    reason: 'option changed: backbone.learningRate: 0.001 -> 0.01',
  });
  rmSync(join(folder, 'kept'), { recursive: true });
});

test('identify takes new images through the network of the last round', async () => {
  const settings = { listener: () => undefined, signal: new AbortController().signal };
  const [answer] = await identifyImages(at('whole'), [join(folder, 'dump/a-001.png')], settings);
  const row = readRows(folder, 'whole/run/assignments.csv').find(({ path }) => path?.endsWith('a-001.png'));
  expect(answer?.status).toBe('ok');
  expect(answer?.source ?? '').toBe(row?.source);
});

/** Checks that what stages kept of the discovery set is what the model makes of the images, and gives the spaces. */
async function compareKept(into: string): Promise<readonly string[]> {
  const model = openRunModel(at(into));
  const inputs = readInputs(readFileSync(at(into, 'inputs.csv'), 'utf8'));
  const records = inputs.discovery.filter(({ status }) => status === 'ok');
  const ids = records.map(({ id }) => id);
  const settings = { directory: null, cropIds: new Set<string>(), threads: 1, onProgress: () => undefined };
  const { signal } = new AbortController();
  const made = await model.readNew(records, { ...settings, signal });
  await model.close();
  const kept = model.readKept({ set: 'discovery', ids }, model.spaces) ?? new Map();
  expect([...kept.keys()]).toEqual(model.spaces);
  for (const [name, { data }] of kept) {
    const expected = made.features.get(name)?.data ?? new Float32Array(0);
    expect(data.length).toBe(expected.length);
    const differences = expected.map((value, i) => Math.abs(value - (data[i] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  }
  return model.spaces;
}

test('rows of its own images are read as the training and the whitening kept them', async () => {
  expect(await compareKept('whole')).toEqual(['whitened']);
});

test('the published recipe works in the layers of the network', async () => {
  const { events: told } = await run(
    config('recipe', ['preset=girish2021', 'refine.minimumSize=4', 'extractor.backbone.batchSize=14']),
  );
  const stages = STAGES.filter((stage) => stage !== 'whiten');
  expect(stagesDone(told).slice(0, 5)).toEqual(stages.map((stage) => `1 ${stage}`));
  expect(await compareKept('recipe')).toEqual(['embedding']);
});

test('images smaller than a crop are listed as too small', async () => {
  const { summary } = await run(
    config('small', ['extractor.backbone.patch=48', 'run.rounds=1', 'data.minimumSide=32']),
  );
  expect(summary.counts.known).toBe(28);
  await expect(run(config('smaller', ['extractor.backbone.patch=64']))).rejects.toThrow(
    /data\.known holds no image that can be used.*both sides must be at least 64/,
  );
});

test('the descriptor can stand beside the layers, and compression is not evened out', async () => {
  // The hash alone: a covariance of all of the descriptor takes a minute.
  const spaces = ['ood.space=[whitened, descriptor]', 'ood.scores=[wta]'];
  const weight = 'extractor.whitening.compressionWeight=0.3';
  const { events: told } = await run(config('both', ['run.rounds=1', ...spaces, weight]));
  expect(stagesDone(told).slice(0, 3)).toEqual(['1 describe', '1 train', '1 whiten']);
  const warnings = told.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings.join()).toContain('compressionWeight has no effect: the features of a trained backbone');
  const settings = { listener: () => undefined, signal: new AbortController().signal };
  const [answer] = await identifyImages(at('both'), [join(folder, 'dump/a-001.png')], settings);
  expect(answer).toMatchObject({ status: 'ok' });
});

test('a device that is not there is refused at once', async () => {
  await expect(run(config('gpu', ['run.device=coreml']))).rejects.toThrow(
    /device must be one that the installed/,
  );
});
