import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test, vi } from 'vitest';
import {
  CLASSIFIER_DEFAULTS,
  type ClassifierOptions,
  type ClassifierTraining,
  classifyImages,
  type TrainingEvent,
  type TrainingSettings,
  trainClassifier,
} from '../src/index.js';
import { plantSource } from './planted-images.js';
import { digestsOf, makeFolder, readRows } from './run-folder.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const OPTIONS: ClassifierOptions = {
  ...CLASSIFIER_DEFAULTS,
  patchSize: 16,
  patchesPerSource: 16,
  batchSize: 12,
  epochs: 3,
  learningRate: 3e-3,
  heldBack: 0.2,
  test: 0.3,
  seed: 5,
};

const folder = makeFolder();
beforeAll(async () => {
  for (const filter of ['cross', 'box', 'row'] as const) {
    await plantSource(join(folder, 'data', filter, 'a-'), filter, { count: 24, seed: 1, side: 40 });
  }
});

function training(output: string, options: Partial<ClassifierOptions> = {}): ClassifierTraining {
  return {
    folder: 'data',
    baseDirectory: folder,
    output: join(folder, output),
    options: { ...OPTIONS, ...options },
    computing: { threads: 1, device: 'cpu' },
  };
}

async function train(order: ClassifierTraining, settings: Partial<TrainingSettings> = {}) {
  const events: TrainingEvent[] = [];
  const outcome = await trainClassifier(order, {
    resume: false,
    signal: new AbortController().signal,
    now: () => new Date(0),
    listener: (event) => events.push(event),
    ...settings,
  });
  return { ...outcome, events };
}

/** Runs a training in a process of its own; null if it was killed. */
function trainInProcess(order: { training: ClassifierTraining; resume?: boolean; kill?: object }) {
  const script = fileURLToPath(new URL('process-train.mjs', import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, JSON.stringify(order)], {
    encoding: 'utf8',
  });
  if (signal === 'SIGKILL') return null;
  if (status !== 0) throw new Error(`the process ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

test('trainClassifier() tells planted sources apart and writes what it found', async () => {
  const { directory, summary, failedInputs, events } = await train(training('first', { epochs: 8 }));
  expect(failedInputs).toBe(0);
  expect(readdirSync(directory).sort()).toEqual([
    'checkpoint-best.safetensors',
    'checkpoint-last.safetensors',
    'confusion.csv',
    'learning-curves.svg',
    'metrics.jsonl',
    'model.onnx',
    'predictions.csv',
    'split.csv',
    'summary.json',
    'timings.json',
    'training.json',
  ]);
  expect(summary.test.figures.accuracy).toBeGreaterThan(0.8);
  expect(summary.test.figures.auroc).toBeGreaterThan(0.9);
  expect(summary.test.intervals.accuracy).toHaveLength(2);
  expect(summary.history).toHaveLength(8);
  const split = readRows(directory, 'split.csv');
  expect(split).toHaveLength(72);
  const count = (part: string) => split.filter((row) => row.part === part).length;
  expect([count('training'), count('held_back'), count('test')]).toEqual([
    summary.counts.training,
    summary.counts.heldBack,
    summary.counts.test,
  ]);
  const predictions = readRows(directory, 'predictions.csv');
  const tested = new Set(split.filter(({ part }) => part === 'test').map(({ path }) => path));
  expect(new Set(predictions.map(({ path }) => path))).toEqual(tested);
  const right = predictions.filter((row) => row.right === 'true').length;
  expect(right / predictions.length).toBeCloseTo(summary.test.figures.accuracy as number, 12);
  const confusion = readRows(directory, 'confusion.csv');
  expect(confusion.map(({ source }) => source)).toEqual(['box', 'cross', 'row']);
  const total = confusion.reduce(
    (sum, row) => sum + Number(row.box) + Number(row.cross) + Number(row.row),
    0,
  );
  expect(total).toBe(summary.test.images);
  const lines = readFileSync(join(directory, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const types = lines.map((line) => JSON.parse(line).type);
  expect(types.filter((type) => type === 'epoch')).toHaveLength(8);
  expect(types.filter((type) => type === 'batch')).toHaveLength(8 * (48 / 12));
  expect(events.find(({ type }) => type === 'start')).toMatchObject({ device: 'cpu', batchesPerEpoch: 4 });
});

test('trainClassifier() refuses to write over a training, and to go on with one that was asked for something else', async () => {
  const again = train(training('first', { epochs: 8 }));
  await expect(again).rejects.toThrow('already holds a training; go on with it (--resume)');
  const changed = train(training('first', { epochs: 9, seed: 6 }), { resume: true });
  await expect(changed).rejects.toThrow(
    /asked for something else: epochs was 8 and is now 9; seed was 5 and is now 6/,
  );
});

test('classifyImages() names planted images, and says which cannot be used and why', async () => {
  await plantSource(join(folder, 'new', 'box-'), 'box', { count: 6, seed: 9, side: 40 });
  await plantSource(join(folder, 'new', 'small-'), 'box', { count: 1, seed: 9, side: 12 });
  writeFileSync(join(folder, 'new', 'text.png'), 'hello');
  writeFileSync(join(folder, 'new', 'twin.png'), readFileSync(join(folder, 'new', 'box-000.png')));
  const paths = readdirSync(join(folder, 'new')).map((name) => join('new', name));
  const { facts, images } = await classifyImages('first/model.onnx', paths, {
    computing: { threads: 1, device: 'cpu' },
    workingDirectory: folder,
    listener: () => undefined,
    signal: new AbortController().signal,
  });
  expect(facts.labels).toEqual(['box', 'cross', 'row']);
  const byName = new Map(images.map((image) => [image.path.slice(4), image]));
  expect(byName.get('small-000.png')).toMatchObject({ status: 'too_small', label: null });
  expect(byName.get('text.png')).toMatchObject({ status: 'unreadable', probabilities: null });
  expect(byName.get('twin.png')).toMatchObject({ ...byName.get('box-000.png'), path: 'new/twin.png' });
  const boxes = images.filter(({ path, status }) => path.startsWith('new/box') && status === 'ok');
  expect(boxes.filter(({ label }) => label === 'box').length).toBeGreaterThan(3);
  for (const { probabilities } of boxes) {
    expect(probabilities?.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
  }
});

test('a training killed at a batch and while a checkpoint is written ends with the bytes of a whole one', async () => {
  const options = { head: 'paper', augment: 'paper' } as const;
  const whole = training('whole', options);
  expect(trainInProcess({ training: whole })).toEqual({ epochs: 3 });
  const part = training('part', options);
  // Between the best checkpoint and the last one; in the middle of an epoch; before the model.
  const kills = [
    { epoch: 1, batch: 4, renames: 2 },
    { epoch: 2, batch: 2, renames: 0 },
    { epoch: 3, batch: 4, renames: 4 },
  ];
  for (const kill of kills) expect(trainInProcess({ training: part, resume: true, kill })).toBeNull();
  expect(readdirSync(part.output)).not.toContain('summary.json');
  expect(trainInProcess({ training: part, resume: true })).toEqual({ epochs: 3 });
  expect(digestsOf(part.output)).toEqual(digestsOf(whole.output));
  const lines = readFileSync(join(part.output, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const batches = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'batch');
  expect(batches.map(({ epoch, batch }) => `${epoch}/${batch}`)).toEqual(
    [1, 2, 3].flatMap((epoch) => [1, 2, 3, 4].map((batch) => `${epoch}/${batch}`)),
  );
});

test('trainClassifier() tells real from fake, with the recall of each source', async () => {
  const { summary, directory } = await train(training('binary', { binary: true, real: ['box'], epochs: 1 }));
  expect(summary.test.labels).toEqual(['real', 'fake']);
  expect(summary.test.bySource.map(({ source, label }) => `${source} ${label}`)).toEqual([
    'box real',
    'cross fake',
    'row fake',
  ]);
  expect(readRows(directory, 'confusion.csv')[0]).toHaveProperty('fake');
  await expect(train(training('none', { binary: true }))).rejects.toThrow(
    'must be among box, cross, row, got real',
  );
  await expect(train(training('all', { binary: true, real: ['box', 'cross', 'row'] }))).rejects.toThrow(
    'all 3 are real',
  );
});

test('trainClassifier() starts from the weights of an earlier training, and fine-tunes from a layer on', async () => {
  const weights = 'whole/checkpoint-best.safetensors';
  const { summary } = await train(training('tuned', { weights, trainFrom: 'head', epochs: 1 }));
  expect(summary.history).toHaveLength(1);
  await expect(train(training('misfit', { weights, backbone: 'resnet18', patchSize: 32 }))).rejects.toThrow(
    /Cannot start from whole.*the weights do not fit resnet18:.*missing: conv1\.weight/s,
  );
  await expect(train(training('text', { weights: 'data/a.txt' }))).rejects.toThrow(
    'ends in .onnx or .safetensors',
  );
});

test('trainClassifier() names sources without an image, and those that are too few or too small', async () => {
  const at = (name: string) => ({ ...training(`runs/${name}`), folder: name });
  await plantSource(join(folder, 'one', 'box', 'a-'), 'box', { count: 6, seed: 1, side: 20 });
  await expect(train(at('one'))).rejects.toThrow('at least two sources to tell apart, found 1: box');
  mkdirSync(join(folder, 'one', 'void'));
  await expect(train(at('one'))).rejects.toThrow('none of "void" (no image is in its folder)');
  await plantSource(join(folder, 'small', 'box', 'a-'), 'box', { count: 6, seed: 1, side: 20 });
  await plantSource(join(folder, 'small', 'row', 'a-'), 'row', { count: 6, seed: 1, side: 12 });
  await expect(train(at('small'))).rejects.toThrow(
    /none of "row" \(.*12 × 12 pixels; both sides must be at least 16\)/,
  );
  await plantSource(join(folder, 'small', 'row', 'b-'), 'row', { count: 2, seed: 2, side: 20 });
  await expect(train(at('small'))).rejects.toThrow('source "row" must have at least 3 groups');
});

test('trainClassifier() leaves out a broken image and says so', async () => {
  const broken = 'broken';
  for (const filter of ['cross', 'box'] as const) {
    await plantSource(join(folder, broken, filter, 'a-'), filter, { count: 8, seed: 1, side: 20 });
  }
  writeFileSync(join(folder, broken, 'box', 'z.png'), 'hello');
  const order = { ...training('runs/broken', { epochs: 1 }), folder: broken };
  const { failedInputs, summary, directory } = await train(order);
  expect([failedInputs, summary.counts.images]).toEqual([1, 16]);
  expect(readRows(directory, 'split.csv').find(({ status }) => status === 'unreadable')).toMatchObject({
    path: 'broken/box/z.png',
    part: '',
  });
});

test('images of one group are in one part, also if they are of several sources', async () => {
  const grouped = join(folder, 'grouped');
  for (const filter of ['cross', 'box'] as const) {
    await plantSource(join(grouped, `${filter}-`), filter, { count: 20, seed: 1, side: 20 });
  }
  const rows = readdirSync(grouped).map((name) => {
    const [source, number] = name.replace('.png', '').split('-') as [string, string];
    return `${name},${source},scene ${Number(number) % 10}\n`;
  });
  writeFileSync(join(grouped, 'metadata.csv'), `file_name,source,group\n${rows.join('')}`);
  const { summary, directory } = await train({
    ...training('runs/grouped', { epochs: 1 }),
    folder: 'grouped',
  });
  const split = readRows(directory, 'split.csv');
  const partsOf = new Map<string, Set<string>>();
  for (const { group = '', part = '' } of split) {
    partsOf.set(group, (partsOf.get(group) ?? new Set()).add(part));
  }
  expect([...partsOf.values()].map((parts) => parts.size)).toEqual(Array(10).fill(1));
  expect(summary.counts.test).toBe(12);
});

test('a training that diverges says so, and its directory can be used again', async () => {
  const order = training('steep', { epochs: 1, heldBack: 0, schedule: 'constant' });
  const steep = { ...order, options: { ...order.options, learningRate: 1e37 } };
  await expect(train(steep)).rejects.toThrow(
    /stopped in epoch 1, batch 2 of 4: .* is not finite\. Try a lower/,
  );
  const { summary } = await train(order);
  expect(summary.history[0]).toMatchObject({ epoch: 1, heldBackLoss: null });
});

test('an interrupted training keeps its finished epochs', async () => {
  const interruption = new AbortController();
  const order = training('stopped');
  const listener = (event: TrainingEvent) => {
    if (event.type === 'epoch' && event.epoch === 1) interruption.abort();
  };
  await expect(train(order, { signal: interruption.signal, listener })).rejects.toThrow('aborted');
  expect(readdirSync(order.output)).toContain('checkpoint-last.safetensors');
  expect(readdirSync(order.output)).not.toContain('run.lock');
});

test('trainClassifier() refuses options out of range and a device that is not there', async () => {
  await expect(train(training('x', { test: 0 }))).rejects.toThrow('test must be in (0, 1)');
  await expect(train(training('x', { backbone: 'alexnet' as 'pose' }))).rejects.toThrow(
    'backbone must be one of',
  );
  await expect(train(training('x', { patchSize: 8 }))).rejects.toThrow('images must be at least 16 × 16');
  const computing = { threads: 1, device: 'tpu' as 'cpu' };
  await expect(train({ ...training('x'), computing })).rejects.toThrow('device must be one of');
});
