import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { discardAdd, resumeAdd } from '../src/adding/add-images.js';
import { PendingAddError, rememberPending } from '../src/adding/pending-add.js';
import { bodyOf } from '../src/case-entry.js';
import { CASE_FILES, readEntryArray } from '../src/case-files.js';
import { openCaseModel } from '../src/case-model.js';
import { type CaseState, readCase } from '../src/case-state.js';
import { changeSources, type SourceRequest } from '../src/operations/source-operations-request.js';
import { CASE_REASON } from '../src/reasons.js';
import { eventsOf } from '../src/registry/source-events.js';
import {
  abortAt,
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
let [dora, emil, fred] = ['', '', ''];
beforeAll(async () => {
  run = await plantRun();
  const state = readCase(run);
  [dora, emil, fred] = ['y-30', 'y-50', 'y-70'].map((id) => sourceOf(state, id)) as [string, string, string];
});

const change = async (directory: string, request: SourceRequest): Promise<CaseState> =>
  (await changeSources(directory, request, contextOf(directory))).state;
const retrain = async (directory: string): Promise<CaseState> =>
  (await add(directory, [], { retrain: 'always' })).state;
const imagesOf = (first: number, count = 20) => Array.from({ length: count }, (_, i) => `y-${first + i}`);
const sourcesOf = (state: CaseState, ids: readonly string[]) => new Set(ids.map((id) => sourceOf(state, id)));
const eventsOfLast = ({ entries }: CaseState) => eventsOf(entries.at(-1) as { body: unknown });
const FEW = { anna: 5, dora: 5, emil: 5, fred: 5 };

/** Rows whose labels differ from those in the buffer and in the model are none. */
async function expectConsistent(state: CaseState): Promise<void> {
  const { run: opened, sources, buffer } = openCaseModel(state);
  const waiting = [...state.labels.keys()].filter((row) => state.labels[row] === 0);
  expect([...buffer.rows]).toEqual(waiting);
  expect(buffer.ids).toEqual(waiting.map((row) => state.ids[row]));
  const { ids, labels, labelled } = sources.exemplars;
  ids.forEach((id, i) => {
    if (state.ids.includes(id) && labelled[i] === 0)
      expect(sources.sources[labels[i] as number]).toBe(state.labels[state.ids.indexOf(id)]);
  });
  await opened.close();
}

describe('a retraining', () => {
  test('leaves sources their ids, names and notes, and the next add attributes to them', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'rename', source: dora, name: 'Dora' });
    await change(directory, { operation: 'note', source: dora, note: 'seen before' });
    const { state: before } = await add(directory, [plantDump(directory, 'p', FEW)]);
    const state = await retrain(directory);
    expect(state.entries.at(-1)?.kind).toBe('retrained');
    expect(state).toMatchObject({ generation: 2, generationEntry: 5, testEntry: null, bufferEntry: null });
    expect(state.registry).toEqual(before.registry);
    expect(countsOf(state)).toMatchObject({ [dora]: 25, [emil]: 25, [fred]: 25 });
    expect(eventsOfLast(state).filter(({ event }) => event !== 'grew')).toEqual([]);
    expect(bodyOf(state.entries.at(-1) as never)).toMatchObject({
      trainedOn: { known: 120, discovery: 110 },
    });
    expect(readCase(directory)).toEqual(state);
    await expectConsistent(state);
    const { state: grown } = await add(directory, [plantDump(directory, 'q', FEW)]);
    expect(countsOf(grown, 'q')).toMatchObject({ S0001: 5, [dora]: 5, [emil]: 5, [fred]: 5 });
    // The next generation begins from the second.
    expect((await retrain(directory)).generation).toBe(3);
  });

  test('finds a source among images that waited, under the next id', async () => {
    const directory = copyRun(run);
    await add(directory, [plantDump(directory, 'p', { kurt: 25 })], { discoverFrom: 100 });
    const state = await retrain(directory);
    expect(sourcesOf(state, state.ids.slice(90))).toEqual(new Set(['S0007']));
    expect(eventsOfLast(state)[0]).toMatchObject({
      event: 'born',
      source: 'S0007',
      name: 'discovered-04',
      images: 25,
      reason: 'found by a retraining',
    });
    expect([...new Set(readEntryArray(directory, 3, 'moved-reasons.npy'))]).toEqual([CASE_REASON.retrained]);
    await expectConsistent(state);
  });

  test('is made when the case has grown by half, if asked to look', async () => {
    const directory = copyRun(run);
    const many = { anna: 15, dora: 10, emil: 10, fred: 10 };
    const never = await add(copyRun(run), [plantDump(directory, 'p', many)], { retrain: 'never' });
    expect([never.drift.retrain, never.retraining]).toEqual([true, null]);
    const { retraining, state } = await add(directory, [plantDump(directory, 'p', many)], {
      retrain: 'auto',
    });
    expect(retraining).toMatchObject({ entry: 3, reasons: [expect.stringContaining('grown by half')] });
    expect(state.generation).toBe(2);
    const next = await add(directory, [plantDump(directory, 'q', { dora: 5 })], { retrain: 'auto' });
    expect([next.drift.retrain, next.retraining]).toEqual([false, null]);
  });
});

describe('what people said', () => {
  test('of images that belong together or apart is obeyed', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'merge', sources: [dora, emil] });
    await change(directory, { operation: 'split', source: fred, images: imagesOf(70, 10), name: 'half' });
    const state = await retrain(directory);
    expect(sourcesOf(state, [...imagesOf(30), ...imagesOf(50)])).toEqual(new Set([dora]));
    const [left, right] = [imagesOf(70, 10), imagesOf(80, 10)].map((ids) => sourcesOf(state, ids));
    for (const source of left as Set<string>) if (source !== '') expect(right).not.toContain(source);
    expect(left).toContain('S0007');
    expect(right).toContain(fred);
    expect(state.registry.sources[6]).toMatchObject({ name: 'half', state: 'active' });
    await expectConsistent(state);
  });

  test('that they took back is not', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'merge', sources: [dora, emil] });
    await change(directory, { operation: 'undo', entry: null });
    const state = await retrain(directory);
    expect(sourcesOf(state, imagesOf(30))).toEqual(new Set([dora]));
    expect(sourcesOf(state, imagesOf(50))).toEqual(new Set([emil]));
  });

  test('of a discovered source makes it a known one, with labelled images', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'label', source: fred, name: 'Fred' });
    await add(directory, [plantDump(directory, 'p', { fred: 5 })]);
    const state = await retrain(directory);
    const number = Number(fred.slice(1));
    expect(state.registry.sources[number - 1]).toMatchObject({
      name: 'Fred',
      kind: 'known',
      state: 'active',
    });
    const { sources } = openCaseModel(state);
    expect(sources.knownCount).toBe(4);
    expect(sources.sources.slice(0, 4).toSorted()).toEqual([1, 2, 3, number]);
    const labelled = sources.exemplars.ids.filter((_, i) => sources.exemplars.labelled[i] === 1);
    expect(labelled).toEqual(expect.arrayContaining(imagesOf(70)));
    expect(labelled).toHaveLength(140);
    expect(countsOf(state)).toMatchObject({ [fred]: 25 });
    const { state: grown } = await add(directory, [plantDump(directory, 'q', { fred: 5 })]);
    expect(countsOf(grown, 'q')).toEqual({ [fred]: 5 });
  });

  test('of a known source that took another is obeyed: its labelled images are of the one it went into', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'merge', sources: ['anna', dora] });
    const state = await retrain(directory);
    expect(sourcesOf(state, imagesOf(30))).toEqual(new Set(['S0001']));
    expect(openCaseModel(state).sources.knownCount).toBe(3);
  });
});

describe('a retired source', () => {
  test('keeps its images, is given none, and is not found again among those that wait', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'retire', source: fred });
    await add(directory, [plantDump(directory, 'p', { fred: 25, dora: 5 })]);
    const state = await retrain(directory);
    expect(sourcesOf(state, imagesOf(70))).toEqual(new Set([fred]));
    expect(countsOf(state, 'p')).toEqual({ '': 25, [dora]: 5 });
    expect(state.registry.sources).toHaveLength(6);
    expect(bodyOf(state.entries.at(-1) as never).trainedOn).toMatchObject({ discovery: 75 });
    await expectConsistent(state);
    // It is in the test of the new generation too.
    const { state: grown } = await add(directory, [plantDump(directory, 'q', { fred: 25 })]);
    expect(countsOf(grown, 'q')).toEqual({ '': 25 });
    expect(countsOf(await retrain(directory))).toMatchObject({ [fred]: 20, '': 50 });
    await change(directory, { operation: 'restore', source: fred });
    const { state: back } = await add(directory, [plantDump(directory, 'r', { fred: 5 })]);
    expect(countsOf(back)).toMatchObject({ [fred]: 75 });
  });

  test('that is known is given no images by its labelled ones', async () => {
    const directory = copyRun(run);
    await change(directory, { operation: 'retire', source: 'anna' });
    await add(directory, [plantDump(directory, 'p', { anna: 25, bert: 5 })]);
    const state = await retrain(directory);
    expect(countsOf(state)).toMatchObject({ S0001: 10, S0002: 15 });
    expect(countsOf(state, 'p')).toEqual({ '': 25, S0002: 5 });
    expect(state.registry.sources).toHaveLength(6);
    await expectConsistent(state);
  });
});

describe('a retraining that is stopped', () => {
  test('at any event is gone on with, to the bytes of one that was not', async () => {
    const whole = copyRun(run);
    const dumps = [plantDump(whole, 'p', FEW)];
    const never = abortAt(Number.POSITIVE_INFINITY);
    await add(whole, dumps, { retrain: 'always' }, never);
    const expected = digestsOf(whole);
    for (const event of [1, 3, 6, 9]) {
      const directory = copyRun(run);
      const stopped = add(directory, dumps, { retrain: 'always' }, abortAt(event));
      await stopped.then(
        () => expect.unreachable(`${event} of ${never.heard()} events`),
        (error: Error) => expect(error.message).toBe(`stopped at event ${event}`),
      );
      await expect(add(directory, dumps)).rejects.toThrow(PendingAddError);
      expect((await resumeAdd(directory, contextOf(directory)))?.retraining).not.toBeNull();
      expect(digestsOf(directory)).toEqual(expected);
    }
  });

  test('after it was written down is at its end: it is not made twice', async () => {
    const directory = copyRun(run);
    const locations = [plantDump(directory, 'p', FEW)];
    const pending = { locations, retrain: 'always', discoverFrom: 20, entry: 2 } as const;
    const { state } = await add(directory, locations, { retrain: 'always' });
    rememberPending(directory, pending);
    expect((await resumeAdd(directory, contextOf(directory)))?.state).toEqual(state);
    rememberPending(directory, { ...pending, locations: [], entry: 3 });
    expect((await resumeAdd(directory, contextOf(directory)))?.state.generation).toBe(2);
    expect(() => readFileSync(join(directory, CASE_FILES.pending))).toThrow('ENOENT');
  });

  test('and dropped leaves nothing for the next one', async () => {
    const directory = copyRun(run);
    const other = copyRun(run);
    const dump = join(dirname(directory), 'p.npy');
    plantDump(directory, 'p', FEW);
    const stopped = add(directory, [], { retrain: 'always' }, abortAt(8));
    const error = await stopped.then(
      () => null,
      ({ message }: Error) => message,
    );
    expect(error).toBe('stopped at event 8');
    await discardAdd(directory, contextOf(directory));
    for (const each of [directory, other]) {
      await add(each, [dump]);
      await retrain(each);
    }
    expect(digestsOf(directory)).toEqual(digestsOf(other));
  });
});
