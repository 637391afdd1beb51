import { InputError } from '@ganscout/images';
import { describe, expect, test } from 'vitest';
import {
  applyEvents,
  emptyRegistry,
  nextDiscoveredName,
  type Registry,
  sourceId,
  sourceNumber,
} from '../src/registry/registry.js';
import { findSource } from '../src/registry/registry-lookup.js';
import { changesIdentity, eventsOf, type SourceEvent, sourcesOf } from '../src/registry/source-events.js';

const born = (source: string, name: string, more: object = {}): SourceEvent => ({
  event: 'born',
  source,
  name,
  kind: name.startsWith('discovered') ? 'discovered' : 'known',
  round: name.startsWith('discovered') ? 1 : 0,
  images: 5,
  reason: 'found',
  representatives: ['aa'],
  ...more,
});

const BIRTHS = [
  born('S0001', 'anna'),
  born('S0002', 'discovered-01'),
  born('S0003', 'discovered-02', { round: 2 }),
];
const registryOf = (...events: readonly SourceEvent[]): Registry =>
  applyEvents(applyEvents(emptyRegistry(), BIRTHS, 1), events, 2);

test('an id and its number give each other, also beyond four digits', () => {
  expect([1, 42, 9999, 12345].map(sourceId)).toEqual(['S0001', 'S0042', 'S9999', 'S12345']);
  expect(['S0001', 'S0042', 'S9999', 'S12345'].map(sourceNumber)).toEqual([1, 42, 9999, 12345]);
});

test.each(['S0000', 's0001', 'S1', 'S00001', '0001', ''])('sourceNumber() refuses %j', (text) => {
  expect(() => sourceNumber(text)).toThrow(RangeError);
});

test('sources are born with the next number and keep entry, round and lineage', () => {
  const registry = registryOf(born('S0004', 'discovered-03', { from: 'S0002', round: 3 }));
  expect(registry.nextNumber).toBe(5);
  expect(registry.sources[0]).toEqual({
    id: 'S0001',
    number: 1,
    name: 'anna',
    kind: 'known',
    state: 'active',
    into: null,
    from: null,
    notes: [],
    bornEntry: 1,
    bornRound: 0,
    labelled: null,
    representatives: ['aa'],
  });
  expect(registry.sources[3]).toMatchObject({
    from: 'S0002',
    bornEntry: 2,
    bornRound: 3,
    kind: 'discovered',
  });
});

test('a name discovered-NN is never given twice, whoever had it', () => {
  expect(nextDiscoveredName(emptyRegistry())).toBe('discovered-01');
  expect(nextDiscoveredName(registryOf())).toBe('discovered-03');
  const renamed = registryOf({ event: 'renamed', source: 'S0003', from: 'discovered-02', to: 'dora' });
  expect(nextDiscoveredName(renamed)).toBe('discovered-03');
  const ahead = registryOf({ event: 'renamed', source: 'S0003', from: 'discovered-02', to: 'discovered-07' });
  expect(nextDiscoveredName(ahead)).toBe('discovered-08');
  const hundred = registryOf({
    event: 'renamed',
    source: 'S0003',
    from: 'discovered-02',
    to: 'discovered-99',
  });
  expect(nextDiscoveredName(hundred)).toBe('discovered-100');
});

test('the fold leaves the registry before it as it was', () => {
  const before = registryOf();
  const text = JSON.stringify(before);
  applyEvents(before, [{ event: 'merged', source: 'S0003', into: 'S0002', images: 5, reason: '' }], 3);
  expect(JSON.stringify(before)).toBe(text);
});

test('merged, dissolved and retired sources come back when they are restored', () => {
  const merged = registryOf({ event: 'merged', source: 'S0003', into: 'S0002', images: 5, reason: '' });
  expect(merged.sources[2]).toMatchObject({ state: 'merged', into: 'S0002' });
  const restored = applyEvents(merged, [{ event: 'restored', source: 'S0003', reason: '' }], 3);
  expect(restored).toEqual(registryOf());
  for (const event of ['dissolved', 'retired'] as const) {
    const gone = registryOf({ event, source: 'S0002', reason: '' });
    expect(gone.sources[1]?.state).toBe(event);
    expect(applyEvents(gone, [{ event: 'restored', source: 'S0002', reason: '' }], 3)).toEqual(registryOf());
  }
});

test('a label makes a discovered source known, and taking it back undoes that', () => {
  const labelled = registryOf({ event: 'labelled', source: 'S0002', as: 'dora' });
  expect(labelled.sources[1]).toMatchObject({ kind: 'known', labelled: 'dora', name: 'discovered-01' });
  expect(applyEvents(labelled, [{ event: 'labelled', source: 'S0002', as: null }], 3)).toEqual(registryOf());
});

test('notes are kept in order, and the last of two equal ones is taken back', () => {
  const noted = registryOf(
    ...['a', 'b', 'a', 'c'].map((note): SourceEvent => ({ event: 'noted', source: 'S0001', note })),
    { event: 'unnoted', source: 'S0001', note: 'a' },
  );
  expect(noted.sources[0]?.notes).toEqual(['a', 'b', 'c']);
});

test('growth, a split and a refusal change no source, representatives do', () => {
  const told = registryOf(
    { event: 'grew', source: 'S0002', images: 3, reason: '' },
    { event: 'split', source: 'S0002', into: ['S0004'], images: 2, reason: '' },
    { event: 'refused', images: 9, reason: 'S0001 would lose 3 of 20 images' },
  );
  expect(told).toEqual(registryOf());
  const represented = registryOf({ event: 'represented', source: 'S0002', representatives: ['bb'] });
  expect(represented.sources[1]?.representatives).toEqual(['bb']);
});

describe('an event that does not fit is refused with its entry', () => {
  const cases: readonly [string, SourceEvent, RegExp][] = [
    ['an id out of turn', born('S0005', 'x'), /entry 2, event "born": the next source is S0004, got S0005/],
    ['an id given before', born('S0002', 'x'), /the next source is S0004/],
    ['a parent that is not', born('S0004', 'x', { from: 'S0009' }), /no source S0009, the last is S0003/],
    ['an unknown source', { event: 'grew', source: 'S0004', images: 1, reason: '' }, /no source S0004/],
    [
      'a wrong old name',
      { event: 'renamed', source: 'S0001', from: 'bert', to: 'x' },
      /is "anna", not "bert"/,
    ],
    ['itself', { event: 'merged', source: 'S0002', into: 'S0002', images: 1, reason: '' }, /into itself/],
    ['a note that is not', { event: 'unnoted', source: 'S0001', note: 'x' }, /has no note "x"/],
    ['an active source', { event: 'restored', source: 'S0001', reason: '' }, /it is active/],
    [
      'one with labelled images',
      { event: 'labelled', source: 'S0001', as: 'x' },
      /known by its labelled images/,
    ],
  ];
  test.each(cases)('%s', (_, event, message) => {
    expect(() => registryOf(event)).toThrow(RangeError);
    expect(() => registryOf(event)).toThrow(message);
  });

  test('a merged source neither grows nor takes others in', () => {
    const merged: SourceEvent = { event: 'merged', source: 'S0003', into: 'S0002', images: 5, reason: '' };
    expect(() => registryOf(merged, { event: 'grew', source: 'S0003', images: 1, reason: '' })).toThrow(
      /S0003 must be active, it is merged/,
    );
    const into: SourceEvent = { event: 'merged', source: 'S0002', into: 'S0003', images: 5, reason: '' };
    expect(() => registryOf(merged, into)).toThrow(/S0003 must be active/);
  });
});

test('sourcesOf() and changesIdentity() tell what an event touches', () => {
  const merged: SourceEvent = { event: 'merged', source: 'S0003', into: 'S0002', images: 5, reason: '' };
  expect(sourcesOf(merged)).toEqual(['S0003', 'S0002']);
  expect(sourcesOf(born('S0004', 'x', { from: 'S0002' }))).toEqual(['S0004', 'S0002']);
  expect(sourcesOf({ event: 'refused', images: 2, reason: '' })).toEqual([]);
  expect(changesIdentity(merged)).toBe(true);
  expect(changesIdentity({ event: 'grew', source: 'S0002', images: 1, reason: '' })).toBe(false);
});

test('eventsOf() finds no events where a body holds none', () => {
  expect(eventsOf({ body: null })).toEqual([]);
  expect(eventsOf({ body: { events: 3 } })).toEqual([]);
  expect(eventsOf({ body: { events: BIRTHS } })).toBe(BIRTHS);
});

describe('findSource()', () => {
  test.each(['S0002', 's2', 'S2', 'discovered-01'])('finds a source by %s', (text) => {
    expect(findSource(registryOf(), text).id).toBe('S0002');
  });

  test.each([
    ['S0099', 'no source S0099; the case has S0001 to S0003'],
    ['ana', 'no source "ana"; the case has S0001 to S0003; did you mean anna (S0001)?'],
    [
      'Disc',
      'no source "Disc"; the case has S0001 to S0003; did you mean discovered-01 (S0002) or discovered-02 (S0003)?',
    ],
    ['zzzzzz', 'no source "zzzzzz"; the case has S0001 to S0003'],
    ['', 'no source ""; the case has S0001 to S0003'],
  ])('says of %j what there is', (text, message) => {
    expect(() => findSource(registryOf(), text)).toThrow(new InputError(message));
  });

  test('says that there is no source yet', () => {
    expect(() => findSource(emptyRegistry(), 'S0001')).toThrow('no source S0001; the case has no source yet');
  });

  test('takes the living one of two sources with one name, and asks if none or both live', () => {
    const rename: SourceEvent = { event: 'renamed', source: 'S0003', from: 'discovered-02', to: 'anna' };
    expect(() => findSource(registryOf(rename), 'anna')).toThrow(
      'S0001 and S0003 have the name "anna"; give the id',
    );
    const gone = registryOf(rename, { event: 'dissolved', source: 'S0003', reason: '' });
    expect(findSource(gone, 'anna').id).toBe('S0001');
    const both = applyEvents(gone, [{ event: 'dissolved', source: 'S0001', reason: '' }], 3);
    expect(() => findSource(both, 'anna')).toThrow(InputError);
  });
});
