import { setKernelThreads } from '@ganscout/kernels';
import { afterEach, expect, test } from 'vitest';
import { discoverAmong } from '../src/discover-among.js';
import { fitExemplarTest } from '../src/established.js';
import { joinSpaces, type SpaceFeatures } from '../src/space-features.js';
import { applySourceTest } from '../src/stages/source-test.js';
import { AXIS_SOURCES, inWhitened, OPTIONS, plantCloud, plantEstablished } from './planted-sources.js';

const { exemplars, sourceCount, knownCount } = plantEstablished();
const sourceTest = fitExemplarTest(exemplars, sourceCount, null, OPTIONS, 1);
/**
 * @param pValue by default what the test against all established sources gives.
 * @param accepted by default so many that hardly any number of rejected ones is too large.
 */
const discover = (
  features: SpaceFeatures,
  pValue = applySourceTest(sourceTest, joinSpaces(features, OPTIONS.ood.space)).pValue,
  options = OPTIONS,
  accepted: readonly number[] = Array(4).fill(400),
) =>
  discoverAmong(
    { established: exemplars, sourceCount, knownCount, options },
    { features, pValue, accepted },
    2,
    1,
  );
const distinct = (labels: Int32Array) => [...new Set(labels)].sort((a, b) => a - b);
const count = (labels: Int32Array, label: number) => labels.filter((value) => value === label).length;

afterEach(() => setKernelThreads(1));

test('a new source among images that none accepted is found as one candidate', async () => {
  const { labels, candidateCount } = await discover(inWhitened(plantCloud('fred', { 7: 9 }, 60, 2)));
  expect(candidateCount).toBe(1);
  expect(distinct(labels)).toEqual([4]);
});

test('images of an established discovered source go to it, beside new sources, also one like it', async () => {
  // The limit is half of what is within, 32, and half of what is between, 32 + 50: 57. The twin is at 32 + 36.
  const features = inWhitened(
    plantCloud('dora', AXIS_SOURCES.dora, 40, 2),
    plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 6 }, 40, 2),
    plantCloud('fred', { 7: 9 }, 40, 2),
  );
  const { labels, candidateCount } = await discover(features);
  expect(candidateCount).toBe(2);
  expect(count(labels.subarray(0, 40), 3)).toBeGreaterThanOrEqual(36);
  const [twin, fred] = [labels.subarray(40, 80), labels.subarray(80)].map(distinct) as [number[], number[]];
  expect([...twin, ...fred].filter((label) => label >= 4).sort()).toEqual([4, 5]);
  expect(twin).not.toContain(3);
});

test('a cluster near a source goes to it unless its images are stranger than those that are rejected by mistake', async () => {
  // At 32 + 9 the cluster is well within the limit of 57.
  const features = inWhitened(plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 3 }, 40, 2));
  const found = async (pValue: number) =>
    (await discover(features, new Float32Array(40).fill(pValue))).labels;
  // The false reject rate is 0.05, and the limit of the median a fifth of it.
  expect(distinct(await found(0.011))).toEqual([3]);
  expect(distinct(await found(0.009))).toEqual([4]);
});

test('more images than a source rejects by mistake beside those that it accepts do not go to it', async () => {
  const features = inWhitened(plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 3 }, 40, 2));
  const rejected = new Float32Array(40).fill(0.025);
  // At three times 0.05, of 400 accepted and 40 rejected ones 40 or more are likely; of 60 and 40 they are not.
  const few = await discover(features, rejected, OPTIONS, [0, 0, 0, 400]);
  expect(distinct(few.labels)).toContain(3);
  const many = await discover(features, rejected, OPTIONS, [0, 0, 0, 60]);
  expect(many.labels).not.toContain(3);
  expect(many.candidateCount).toBeGreaterThan(0);
});

test('images of a known source do not go to it: that is for the test to say', async () => {
  const { labels } = await discover(inWhitened(plantCloud('anna', AXIS_SOURCES.anna, 40, 2)));
  expect(labels.filter((label) => label >= 0 && label < 4)).toHaveLength(0);
});

test('a cluster too small to refine stays of no source', async () => {
  const features = inWhitened(plantCloud('fred', { 7: 9 }, 40, 2), plantCloud('hugo', { 11: 30 }, 2, 2));
  const { labels, candidateCount } = await discover(features);
  expect(candidateCount).toBe(1);
  expect([...labels.subarray(40)]).toEqual([-1, -1]);
});

test('without a limit only what is nearest to each other is joined', async () => {
  const { merge } = OPTIONS;
  const options = {
    ...OPTIONS,
    kmeans: { ...OPTIONS.kmeans, clusterCount: 2 },
    merge: { ...merge, limit: 'none' as const, repeat: false, connection: 'chained' as const },
  };
  const { labels } = await discover(
    inWhitened(plantCloud('dora', AXIS_SOURCES.dora, 40, 2), plantCloud('fred', { 7: 30 }, 40, 2)),
    new Float32Array(80).fill(0.5),
    options,
  );
  // The two clusters are each other's nearest and become one, which is nearest to Dora.
  expect(distinct(labels)).toEqual([3]);
});

test('among no image nothing is found, and one image is no source', async () => {
  expect(await discover(inWhitened())).toEqual({ labels: new Int32Array(0), candidateCount: 0 });
  const { labels } = await discover(inWhitened(plantCloud('fred', { 7: 9 }, 1, 2)));
  expect([...labels]).toEqual([-1]);
});

test('discoverAmong() gives the same again, with more threads, and leaves its inputs as they were', async () => {
  const features = inWhitened(plantCloud('fred', { 7: 9 }, 200, 2), plantCloud('hugo', { 8: 9 }, 200, 2));
  const before = features.get('whitened')?.data.slice();
  const first = await discover(features);
  setKernelThreads(2);
  expect(await discover(features)).toEqual(first);
  expect(features.get('whitened')?.data).toEqual(before);
});
