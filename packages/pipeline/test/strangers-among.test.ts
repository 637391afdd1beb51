import type { FeatureSet } from '@ganscout/data-model';
import { setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, describe, expect, test } from 'vitest';
import { fitExemplarTest } from '../src/established.js';
import { selectExemplars } from '../src/exemplars.js';
import { joinSpaces } from '../src/space-features.js';
import { applySourceTest } from '../src/stages/source-test.js';
import { strangersAmong, type TestedRows } from '../src/strangers-among.js';
import { AXIS_SOURCES, inWhitened, OPTIONS, plantCloud, plantEstablished } from './planted-sources.js';

const { exemplars, sourceCount } = plantEstablished();
const sourceTest = fitExemplarTest(exemplars, sourceCount, null, OPTIONS, 1);
const DORA = 3;

/** Another training of Dora's generator: six deviations beside her. */
const twinOf = (seed: number, count = 40) => plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 6 }, count, seed);
const doraOf = (seed: number, count = 40) => plantCloud('dora', AXIS_SOURCES.dora, count, seed);

/** All images accepted by Dora, or by the source of each, with p-values that they would not have at home. */
function accepted(
  clouds: readonly FeatureSet[],
  { source = clouds.map(() => DORA), pValue = 0.1 }: { source?: readonly number[]; pValue?: number } = {},
): TestedRows {
  const features = inWhitened(...clouds);
  const labels = clouds.flatMap(({ ids }, i) => ids.map(() => source[i] as number));
  return {
    features,
    source: Int32Array.from(labels),
    pValue: new Float32Array(labels.length).fill(pValue),
  };
}

const count = (strangers: Uint8Array, from = 0, to = strangers.length) =>
  strangers.subarray(from, to).filter((value) => value === 1).length;
const among = (tested: TestedRows, seed = 1, options = OPTIONS) =>
  strangersAmong(exemplars, tested, options, seed);

afterEach(() => setKernelThreads(1));

test('strangersAmong() flags what a source accepted of a twin of it, and little of its own', () => {
  const counts = { taken: 0, flagged: 0, own: 0 };
  for (let seed = 2; seed <= 6; seed++) {
    const twin = plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 5 }, 80, seed);
    const features = inWhitened(doraOf(seed, 80), twin);
    const { source, pValue } = applySourceTest(sourceTest, joinSpaces(features, OPTIONS.ood.space));
    const strangers = among({ features, source, pValue });
    const taken = source.subarray(80).filter((label) => label === DORA).length;
    // The test takes part of the twin for Dora, and rejects enough of it to be worth a second look.
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(taken).toBeLessThan(40);
    for (const [row, label] of source.entries()) if (label === -1) expect(strangers[row]).toBe(0);
    counts.taken += taken;
    counts.flagged += count(strangers, 80);
    counts.own += count(strangers, 0, 80);
  }
  expect(counts.flagged).toBeGreaterThanOrEqual(0.4 * counts.taken);
  expect(counts.own).toBeLessThanOrEqual(0.1 * 5 * 80);
});

test('a twin is found with nine of ten seeds at least, also beside more images of the source itself', () => {
  let found = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const strangers = among(accepted([doraOf(seed + 1, 60), twinOf(seed + 1)]), seed);
    if (count(strangers, 60) >= 30) found += 1;
    // Some share a fragment with it.
    expect(count(strangers, 0, 60)).toBeLessThanOrEqual(12);
  }
  expect(found).toBeGreaterThanOrEqual(9);
});

test('images of the source itself are flagged in hardly more cases than by chance', () => {
  // The p-values are such that only the permutations decide: at 0.005, of 100 cases half a one.
  let alarms = 0;
  for (let seed = 1; seed <= 100; seed++) {
    if (count(among(accepted([doraOf(seed + 1)]), seed)) > 0) alarms += 1;
  }
  // Of a binomial count of 100 at 0.005, four or more have a chance of 0.0017.
  expect(alarms).toBeLessThanOrEqual(3);
});

test('each source is looked at by itself: a twin of one is no news of another', () => {
  const clouds = [plantCloud('anna', AXIS_SOURCES.anna, 40, 2), twinOf(2)];
  const strangers = among(accepted(clouds, { source: [0, DORA] }));
  expect(count(strangers, 0, 40)).toBe(0);
  expect(count(strangers, 40)).toBeGreaterThanOrEqual(36);
  const shifted = plantCloud('shifted', { ...AXIS_SOURCES.anna, 9: 6 }, 40, 2);
  expect(count(among(accepted([shifted], { source: [0] })))).toBeGreaterThanOrEqual(36);
});

test('images that look as usual to the test are no strangers', () => {
  const flagged = (pValue: number) => count(among(accepted([twinOf(2)], { pValue })));
  expect(flagged(0.25)).toBe(0);
  expect(flagged(0.249)).toBeGreaterThanOrEqual(36);
});

describe('too few', () => {
  test('images accepted, or in foreign fragments, are no source', () => {
    const options = (minimumSize: number) => ({
      ...OPTIONS,
      refine: { ...OPTIONS.refine, minimumSize },
    });
    const tested = accepted([twinOf(2)]);
    const found = count(among(tested));
    expect(count(among(tested, 1, options(found)))).toBe(found);
    expect(count(among(tested, 1, options(found + 1)))).toBe(0);
    expect(count(among(accepted([twinOf(2, 3)])))).toBe(0);
  });

  test('exemplars say nothing of what a source is like', () => {
    const others = [...exemplars.labels.keys()].filter((row) => exemplars.labels[row] !== DORA);
    const first = exemplars.labels.indexOf(DORA);
    const few = selectExemplars(exemplars, [...others, first, first + 1, first + 2]);
    expect(count(strangersAmong(few, accepted([twinOf(2)]), OPTIONS, 1))).toBe(0);
  });

  test('images altogether give as many verdicts', () => {
    expect(among(accepted([]))).toEqual(new Uint8Array(0));
    expect(among(accepted([twinOf(2, 1)]))).toEqual(new Uint8Array(1));
    expect(among(accepted([twinOf(2)], { source: [-1] }))).toEqual(new Uint8Array(40));
  });
});

test('the order of the images moves the verdicts with them, but for a few in mixed fragments', () => {
  const tested = accepted([doraOf(2), twinOf(2)]);
  const { data, ids, dims } = tested.features.get('whitened') as FeatureSet;
  const order = [...ids.keys()].reverse();
  const turned = order.flatMap((row) => [...data.subarray(row * dims, (row + 1) * dims)]);
  const features = new Map([
    [
      'whitened' as const,
      { ...(tested.features.get('whitened') as FeatureSet), data: Float32Array.from(turned) },
    ],
  ]);
  const [straight, reversed] = [among(tested), among({ ...tested, features })];
  const differing = order.filter((row, i) => straight[row] !== reversed[i]).length;
  expect(differing).toBeLessThanOrEqual(6);
});

test('strangersAmong() gives the same again, with more threads, and leaves its inputs as they were', () => {
  const tested = accepted([doraOf(2, 200), twinOf(2, 200)]);
  const random = createRandom(1, 'values');
  const pValue = tested.pValue.map(() => 0.2 * random.uniform());
  const inputs = () => [
    exemplars.labels.slice(),
    exemplars.features.get('whitened')?.data.slice(),
    tested.features.get('whitened')?.data.slice(),
    tested.source.slice(),
    pValue.slice(),
  ];
  const before = inputs();
  const first = among({ ...tested, pValue });
  expect(count(first)).toBeGreaterThan(100);
  setKernelThreads(2);
  expect(among({ ...tested, pValue })).toEqual(first);
  expect(inputs()).toEqual(before);
});
