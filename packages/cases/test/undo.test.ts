import { beforeEach, describe, expect, test } from 'vitest';
import {
  type OperationPlan,
  planLabel,
  planNote,
  planRename,
  planRestore,
  planRetire,
} from '../src/operations/source-operations.js';
import { planDissolve, planMerge, planSplit } from '../src/operations/source-operations-members.js';
import { lastUndoable, planUndo } from '../src/operations/undo.js';
import { undoneEntries } from '../src/operations/undo-standing.js';
import { addImages, append, apply, type FakeCase, openFakeCase, outlook } from './fake-case.js';

let fake: FakeCase;
beforeEach(() => {
  fake = openFakeCase([1, 1, 2, 3, 3, 3, 3, 4, 4, 0]);
});
const undo = (entry: number) => apply(fake, planUndo(fake, entry, fake.movesOf));

const OPERATIONS: readonly [string, () => OperationPlan][] = [
  ['rename', () => planRename(fake, 'S0003', 'dora')],
  ['note', () => planNote(fake, 'S0003', 'seen before')],
  ['merge', () => planMerge(fake, ['S0003', 'S0004'])],
  ['merge into a known source', () => planMerge(fake, ['S0001', 'S0003', 'S0004'])],
  ['retire', () => planRetire(fake, 'S0003')],
  ['label by a new name', () => planLabel(fake, 'S0003', 'dora')],
  ['label by a known source', () => planLabel(fake, 'S0003', 'anna')],
  ['dissolve', () => planDissolve(fake, 'S0003')],
];

test.each(OPERATIONS)('%s is undone and done again', (_, plan) => {
  const before = outlook(fake);
  const entry = apply(fake, plan());
  const after = outlook(fake);
  expect(after).not.toEqual(before);
  const undone = undo(entry);
  expect(outlook(fake)).toEqual(before);
  expect(undoneEntries(fake.entries)).toEqual(new Map([[entry, undone]]));
  const redone = undo(undone);
  expect(outlook(fake)).toEqual(after);
  expect(undoneEntries(fake.entries)).toEqual(new Map([[undone, redone]]));
  undo(redone);
  expect(outlook(fake)).toEqual(before);
});

test('a split is undone by a merge, since the new id stays given, and done again with that id', () => {
  const labels = [...fake.labels];
  const entry = apply(fake, planSplit(fake, 'S0003', [3, 4], { name: 'eva' }));
  const after = outlook(fake);
  const undone = undo(entry);
  expect([...fake.labels]).toEqual(labels);
  expect(fake.registry.sources[4]).toMatchObject({ state: 'merged', into: 'S0003', name: 'eva' });
  expect(fake.constraints).toEqual([]);
  expect(fake.registry.nextNumber).toBe(6);
  undo(undone);
  expect(outlook(fake)).toEqual(after);
});

test('images that a split-off source got since go along when the split is undone', () => {
  const entry = apply(fake, planSplit(fake, 'S0003', [3, 4]));
  addImages(fake, [5, 3, 0]);
  const plan = planUndo(fake, entry, fake.movesOf);
  expect(plan.moved).toEqual({
    rows: Int32Array.of(3, 4, 10),
    from: Int32Array.of(5, 5, 5),
    to: Int32Array.of(3, 3, 3),
  });
  expect(plan.body.events).toEqual([
    { event: 'merged', source: 'S0005', into: 'S0003', images: 3, reason: `undo of entry ${entry}` },
  ]);
});

test('images that came to a merged source since stay with it', () => {
  const entry = apply(fake, planMerge(fake, ['S0003', 'S0004']));
  addImages(fake, [3]);
  undo(entry);
  expect([...fake.labels]).toEqual([1, 1, 2, 3, 3, 3, 3, 4, 4, 0, 3]);
});

test('constraints that an operation lifted stand again when it is undone', () => {
  apply(fake, planMerge(fake, ['S0003', 'S0004']));
  const before = outlook(fake);
  const split = apply(fake, planSplit(fake, 'S0003', [7, 8]));
  undo(split);
  expect((outlook(fake) as { constraints: unknown }).constraints).toEqual(
    (before as { constraints: unknown }).constraints,
  );
  const retired = apply(fake, planRetire(fake, 'S0003'));
  const set = outlook(fake);
  const restored = apply(fake, planRestore(fake, 'S0003'));
  undo(restored);
  expect(outlook(fake)).toEqual(set);
  undo(retired);
  expect(fake.registry.sources[2]?.state).toBe('active');
  expect(fake.constraints.map(({ kind }) => kind)).toEqual(['must-link']);
});

test('an undo whose operation changes no model changes none', () => {
  expect(planUndo(fake, apply(fake, planRename(fake, 'S0003', 'x')), fake.movesOf).modelChanges).toBe(false);
  expect(planUndo(fake, apply(fake, planNote(fake, 'S0003', 'x')), fake.movesOf).modelChanges).toBe(false);
  expect(planUndo(fake, apply(fake, planRetire(fake, 'S0003')), fake.movesOf).modelChanges).toBe(true);
});

describe('an undo is refused', () => {
  test('for what is no operation, is not there or was undone', () => {
    expect(() => undo(1)).toThrow('entry 1 is no operation of a person (opened), so it cannot be undone');
    expect(() => undo(9)).toThrow('there is no entry 9; the case has entries 1 to 1');
    const entry = apply(fake, planRename(fake, 'S0003', 'dora'));
    undo(entry);
    expect(() => undo(entry)).toThrow('entry 2 was undone by entry 3; to do it again, undo entry 3');
  });

  test('where a later operation touched the same source, until that is undone', () => {
    const first = apply(fake, planRename(fake, 'S0003', 'dora'));
    const second = apply(fake, planRename(fake, 'S0003', 'eva'));
    expect(() => undo(first)).toThrow(
      'entry 2 cannot be undone: entry 3 (rename) touched S0003 since; undo entry 3 first',
    );
    const third = undo(second);
    undo(first);
    expect(fake.registry.sources[2]?.name).toBe('discovered-01');
    expect(() => undo(third)).toThrow('entry 5 (undone) touched S0003 since; undo entry 5 first');
  });

  test('where a later entry moved its images or changed its source, naming that entry', () => {
    const entry = apply(fake, planDissolve(fake, 'S0003'));
    append(fake, 'added', { events: [] }, Int32Array.of(4, 0, 4));
    expect(() => undo(entry)).toThrow(
      'entry 2 cannot be undone: entry 3 (added) touched its images since; it stays',
    );
    const merge = apply(fake, planMerge(fake, ['S0001', 'S0004']));
    const retrained = [{ event: 'dissolved', source: 'S0001', reason: 'no image of it is left' }] as const;
    append(fake, 'retrained', { events: retrained }, new Int32Array(0));
    expect(() => undo(merge)).toThrow('entry 5 (retrained) touched S0001 since; it stays');
  });

  test('where its constraints were lifted', () => {
    const merge = apply(fake, planMerge(fake, ['S0003', 'S0004']));
    apply(fake, planSplit(fake, 'S0003', [7]));
    expect(() => undo(merge)).toThrow('entry 3 (split) touched S0003 since; undo entry 3 first');
  });

  test('where the name is another source by now', () => {
    const entry = apply(fake, planRename(fake, 'S0003', 'dora'));
    apply(fake, planRename(fake, 'S0004', 'discovered-01'));
    expect(() => undo(entry)).toThrow('entry 2 cannot be undone: S0004 has the name "discovered-01" already');
  });

  test('where the source that images would go to is gone', () => {
    const undone = undo(apply(fake, planMerge(fake, ['S0003', 'S0004'])));
    apply(fake, planDissolve(fake, 'S0003'));
    expect(() => undo(undone)).toThrow(/entry 3 cannot be undone: .*S0003 must be active, it is dissolved/);
  });
});

test('growth and notes do not stand in the way', () => {
  const entry = apply(fake, planRename(fake, 'S0003', 'dora'));
  addImages(fake, [3, 3]);
  apply(fake, planNote(fake, 'S0003', 'x'));
  undo(entry);
  expect(fake.registry.sources[2]).toMatchObject({ name: 'discovered-01', notes: ['x'] });
});

test('the last operation that stands is what an undo without a number means', () => {
  expect(lastUndoable(fake.entries)).toBeNull();
  const first = apply(fake, planRename(fake, 'S0003', 'dora'));
  const second = apply(fake, planNote(fake, 'S0003', 'x'));
  addImages(fake, [3]);
  expect(lastUndoable(fake.entries)).toBe(second);
  undo(second);
  expect(lastUndoable(fake.entries)).toBe(first);
  undo(first);
  expect(lastUndoable(fake.entries)).toBeNull();
});

test('operations one after the other, all undone from the last on, leave the case as it was', () => {
  const labels = [...fake.labels];
  const names = fake.registry.sources.map(({ name, state }) => [name, state]);
  const entries = [
    () => planMerge(fake, ['S0003', 'S0004']),
    () => planSplit(fake, 'S0003', [3, 8]),
    () => planLabel(fake, 'S0005', 'fay'),
    () => planRetire(fake, 'S0003'),
    () => planRestore(fake, 'S0003'),
    () => planRename(fake, 'S0003', 'gil'),
    () => planMerge(fake, ['S0005', 'S0003']),
    () => planDissolve(fake, 'S0005'),
  ].map((plan) => apply(fake, plan()));
  for (const entry of entries.toReversed()) undo(entry);
  expect([...fake.labels]).toEqual(labels);
  expect(fake.registry.sources.slice(0, 4).map(({ name, state }) => [name, state])).toEqual(names);
  expect(fake.registry.sources[4]?.state).toBe('merged');
  expect(fake.constraints).toEqual([]);
});
