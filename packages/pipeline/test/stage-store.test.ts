import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type StageKey, StageStore } from '../src/stage-store.js';
import { makeFolder } from './run-folder.js';

const key: StageKey = { round: 1, stage: 'kmeans', options: { clusterCount: 5 }, inputs: { labels: 'aa' } };

async function written(directory: string, software = '1'): Promise<StageStore> {
  const store = new StageStore(directory, software);
  await store.write(key, async (writer) => {
    writer.write('labels.npy', Uint8Array.of(1, 2, 3));
  });
  return store;
}

/** Leaves the stage with one file and without an end. */
async function interruptWriting(store: StageStore): Promise<void> {
  const interrupted = store.write(key, async (writer) => {
    writer.write('part-0.npy', Uint8Array.of(7));
    throw new Error('killed');
  });
  await expect(interrupted).rejects.toThrow('killed');
}

test('a written stage is kept for the same key and reads back its files', async () => {
  const store = await written(makeFolder());
  expect(store.state(key)).toEqual({ kept: true, reason: 'options, inputs and files are the same' });
  expect([...store.open(key).read('labels.npy')]).toEqual([1, 2, 3]);
});

test('a changed option, input or version is the reason to run a stage again', async () => {
  const directory = makeFolder();
  const store = await written(directory);
  expect(store.state({ ...key, options: { clusterCount: 6 } }).reason).toBe(
    'option changed: clusterCount: 5 -> 6',
  );
  expect(store.state({ ...key, inputs: { labels: 'bb' } }).reason).toBe('input changed: labels');
  expect(new StageStore(directory, '2').state(key).reason).toBe('made by version 1, this is 2');
  expect(store.state({ ...key, round: 2 }).reason).toBe('not there yet');
});

test('a changed or missing file is the reason to run a stage again', async () => {
  const directory = makeFolder();
  const store = await written(directory);
  writeFileSync(join(directory, 'round-01/kmeans/labels.npy'), Uint8Array.of(1, 2, 4));
  expect(store.state(key).reason).toBe('its file labels.npy was changed');
  writeFileSync(join(directory, 'round-01/kmeans/stage.json'), '{"version": 1, "outp');
  expect(store.state(key).reason).toBe('not there yet');
});

test('an interrupted stage finds the files it had written, under the same key only', async () => {
  const directory = makeFolder();
  const store = new StageStore(directory, '1');
  await interruptWriting(store);
  expect(store.state(key).kept).toBe(false);
  const seen: boolean[] = [];
  await store.write({ ...key, options: {} }, async (writer) => void seen.push(writer.has('part-0.npy')));
  await store.write(key, async (writer) => void seen.push(writer.has('part-0.npy')));
  expect(seen).toEqual([false, true]);
});

test('discardFrom() forgets the stage, later stages and later rounds, and nothing before', async () => {
  const directory = makeFolder();
  const store = new StageStore(directory, '1');
  for (const round of [1, 2]) {
    for (const stage of ['train', 'kmeans', 'merge'] as const) {
      await store.write({ ...key, round, stage }, async () => {});
    }
  }
  store.discardFrom(1, 'kmeans');
  expect(existsSync(join(directory, 'round-01/train'))).toBe(true);
  expect(readdirSync(join(directory, 'round-01'))).toEqual(['train']);
  expect(readdirSync(join(directory, 'round-02'))).toEqual([]);
});

test('discardFrom() forgets what interrupted stages left too, so that nothing of it is used again', async () => {
  const directory = makeFolder();
  const store = new StageStore(directory, '1');
  await interruptWriting(store);
  store.discardFrom(1, 'merge');
  expect(readdirSync(join(directory, 'round-01'))).toHaveLength(1);
  store.discardFrom(1, 'kmeans');
  expect(readdirSync(join(directory, 'round-01'))).toEqual([]);
});

test('sweep() removes stages that were not opened and what interrupted ones left, and nothing else', async () => {
  const directory = makeFolder();
  for (const [round, stage] of [
    [1, 'train'],
    [1, 'kmeans'],
    [2, 'kmeans'],
    [3, 'attribute'],
  ] as const) {
    await new StageStore(directory, '1').write({ ...key, round, stage }, async () => {});
  }
  const store = new StageStore(directory, '1');
  const interrupted = store.write({ ...key, stage: 'merge' }, async () => {
    throw new Error('killed');
  });
  await expect(interrupted).rejects.toThrow('killed');
  writeFileSync(join(directory, 'round-02/notes.txt'), "somebody's own");
  store.open(key);
  store.sweep();
  expect(readdirSync(join(directory, 'round-01'))).toEqual(['kmeans']);
  expect(readdirSync(join(directory, 'round-02'))).toEqual(['notes.txt']);
  expect(existsSync(join(directory, 'round-03'))).toBe(false);
});

test('stage.json holds no time and no path, so that equal stages have equal bytes', async () => {
  const [first, second] = [makeFolder(), makeFolder()];
  await written(first);
  await written(second);
  const read = (directory: string) => readFileSync(join(directory, 'round-01/kmeans/stage.json'), 'utf8');
  expect(read(first)).toBe(read(second));
});
