import type { FeatureSet } from '@ganscout/data-model';
import { setKernelThreads } from '@ganscout/kernels';
import { afterEach, expect, test } from 'vitest';
import { openUpdateCheck, type UpdateCheck } from '../src/check-update.js';
import { fitExemplarTest } from '../src/established.js';
import { selectExemplars } from '../src/exemplars.js';
import {
  AXIS_SOURCES,
  type Center,
  inWhitened,
  OPTIONS,
  plantCloud,
  plantEstablished,
} from './planted-sources.js';

const { exemplars, sourceCount } = plantEstablished();
const check = (...candidates: FeatureSet[]): UpdateCheck =>
  openUpdateCheck(
    { exemplars, sourceCount },
    OPTIONS,
    1,
  )({
    features: inWhitened(...candidates),
    labels: Int32Array.from(candidates.flatMap(({ ids }, label) => ids.map(() => label))),
  });

afterEach(() => setKernelThreads(1));

test('a candidate far from all sources is accepted', () => {
  const { accepted, reason, sources } = check(plantCloud('fred', { 7: 9 }, 60, 2));
  expect({ accepted, reason }).toEqual({
    accepted: true,
    reason: 'the attribution of 4 earlier sources stays as it was',
  });
  // A third of 90 images each.
  expect(sources.map(({ label, heldBack }) => [label, heldBack])).toEqual([
    [0, 30],
    [1, 30],
    [2, 30],
    [3, 30],
  ]);
  for (const { before, after } of sources) {
    expect(before).toBeGreaterThanOrEqual(25);
    expect(Math.abs(before - after)).toBeLessThanOrEqual(1);
  }
});

test('a candidate beside a source, as another training of it would be, is accepted', () => {
  const { accepted, sources } = check(plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 6 }, 60, 2));
  expect(accepted).toBe(true);
  const dora = sources[3] as UpdateCheck['sources'][number];
  expect(dora.marginAfter).toBeLessThan(dora.marginBefore as number);
});

test('a candidate that is part of a source is refused, with the figures', () => {
  const { accepted, reason, sources } = check(plantCloud('dora', AXIS_SOURCES.dora, 60, 2));
  expect(accepted).toBe(false);
  const { before, after } = sources[3] as UpdateCheck['sources'][number];
  expect(after).toBeLessThan(before - 1);
  expect(reason).toBe(`source 3 would keep ${after} of the ${before} held-back images attributed to it`);
});

test('one candidate of several that is part of a source is enough to refuse them', () => {
  const part = plantCloud('anna', AXIS_SOURCES.anna, 40, 2);
  expect(check(plantCloud('fred', { 7: 9 }, 60, 2), part).accepted).toBe(false);
});

test('openUpdateCheck() gives the same again, with more threads', () => {
  const fred = plantCloud('fred', { 7: 9 }, 60, 2);
  const first = check(fred);
  setKernelThreads(2);
  expect(check(fred)).toEqual(first);
});

test('a source with too few exemplars to hold one back is not judged', () => {
  const few = selectExemplars(exemplars, [0, 1, 90, 91]);
  const candidates = {
    features: inWhitened(plantCloud('fred', { 7: 9 }, 20, 2)),
    labels: new Int32Array(20),
  };
  const { accepted, sources } = openUpdateCheck({ exemplars: few, sourceCount }, OPTIONS, 1)(candidates);
  expect(accepted).toBe(true);
  expect(sources.map(({ heldBack, before }) => [heldBack, before])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test('with the reference of the present test a candidate is judged alike', () => {
  const reference = fitExemplarTest(exemplars, sourceCount, null, OPTIONS, 1).fused?.reference ?? null;
  const judge = (name: string, center: Center) =>
    openUpdateCheck(
      { exemplars, sourceCount, reference },
      OPTIONS,
      1,
    )({ features: inWhitened(plantCloud(name, center, 60, 2)), labels: new Int32Array(60) }).accepted;
  expect([judge('fred', { 7: 9 }), judge('dora', AXIS_SOURCES.dora)]).toEqual([true, false]);
});

test('candidates are judged alike whatever was checked before them', () => {
  const open = () => openUpdateCheck({ exemplars, sourceCount }, OPTIONS, 1);
  const candidates = [plantCloud('dora', AXIS_SOURCES.dora, 60, 2), plantCloud('fred', { 7: 9 }, 60, 2)].map(
    (cloud) => ({ features: inWhitened(cloud), labels: new Int32Array(60) }),
  );
  const both = candidates.map(open());
  expect(both).toEqual(candidates.map((candidate) => open()(candidate)));
  expect(both.map(({ accepted }) => accepted)).toEqual([false, true]);
});
