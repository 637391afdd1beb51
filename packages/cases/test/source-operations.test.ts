import { InputError } from '@ganscout/images';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  planLabel,
  planNote,
  planRename,
  planRestore,
  planRetire,
} from '../src/operations/source-operations.js';
import { OperationError } from '../src/operations/source-operations-checks.js';
import { planDissolve, planMerge, planSplit } from '../src/operations/source-operations-members.js';
import { addImages, apply, type FakeCase, imageId, openFakeCase } from './fake-case.js';

const ids = (...rows: number[]) => rows.map(imageId);

/** Rows 0-1 anna, 2 bert, 3-6 discovered-01, 7-8 discovered-02, 9 in the buffer. */
let fake: FakeCase;
beforeEach(() => {
  fake = openFakeCase([1, 1, 2, 3, 3, 3, 3, 4, 4, 0]);
});

test('plans leave the case as it is', () => {
  const before = JSON.stringify([fake.registry, [...fake.labels], fake.constraints]);
  planMerge(fake, ['S0003', 'S0004']);
  planSplit(fake, 'S0003', [3]);
  planRetire(fake, 'S0003');
  planDissolve(fake, 'S0003');
  planLabel(fake, 'S0003', 'dora');
  expect(JSON.stringify([fake.registry, [...fake.labels], fake.constraints])).toBe(before);
});

describe('rename', () => {
  test('changes the name alone, and says from which', () => {
    const plan = planRename(fake, 'discovered-01', '  dora ');
    expect(plan).toEqual({
      kind: 'operation',
      body: {
        operation: 'rename',
        arguments: { source: 'S0003', name: 'dora' },
        events: [{ event: 'renamed', source: 'S0003', from: 'discovered-01', to: 'dora' }],
        constraints: [],
        lifts: [],
      },
      moved: { rows: new Int32Array(0), from: new Int32Array(0), to: new Int32Array(0) },
      modelChanges: false,
    });
    apply(fake, plan);
    expect(fake.registry.sources[2]?.name).toBe('dora');
  });

  test.each([
    ['', InputError, 'at least one character'],
    [' \t ', InputError, 'at least one character'],
    ['a\nb', InputError, 'no control characters, got "a\\nb"'],
    ['a\u202eb', InputError, 'no control characters'],
    ['x'.repeat(101), InputError, 'at most 100 characters, got 101'],
    ['S0012', InputError, 'must not look like an id'],
    ['anna', OperationError, 'S0001 has the name "anna" already'],
    ['discovered-01', OperationError, 'S0003 has the name "discovered-01" already'],
  ])('refuses %j', (name, kind, message) => {
    expect(() => planRename(fake, 'S0003', name)).toThrow(kind);
    expect(() => planRename(fake, 'S0003', name)).toThrow(message);
  });

  test('gives a name again that only a merged source has', () => {
    apply(fake, planMerge(fake, ['S0003', 'S0004']));
    expect(planRename(fake, 'S0003', 'discovered-02').body.arguments.name).toBe('discovered-02');
  });
});

test('a note may have lines but no escapes', () => {
  apply(fake, planNote(fake, 'S0003', 'first\nsecond'));
  expect(fake.registry.sources[2]?.notes).toEqual(['first\nsecond']);
  expect(() => planNote(fake, 'S0003', 'a\x1b[2J')).toThrow('no control characters but line ends');
  expect(() => planNote(fake, 'S0003', '  ')).toThrow(InputError);
});

describe('merge', () => {
  test('moves all images to the first and links them', () => {
    const plan = planMerge(fake, ['S0003', 'S0004'], { reason: 'same seed' });
    expect(plan.moved).toEqual({
      rows: Int32Array.of(7, 8),
      from: Int32Array.of(4, 4),
      to: Int32Array.of(3, 3),
    });
    expect(plan.body.events).toEqual([
      { event: 'merged', source: 'S0004', into: 'S0003', images: 2, reason: 'same seed' },
    ]);
    expect(plan.body.constraints).toEqual([{ kind: 'must-link', images: ids(3, 4, 5, 6, 7, 8) }]);
    expect(plan.modelChanges).toBe(true);
  });

  test('takes a discovered source into a known one, not the other way', () => {
    expect(planMerge(fake, ['S0001', 'S0003', 'S0004']).body.events).toHaveLength(2);
    expect(() => planMerge(fake, ['S0003', 'S0001'])).toThrow(
      'S0001 (anna) is a known source and cannot be merged into a discovered one; name it first (sources merge S0001 S0003)',
    );
    expect(() => planMerge(fake, ['S0001', 'S0002'])).toThrow('known sources cannot be merged');
  });

  test('refuses one source, one named twice, and one that is gone', () => {
    expect(() => planMerge(fake, ['S0003'])).toThrow('needs two sources at least, got 1');
    expect(() => planMerge(fake, ['S0003', 'discovered-01'])).toThrow('S0003 (discovered-01) is named twice');
    expect(() => planMerge(fake, ['S0003', 'S0009'])).toThrow('no source S0009; the case has S0001 to S0004');
    apply(fake, planMerge(fake, ['S0003', 'S0004']));
    expect(() => planMerge(fake, ['S0001', 'S0004'])).toThrow(
      'S0004 (discovered-02) was merged into S0003; name that one, or undo the merge',
    );
  });

  test('lifts what kept the images apart, and only that', () => {
    const split = apply(fake, planSplit(fake, 'S0003', [3, 4]));
    expect(fake.constraints).toEqual([
      { kind: 'cannot-link', left: ids(3, 4), right: ids(5, 6), operation: split },
    ]);
    apply(fake, planMerge(fake, ['S0004', 'S0005']));
    expect(fake.constraints[0]).toMatchObject({ kind: 'cannot-link', operation: split });
    const merge = apply(fake, planMerge(fake, ['S0003', 'S0004']));
    expect(fake.constraints.filter(({ operation }) => operation === split)).toEqual([]);
    expect(fake.constraints.filter(({ operation }) => operation === merge)).toEqual([
      { kind: 'must-link', images: ids(5, 6, 3, 4, 7, 8), operation: merge },
    ]);
  });
});

describe('split', () => {
  test('gives the images to a new source with a new id, and keeps the two apart', () => {
    const plan = planSplit(fake, 'S0003', [5, 4, 5]);
    expect(plan.moved).toEqual({
      rows: Int32Array.of(4, 5),
      from: Int32Array.of(3, 3),
      to: Int32Array.of(5, 5),
    });
    expect(plan.body.constraints).toEqual([{ kind: 'cannot-link', left: ids(4, 5), right: ids(3, 6) }]);
    apply(fake, plan);
    expect(fake.registry.sources[4]).toMatchObject({
      id: 'S0005',
      name: 'discovered-03',
      from: 'S0003',
      kind: 'discovered',
      bornRound: 1,
      representatives: ids(4, 5),
    });
    expect([...fake.labels]).toEqual([1, 1, 2, 3, 5, 5, 3, 4, 4, 0]);
  });

  test('takes a name for what leaves', () => {
    apply(fake, planSplit(fake, 'S0003', [3], { name: 'eva' }));
    expect(fake.registry.sources[4]?.name).toBe('eva');
    expect(() => planSplit(fake, 'S0003', [4], { name: 'anna' })).toThrow(
      'S0001 has the name "anna" already',
    );
  });

  test('refuses no image, all images, and images of others', () => {
    expect(() => planSplit(fake, 'S0003', [])).toThrow('needs one image at least');
    expect(() => planSplit(fake, 'S0004', [7, 8])).toThrow('all of them would leave it; rename it instead');
    expect(() => planSplit(fake, 'S0003', [3, 7])).toThrow(
      `image ${imageId(7)} must be of S0003 (discovered-01) to leave it, it is of S0004 (discovered-02)`,
    );
    expect(() => planSplit(fake, 'S0003', [9])).toThrow('it waits in the buffer');
  });

  test('of a known source may take all that is not labelled', () => {
    const plan = planSplit(fake, 'S0002', [2]);
    expect([plan.moved.rows.length, plan.body.constraints]).toEqual([1, []]);
  });

  test('parts what a merge linked, and says anew what stays linked', () => {
    const merge = apply(fake, planMerge(fake, ['S0003', 'S0004']));
    const plan = planSplit(fake, 'S0003', [7, 8]);
    expect(plan.body.lifts).toEqual([merge]);
    expect(plan.body.constraints).toEqual([
      { kind: 'must-link', images: ids(7, 8) },
      { kind: 'must-link', images: ids(3, 4, 5, 6) },
      { kind: 'cannot-link', left: ids(7, 8), right: ids(3, 4, 5, 6) },
    ]);
    apply(fake, plan);
    expect(fake.constraints.map(({ operation }) => operation)).toEqual([3, 3, 3]);
  });
});

describe('retire and restore', () => {
  test('set the images aside and take that back', () => {
    const plan = planRetire(fake, 'S0004');
    expect(plan.body.constraints).toEqual([{ kind: 'set-aside', images: ids(7, 8) }]);
    expect([plan.moved.rows.length, plan.modelChanges]).toEqual([0, true]);
    apply(fake, plan);
    expect(fake.registry.sources[3]?.state).toBe('retired');
    expect(() => planRetire(fake, 'S0004')).toThrow('is retired; restore it first (sources restore S0004)');
    apply(fake, planRestore(fake, 'S0004'));
    expect(fake.registry.sources[3]?.state).toBe('active');
    expect(fake.constraints).toEqual([]);
  });

  test('refuse what is not retired, and to retire the last source', () => {
    expect(() => planRestore(fake, 'S0004')).toThrow('must be retired to be restored, it is active');
    apply(fake, planDissolve(fake, 'S0004'));
    expect(() => planRestore(fake, 'S0004')).toThrow('it is dissolved; undo the operation that made it so');
    for (const id of ['S0001', 'S0002']) apply(fake, planRetire(fake, id));
    expect(() => planRetire(fake, 'S0003')).toThrow('is the only active source');
  });
});

describe('label', () => {
  test('by a new name makes a known source of that name', () => {
    apply(fake, planLabel(fake, 'S0003', 'dora'));
    expect(fake.registry.sources[2]).toMatchObject({
      name: 'dora',
      kind: 'known',
      labelled: 'dora',
      state: 'active',
    });
    expect(fake.constraints).toEqual([
      { kind: 'known', images: ids(3, 4, 5, 6), name: 'dora', operation: 2 },
    ]);
    expect(() => planLabel(fake, 'S0003', 'dora')).toThrow('has that label already');
  });

  test('by a known source, by name or id, gives it the images', () => {
    for (const label of ['anna', 's1']) {
      const plan = planLabel(fake, 'S0003', label);
      expect(plan.body.events).toEqual([
        { event: 'labelled', source: 'S0003', as: 'anna' },
        { event: 'merged', source: 'S0003', into: 'S0001', images: 4, reason: 'a person said so' },
      ]);
      expect(plan.moved.to).toEqual(Int32Array.of(1, 1, 1, 1));
      expect(plan.body.constraints).toEqual([{ kind: 'known', images: ids(3, 4, 5, 6), name: 'anna' }]);
    }
  });

  test('takes the place of an earlier one', () => {
    apply(fake, planLabel(fake, 'S0003', 'dora'));
    apply(fake, planLabel(fake, 'S0003', 'eva'));
    expect(fake.registry.sources[2]).toMatchObject({ name: 'eva', labelled: 'eva' });
    expect(fake.constraints).toEqual([{ kind: 'known', images: ids(3, 4, 5, 6), name: 'eva', operation: 3 }]);
  });

  test('is refused for labelled images and for the name of a discovered source', () => {
    expect(() => planLabel(fake, 'S0001', 'x')).toThrow('known by its labelled images; it can be renamed');
    expect(() => planLabel(fake, 'S0003', 'discovered-02')).toThrow(
      'merge the two (sources merge S0004 S0003)',
    );
  });
});

describe('dissolve', () => {
  test('sends the images to the buffer and forgets what linked them', () => {
    apply(fake, planMerge(fake, ['S0003', 'S0004']));
    addImages(fake, [3]);
    const plan = planDissolve(fake, 'S0003');
    expect(plan.moved.rows).toEqual(Int32Array.of(3, 4, 5, 6, 7, 8, 10));
    apply(fake, plan);
    expect(new Set(fake.labels)).toEqual(new Set([0, 1, 2]));
    expect(fake.constraints).toEqual([]);
  });

  test('is refused where images are labelled', () => {
    expect(() => planDissolve(fake, 'anna')).toThrow('has labelled images, so it cannot be dissolved');
  });
});
