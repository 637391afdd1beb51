import { beforeEach, describe, expect, test } from 'vitest';
import { planLabel, planNote, planRename, planRetire } from '../src/operations/source-operations.js';
import { planMerge, planSplit } from '../src/operations/source-operations-members.js';
import { planUndo } from '../src/operations/undo.js';
import { describeEvent, lastEvents, tellHistory } from '../src/reading/history.js';
import { append, apply, type FakeCase, openFakeCase } from './fake-case.js';

let fake: FakeCase;
beforeEach(() => {
  fake = openFakeCase([1, 1, 2, 3, 3, 3, 3, 4, 4, 0]);
});

test('every entry is told in its order, sources with the names that they had then', () => {
  apply(fake, planRename(fake, 'S0003', 'dora'));
  apply(fake, planMerge(fake, ['S0003', 'S0004'], { reason: 'same seed' }));
  const lines = tellHistory(fake.entries);
  expect(lines.map(({ entry, kind, what, details }) => [entry, kind, what, details.at(-1)])).toEqual([
    [1, 'opened', 'opened as a case of 4 sources', 'S0004 (discovered-02) was born with 2 images: the run'],
    [2, 'operation', 'rename of S0003 (dora)', 'S0003 was renamed from "discovered-01" to "dora"'],
    [
      3,
      'operation',
      'merge of S0004 (discovered-02) into S0003 (dora)',
      'S0004 (discovered-02) was merged into S0003 (dora) with 2 images: same seed',
    ],
  ]);
});

test('of one source only what concerns it is told, also as what it came from or went into', () => {
  apply(fake, planRename(fake, 'S0004', 'eva'));
  apply(fake, planSplit(fake, 'S0003', [3]));
  apply(fake, planMerge(fake, ['S0004', 'S0005']));
  expect(tellHistory(fake.entries, 'S0003').map(({ entry, details }) => [entry, details.length])).toEqual([
    [1, 1],
    [3, 2],
  ]);
  expect(tellHistory(fake.entries, 'S0005').map(({ entry }) => entry)).toEqual([3, 4]);
});

test('an entry that was undone says by which', () => {
  const entry = apply(fake, planRetire(fake, 'S0003'));
  const undone = apply(fake, planUndo(fake, entry, fake.movesOf));
  const lines = tellHistory(fake.entries);
  expect(lines.map(({ undoneBy }) => undoneBy)).toEqual([null, undone, null]);
  expect(lines[2]).toMatchObject({
    what: 'undid entry 2 (retire)',
    details: [expect.stringContaining('was restored')],
  });
});

test('an add tells how many images came, what was discovered, refused, and how many wait', () => {
  const body = {
    events: [
      { event: 'grew' as const, source: 'S0001', images: 6, reason: 'images were added' },
      { event: 'refused' as const, images: 12, reason: 'S0003 would lose 3 of 20 images' },
    ],
    inputs: { ok: 20, total: 23 },
    waiting: { before: 1, after: 15 },
  };
  append(fake, 'added', body, new Int32Array(0));
  expect(tellHistory(fake.entries).at(-1)).toMatchObject({
    what: '20 images added (of 23 inputs), 1 candidate refused, 15 waiting',
    details: [
      'S0001 (anna) grew by 6 images: images were added',
      'a candidate of 12 images was refused: S0003 would lose 3 of 20 images',
    ],
  });
});

describe('what a person did is told:', () => {
  test.each([
    [
      'a note',
      () => planNote(fake, 'S0003', 'seen'),
      'note of S0003 (discovered-01)',
      'note on S0003 (discovered-01): seen',
    ],
    [
      'a label',
      () => planLabel(fake, 'S0003', 'x'),
      'label of S0003 (x): "x"',
      'S0003 was renamed from "discovered-01" to "x"',
    ],
    [
      'a split',
      () => planSplit(fake, 'S0003', [3, 4]),
      'split of 2 images from S0003 (discovered-01)',
      '2 images left S0003 (discovered-01) for S0005 (discovered-03): a person said so',
    ],
  ])('%s', (_, plan, what, detail) => {
    apply(fake, plan());
    const line = tellHistory(fake.entries).at(-1);
    expect([line?.what, line?.details.at(-1)]).toEqual([what, detail]);
  });
});

test('the last event of each source is that of its last entry', () => {
  apply(fake, planRename(fake, 'S0003', 'dora'));
  const last = lastEvents(fake.entries);
  expect(last.get('S0003')).toEqual({ entry: 2, text: 'S0003 was renamed from "discovered-01" to "dora"' });
  expect(last.get('S0004')?.entry).toBe(1);
});

test('a name is told as it is given, for what prints it to escape', () => {
  const text = describeEvent({ event: 'noted', source: 'S0001', note: 'a\nb' }, fake.registry);
  expect(text).toBe('note on S0001 (anna): a\nb');
});
