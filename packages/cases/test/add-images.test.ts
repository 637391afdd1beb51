import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeNpy, readNpy } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { FolderLockedError, lockFolder } from '@ganscout/storage';
import { beforeAll, describe, expect, test } from 'vitest';
import { discardAdd, resumeAdd } from '../src/adding/add-images.js';
import { summarizeAdd } from '../src/adding/add-summary.js';
import { PendingAddError, rememberPending } from '../src/adding/pending-add.js';
import { bodyOf } from '../src/case-entry.js';
import { CASE_FILES, readEntryArray } from '../src/case-files.js';
import { openCaseModel } from '../src/case-model.js';
import { readCase } from '../src/case-state.js';
import { eventsOf } from '../src/registry/source-events.js';
import {
  add,
  contextOf,
  copyRun,
  countsOf,
  digestsOf,
  plantDump,
  plantRun,
  sourceOf,
} from './planted-case.js';

let run: string;
beforeAll(async () => {
  run = await plantRun();
});

const pendingOf = (directory: string) => existsSync(join(directory, CASE_FILES.pending));
const request = (directory: string, ...names: string[]) => ({
  locations: names.map((name) => join(dirname(directory), `${name}.npy`)),
  retrain: 'never' as const,
  discoverFrom: 20,
});

/** Writes the rows of a dump in another order under another name, with the same ids. */
function reorder(directory: string, from: string, to: string, order: readonly number[]): string {
  const folder = dirname(directory);
  const { shape, data } = readNpy(readFileSync(join(folder, `${from}.npy`)));
  const dims = shape[1] as number;
  const rows = order.flatMap((row) => [...data.subarray(row * dims, (row + 1) * dims)]);
  writeFileSync(join(folder, `${to}.npy`), encodeNpy({ shape, data: Float32Array.from(rows) }));
  writeFileSync(join(folder, `${to}.csv`), `id\n${order.map((row) => `${from}-${row}`).join('\n')}\n`);
  return join(folder, `${to}.npy`);
}

test('the first add makes a case of a run: known sources have the first ids, and the state is what was read before', async () => {
  const directory = copyRun(run);
  const before = readCase(directory);
  expect(before.entries).toEqual([]);
  expect(before.registry.sources.map(({ id, name, kind }) => `${id} ${name} ${kind}`)).toEqual([
    'S0001 anna known',
    'S0002 bert known',
    'S0003 carl known',
    'S0004 discovered-01 discovered',
    'S0005 discovered-02 discovered',
    'S0006 discovered-03 discovered',
  ]);
  const { state, added, retraining } = await add(directory, [
    plantDump(directory, 'p', { anna: 5, dora: 6 }),
  ]);
  expect(state.entries.map(({ kind }) => kind)).toEqual(['opened', 'added']);
  expect(state.registry.sources).toEqual(before.registry.sources);
  expect(state.ids).toEqual([...before.ids, ...Array.from({ length: 11 }, (_, i) => `p-${i}`)]);
  expect(state.labels.subarray(0, before.labels.length)).toEqual(before.labels);
  const dora = sourceOf(before, 'y-30');
  expect(countsOf(state, 'p')).toEqual({ S0001: 5, [dora]: 6 });
  expect(added).toMatchObject({ entry: 2, inputs: { total: 11, ok: 11 }, failed: [] });
  expect(retraining).toBeNull();
  expect(readCase(directory)).toEqual(state);
  expect(pendingOf(directory)).toBe(false);
});

test('a source that is discovered keeps its id and name over later adds, and attracts its images', async () => {
  const directory = copyRun(run);
  const first = await add(directory, [plantDump(directory, 'p', { anna: 5, gina: 30 })]);
  expect(countsOf(first.state, 'p')).toEqual({ S0001: 5, S0007: 30 });
  expect(first.state.registry.sources[6]).toMatchObject({ id: 'S0007', name: 'discovered-04', bornEntry: 2 });
  const summary = summarizeAdd(first.state, 2);
  expect(summary).toMatchObject({ images: 35, waiting: { before: 0, after: 0 } });
  expect(summary.bySource.map(({ id, images }) => [id, images])).toEqual([
    ['S0007', 30],
    ['S0001', 5],
  ]);
  const second = await add(directory, [plantDump(directory, 'q', { gina: 10, hugo: 4 })]);
  expect(countsOf(second.state, 'q')).toEqual({ S0007: 10, '': 4 });
  // Four of a new source wait until there are enough; those that waited become part of it then.
  const third = await add(directory, [plantDump(directory, 'r', { gina: 5, hugo: 20 })]);
  expect(countsOf(third.state, 'r')).toEqual({ S0007: 5, S0008: 20 });
  expect(countsOf(third.state, 'q')).toEqual({ S0007: 10, S0008: 4 });
  expect(third.state.registry.sources.map(({ name }) => name).slice(6)).toEqual([
    'discovered-04',
    'discovered-05',
  ]);
  expect(bodyOf(third.state.entries[3] as (typeof third.state.entries)[number])).toMatchObject({
    waiting: { before: 4, after: 0 },
    candidates: [{ source: 'S0008', images: 24 }],
  });
  expect([...readEntryArray(directory, 4, 'moved.npy')]).toEqual(
    [130, 131, 132, 133].flatMap((row) => [row + 5, 0, 8]),
  );
});

test('fewer waiting images than discovery is to be made from wait on, and are all in the buffer', async () => {
  const directory = copyRun(run);
  const dump = plantDump(directory, 'p', { gina: 30 });
  const { state } = await add(directory, [dump], { discoverFrom: 31 });
  expect(countsOf(state, 'p')).toEqual({ '': 30 });
  const model = openCaseModel(state);
  expect(model.buffer.ids).toEqual(Array.from({ length: 30 }, (_, i) => `p-${i}`));
  expect([...model.buffer.rows]).toEqual(Array.from({ length: 30 }, (_, i) => 90 + i));
  await model.run.close();
});

test('images that are there already are duplicates, also of each other and of the labelled ones', async () => {
  const directory = copyRun(run);
  const dump = plantDump(directory, 'p', { dora: 6 });
  const { added } = await add(directory, [dump, dump]);
  expect(added?.inputs).toMatchObject({ total: 12, ok: 6, duplicate: 6 });
  const known = await add(directory, [join(dirname(directory), 'x.npy')]);
  expect(known.added?.inputs).toMatchObject({ total: 120, ok: 0, duplicate: 120 });
});

test('the same dump again changes nothing but the log', async () => {
  const directory = copyRun(run);
  const dump = plantDump(directory, 'p', { anna: 5, gina: 30, hugo: 3 });
  const first = await add(directory, [dump]);
  const again = await add(directory, [dump]);
  expect(again.added?.inputs).toMatchObject({ ok: 0, duplicate: 38 });
  expect(again.state.entries).toHaveLength(3);
  expect(eventsOf(again.state.entries[2] as { body: unknown })).toEqual([]);
  const { entries: _, bufferEntry, ...rest } = again.state;
  const { entries: __, bufferEntry: bufferBefore, ...before } = first.state;
  expect(rest).toEqual(before);
  expect(bufferEntry).toBe(3);
  expect(bufferBefore).toBe(2);
  const [now, then] = [again.state, first.state].map((state) => openCaseModel(state).buffer);
  expect(now).toEqual(then);
});

test('the same adds leave the same bytes, and later adds leave those of earlier ones alone', async () => {
  const states = [];
  const directories = [copyRun(run), copyRun(run)];
  // Locations are part of the log: the same ones.
  const folder = dirname(directories[0] as string);
  for (const directory of directories) {
    const dumps = [
      plantDump(join(folder, 'run'), 'p', { anna: 5, gina: 30 }),
      plantDump(join(folder, 'run'), 'q', { gina: 5, hugo: 4 }),
    ];
    for (const dump of dumps) {
      await add(directory, [dump], {}, { now: () => new Date(states.length) });
      states.push(digestsOf(directory));
    }
  }
  expect(states[2]).toEqual(states[0]);
  expect(states[3]).toEqual(states[1]);
  const { log: _, ...first } = states[0] as Record<string, string>;
  expect(states[1]).toMatchObject(first);
});

test('the order of the images of a dump does not matter beyond the order of the rows', async () => {
  const directory = copyRun(run);
  const dump = plantDump(directory, 'p', { anna: 5, emil: 8, gina: 30 });
  const other = copyRun(run);
  plantDump(other, 'p', { anna: 5, emil: 8, gina: 30 });
  const order = Array.from({ length: 43 }, (_, i) => (i * 17) % 43);
  const turned = reorder(other, 'p', 'turned', order);
  const straight = await add(directory, [dump]);
  const shuffled = await add(other, [turned]);
  expect(shuffled.state.ids.slice(90)).toEqual(order.map((row) => `p-${row}`));
  for (const id of straight.state.ids)
    expect(sourceOf(shuffled.state, id)).toBe(sourceOf(straight.state, id));
  const [a, b] = [straight, shuffled].map(({ state }) => openCaseModel(state).sources);
  expect(new Set(a?.exemplars.ids)).toEqual(new Set(b?.exemplars.ids));
});

describe('a pending add', () => {
  test('of another dump stands in the way until it is dropped', async () => {
    const directory = copyRun(run);
    const dump = plantDump(directory, 'p', { dora: 6 });
    plantDump(directory, 'q', { dora: 6 });
    rememberPending(directory, { ...request(directory, 'q'), entry: 2 });
    const refused = add(directory, [dump]);
    await expect(refused).rejects.toThrow(PendingAddError);
    await expect(refused).rejects.toThrow('q.npy that was interrupted; finish it with "ganscout add');
    await expect(refused).rejects.toThrow('nothing of it is in the case');
    await expect(add(directory, [], { retrain: 'always' })).rejects.toThrow(PendingAddError);
    expect(await discardAdd(directory, contextOf(directory))).toBe(true);
    expect(await discardAdd(directory, contextOf(directory))).toBe(false);
    const { state } = await add(directory, [dump]);
    expect(state.entries).toHaveLength(2);
    expect(state.ids).toHaveLength(96);
  });

  test('is gone on with by the same add, or by a resume', async () => {
    const directory = copyRun(run);
    const dump = plantDump(directory, 'p', { dora: 6 });
    rememberPending(directory, { ...request(directory, 'p'), entry: 2 });
    expect((await add(directory, [dump])).state.entries).toHaveLength(2);
    expect(await resumeAdd(directory, contextOf(directory))).toBeNull();
    plantDump(directory, 'q', { dora: 6 });
    rememberPending(directory, { ...request(directory, 'q'), entry: 3 });
    const resumed = await resumeAdd(directory, contextOf(directory));
    expect(countsOf(resumed?.state as never, 'q')).toEqual({ [sourceOf(readCase(run), 'y-30')]: 6 });
    expect(pendingOf(directory)).toBe(false);
  });

  test('whose images are in the case already is at its end', async () => {
    const directory = copyRun(run);
    const dump = plantDump(directory, 'p', { dora: 6 });
    const { state } = await add(directory, [dump]);
    // As a process leaves it that is killed between the last line of the log and the end.
    rememberPending(directory, { ...request(directory, 'p'), entry: 2 });
    await expect(add(directory, [])).rejects.toThrow('its images are in the case');
    const resumed = await resumeAdd(directory, contextOf(directory));
    expect(resumed?.added).toBeNull();
    expect(resumed?.state).toEqual(state);
    expect(pendingOf(directory)).toBe(false);
  });
});

test('two writers are kept apart, and an add of what is not there leaves nothing behind', async () => {
  const directory = copyRun(run);
  const dump = plantDump(directory, 'p', { dora: 6 });
  const unlock = lockFolder(directory, () => new Date(0));
  await expect(add(directory, [dump])).rejects.toThrow(FolderLockedError);
  unlock();
  await expect(add(directory, [join(dirname(directory), 'gone.npy')])).rejects.toThrow(InputError);
  expect(readCase(directory).entries).toHaveLength(1);
  expect(pendingOf(directory)).toBe(false);
  await add(directory, [dump]);
});

test('what is no run is refused and left as it was, and so are features of other columns', async () => {
  const directory = copyRun(run);
  const nowhere = join(dirname(directory), 'nowhere');
  await expect(add(nowhere, [])).rejects.toThrow('holds no run');
  expect(existsSync(nowhere)).toBe(false);
  writeFileSync(join(dirname(directory), 'n.npy'), encodeNpy({ shape: [1, 3], data: new Float32Array(3) }));
  writeFileSync(join(dirname(directory), 'n.csv'), 'id\na\n');
  await expect(add(directory, [join(dirname(directory), 'n.npy')])).rejects.toThrow('must have 16 columns');
});

test('an add reads nothing of earlier images but the buffer and exemplars', async () => {
  const directory = copyRun(run);
  await add(directory, [plantDump(directory, 'p', { gina: 30 })]);
  // The features of the run and of the first dump are not asked for again.
  for (const name of ['x.npy', 'y.npy', 'p.npy', 'run/case/0002/features.npy']) {
    writeFileSync(join(dirname(directory), name), 'no features any more');
  }
  const { state } = await add(directory, [plantDump(directory, 'q', { gina: 5, emil: 5 })]);
  expect(countsOf(state, 'q')).toEqual({ S0007: 5, [sourceOf(state, 'y-50')]: 5 });
});
