import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readEntryArray } from '../src/case-files.js';
import { openCaseModel } from '../src/case-model.js';
import { type CaseState, readCase } from '../src/case-state.js';
import { planRename } from '../src/operations/source-operations.js';
import { OperationError } from '../src/operations/source-operations-checks.js';
import { changeSources, type SourceRequest } from '../src/operations/source-operations-request.js';
import { writeOperation } from '../src/operations/write-operation.js';
import { CASE_REASON } from '../src/reasons.js';
import { add, contextOf, copyRun, countsOf, plantDump, plantRun, sourceOf } from './planted-case.js';

let run: string;
/** Ids of the sources that the run found; which is which is for the run to say. */
let [dora, emil, fred] = ['', '', ''];
beforeAll(async () => {
  run = await plantRun();
  const state = readCase(run);
  [dora, emil, fred] = ['y-30', 'y-50', 'y-70'].map((id) => sourceOf(state, id)) as [string, string, string];
});

const change = async (directory: string, request: SourceRequest): Promise<CaseState> =>
  (await changeSources(directory, request, contextOf(directory))).state;
/** Ids of images of a source, as the run numbered them. */
const imagesOf = (first: number) => Array.from({ length: 20 }, (_, i) => `y-${first + i}`);

/** Exemplars by the id of their source; the buffer under `''`. */
async function standing(state: CaseState): Promise<Record<string, readonly string[]>> {
  const { run: opened, sources, buffer } = openCaseModel(state);
  const { ids, labels } = sources.exemplars;
  const idOf = (label: number) => `S000${sources.sources[label]}`;
  const found: Record<string, string[]> = buffer.ids.length === 0 ? {} : { '': [...buffer.ids].sort() };
  ids.forEach((id, i) => {
    const source = idOf(labels[i] as number);
    found[source] = [...(found[source] ?? []), id].sort();
  });
  expect(new Set(sources.sources).size).toBe(sources.sources.length);
  expect(sources.test.wta.sourceCount).toBe(sources.sources.length);
  await opened.close();
  return found;
}

/** What an undoing must bring back of the model, and of the state. */
async function outlook(state: CaseState): Promise<unknown> {
  const sources = state.registry.sources.map(({ bornEntry: _, ...source }) => source);
  const constraints = state.constraints.map(({ operation: _, ...constraint }) => constraint);
  return { sources, constraints, labels: [...state.labels], standing: await standing(state) };
}

const sorted = (...ids: (readonly string[])[]) => ids.flat().sort();

test('a name alone changes neither images nor model', async () => {
  const directory = copyRun(run);
  const { state, plan } = await writeOperation(
    directory,
    (present) => planRename(present, dora, 'Dora'),
    contextOf(directory),
  );
  expect(plan.modelChanges).toBe(false);
  expect(state.entries.map(({ kind }) => kind)).toEqual(['opened', 'operation']);
  expect(state.testEntry).toBeNull();
  expect(state.registry.sources.find(({ id }) => id === dora)?.name).toBe('Dora');
  const { state: grown } = await add(directory, [plantDump(directory, 'p', { dora: 5 })]);
  expect(countsOf(grown, 'p')).toEqual({ [dora]: 5 });
  expect(grown.registry.sources.find(({ id }) => id === dora)?.name).toBe('Dora');
});

test('a plan that does not fit writes nothing, but that the case is one', async () => {
  const directory = copyRun(run);
  await expect(change(directory, { operation: 'restore', source: dora })).rejects.toThrow(OperationError);
  expect(readCase(directory).entries).toHaveLength(1);
});

describe('merge', () => {
  test('gives one source the images and exemplars of both, and those that come', async () => {
    const directory = copyRun(run);
    const state = await change(directory, { operation: 'merge', sources: [dora, emil] });
    expect(countsOf(state)).toMatchObject({ [dora]: 40, [fred]: 20 });
    const models = await standing(state);
    expect(models[dora]).toEqual(sorted(imagesOf(30), imagesOf(50)));
    expect(models[emil]).toBeUndefined();
    expect([...readEntryArray(directory, 2, 'moved-reasons.npy')]).toEqual(
      Array(20).fill(CASE_REASON.placedByPerson),
    );
    const { state: grown } = await add(directory, [plantDump(directory, 'p', { dora: 8, emil: 8 })]);
    expect(countsOf(grown, 'p')[dora]).toBeGreaterThanOrEqual(14);
    expect(countsOf(grown, 'p')[emil]).toBeUndefined();
  });

  test('into a known source leaves it the labelled exemplars, which alone make the limit', async () => {
    const directory = copyRun(run);
    const before = await standing(readCase(directory));
    const state = await change(directory, { operation: 'merge', sources: ['anna', dora] });
    expect(countsOf(state)).toMatchObject({ S0001: 30 });
    const models = await standing(state);
    expect(models.S0001).toEqual(sorted(before.S0001 as string[], imagesOf(30)));
    const { sources } = openCaseModel(state);
    expect(sources.knownCount).toBe(3);
    const unlabelled = sources.exemplars.ids.filter((_, i) => sources.exemplars.labelled[i] === 0);
    expect(unlabelled).toEqual(expect.arrayContaining(imagesOf(30)));
    expect(sources.test.fused?.reference).toEqual(openCaseModel(readCase(run)).sources.test.fused?.reference);
    const { state: grown } = await add(directory, [plantDump(directory, 'p', { anna: 8, dora: 8 })]);
    expect(countsOf(grown, 'p').S0001).toBeGreaterThanOrEqual(14);
  });

  test('of a source born of an add takes exemplars from what was kept of it', async () => {
    const directory = copyRun(run);
    await add(directory, [plantDump(directory, 'p', { gina: 30 })]);
    // The dump itself is not needed any more.
    rmSync(join(dirname(directory), 'p.npy'));
    const state = await change(directory, { operation: 'merge', sources: [dora, 'S0007'] });
    expect((await standing(state))[dora]).toHaveLength(50);
  });
});

test('a split parts exemplars with the images, and each side attracts its own', async () => {
  const directory = copyRun(run);
  await change(directory, { operation: 'merge', sources: [dora, emil] });
  const split = { operation: 'split', source: dora, images: imagesOf(50), name: 'Emil' } as const;
  const state = await change(directory, split);
  expect(countsOf(state)).toMatchObject({ [dora]: 20, S0007: 20 });
  expect(state.registry.sources[6]).toMatchObject({ id: 'S0007', name: 'Emil', from: dora });
  expect(await standing(state)).toMatchObject({ [dora]: imagesOf(30), S0007: imagesOf(50) });
  const { state: grown } = await add(directory, [plantDump(directory, 'p', { dora: 10, emil: 10 })]);
  expect(countsOf(grown, 'p')).toEqual({ [dora]: 10, S0007: 10 });
});

test('images split off a known source leave it its labelled images', async () => {
  const directory = copyRun(run);
  const images = Array.from({ length: 10 }, (_, i) => `y-${i}`);
  const state = await change(directory, { operation: 'split', source: 'anna', images });
  expect(countsOf(state)).toMatchObject({ S0007: 10 });
  expect(countsOf(state).S0001).toBeUndefined();
  const models = await standing(state);
  expect(models.S0001).toHaveLength(40);
  expect(models.S0007).toEqual([...images].sort());
});

test('a dissolved source leaves its images in the buffer, where they are found again under another id', async () => {
  const directory = copyRun(run);
  const state = await change(directory, { operation: 'dissolve', source: fred });
  expect(countsOf(state)).toMatchObject({ '': 20 });
  const models = await standing(state);
  expect(models['']).toEqual(imagesOf(70));
  expect(models[fred]).toBeUndefined();
  const { state: grown } = await add(directory, [plantDump(directory, 'p', { fred: 10 })]);
  expect(countsOf(grown)).toMatchObject({ S0007: 30 });
  expect(grown.registry.sources.find(({ id }) => id === fred)?.state).toBe('dissolved');
});

describe('retire', () => {
  test('keeps the images, gives the source no others, and lets them wait without being found again', async () => {
    const directory = copyRun(run);
    const state = await change(directory, { operation: 'retire', source: fred });
    expect(countsOf(state)).toMatchObject({ [fred]: 20 });
    expect((await standing(state))[fred]).toEqual(imagesOf(70));
    const { state: grown } = await add(directory, [plantDump(directory, 'p', { fred: 25, dora: 5 })]);
    expect(countsOf(grown, 'p')).toEqual({ '': 25, [dora]: 5 });
    expect([...readEntryArray(directory, 3, 'reasons.npy').slice(0, 25)]).toEqual(
      Array(25).fill(CASE_REASON.acceptedByRetired),
    );
    const { state: again } = await add(directory, [plantDump(directory, 'q', { fred: 5 })]);
    expect(countsOf(again)).toMatchObject({ [fred]: 20, '': 30 });
    expect(again.registry.sources).toHaveLength(6);
  });

  test('is taken back by restoring: what waited comes to the source', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'retire', source: fred });
    await add(directory, [plantDump(directory, 'p', { fred: 25 })]);
    const state = await change(directory, { operation: 'restore', source: fred });
    expect(state.constraints).toEqual([]);
    const { state: grown } = await add(directory, [plantDump(directory, 'q', { fred: 5 })]);
    expect(countsOf(grown)).toMatchObject({ [fred]: 50 });
  });
});

describe('label', () => {
  test('by a new name makes a source known, that goes on taking in its images', async () => {
    const directory = copyRun(run);
    const state = await change(directory, { operation: 'label', source: fred, name: 'Fred' });
    const source = state.registry.sources.find(({ id }) => id === fred);
    expect(source).toMatchObject({ name: 'Fred', kind: 'known', labelled: 'Fred' });
    expect(state.constraints).toMatchObject([{ kind: 'known', name: 'Fred', images: imagesOf(70) }]);
    const { state: grown } = await add(directory, [plantDump(directory, 'p', { fred: 9 })]);
    expect(countsOf(grown, 'p')).toEqual({ [fred]: 9 });
  });

  test('by the name of a known source gives it the images', async () => {
    const directory = copyRun(run);
    const state = await change(directory, { operation: 'label', source: fred, name: 'bert' });
    expect(countsOf(state)).toMatchObject({ S0002: 30 });
    expect((await standing(state)).S0002).toHaveLength(60);
  });
});

describe('undo', () => {
  const operations: readonly (readonly [string, () => SourceRequest])[] = [
    ['merge', () => ({ operation: 'merge', sources: [dora, emil] })],
    ['merge into a known source', () => ({ operation: 'merge', sources: ['anna', emil] })],
    ['dissolve', () => ({ operation: 'dissolve', source: fred })],
    ['retire', () => ({ operation: 'retire', source: fred })],
    ['label', () => ({ operation: 'label', source: fred, name: 'carl' })],
  ];
  test.each(
    operations,
  )('of a %s brings back labels, exemplars, buffer and constraints', async (_, request) => {
    const directory = copyRun(run);
    const before = await outlook(readCase(directory));
    const done = await change(directory, request());
    const after = await outlook(done);
    expect(after).not.toEqual(before);
    const undone = await change(directory, { operation: 'undo', entry: null });
    expect(await outlook(undone)).toEqual(before);
    const again = await change(directory, { operation: 'undo', entry: 3 });
    expect(await outlook(again)).toEqual(after);
    expect(await outlook(readCase(directory))).toEqual(after);
  });

  test('of a split unites the images again, also those that came since', async () => {
    const directory = copyRun(run);
    const merged = await change(directory, { operation: 'merge', sources: [dora, emil] });
    await change(directory, { operation: 'split', source: dora, images: imagesOf(50) });
    await add(directory, [plantDump(directory, 'p', { emil: 6 })]);
    const undone = await change(directory, { operation: 'undo', entry: 3 });
    expect(countsOf(undone)).toMatchObject({ [dora]: 46 });
    expect(undone.constraints).toEqual(merged.constraints);
    expect((await standing(undone))[dora]).toEqual(
      sorted(
        imagesOf(30),
        imagesOf(50),
        Array.from({ length: 6 }, (_, i) => `p-${i}`),
      ),
    );
    const { state: grown } = await add(directory, [plantDump(directory, 'q', { emil: 6 })]);
    expect(countsOf(grown, 'q').S0007).toBeUndefined();
  });
});
