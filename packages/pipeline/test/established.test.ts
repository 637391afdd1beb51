import { rowsWhere, selectRows } from '@ganscout/data-model';
import { setKernelThreads } from '@ganscout/kernels';
import { afterEach, expect, test } from 'vitest';
import { discoverAmong } from '../src/discover-among.js';
import { attributeRows, fitExemplarTest, labelledExemplars } from '../src/established.js';
import { mapSpaces, type SpaceFeatures } from '../src/space-features.js';
import { AXIS_SOURCES, inWhitened, OPTIONS, plantCloud, plantEstablished } from './planted-sources.js';

const { exemplars, sourceCount, knownCount } = plantEstablished();
const sourceTest = fitExemplarTest(exemplars, sourceCount, null, OPTIONS, 1);
const attribute = (features: SpaceFeatures, options = OPTIONS) =>
  attributeRows({ established: exemplars, sourceCount, test: sourceTest, options }, features, 1);
const count = (labels: Int32Array, label: number) => labels.filter((value) => value === label).length;

afterEach(() => setKernelThreads(1));

test('attributeRows() gives images to the sources that they are of, and those of no source to none', () => {
  const features = inWhitened(
    plantCloud('anna', AXIS_SOURCES.anna, 40, 2),
    plantCloud('dora', AXIS_SOURCES.dora, 40, 2),
    plantCloud('fred', { 7: 9 }, 40, 2),
  );
  const { source, scores, pooled } = attribute(features);
  // An image that its fragment vouches for is rejected at a fifth of the rate of 0.05.
  expect(count(source.subarray(0, 40), 0)).toBeGreaterThanOrEqual(38);
  expect(count(source.subarray(40, 80), 3)).toBeGreaterThanOrEqual(38);
  expect(count(source.subarray(80), -1)).toBe(40);
  expect([...pooled]).toEqual([...source].map((label, i) => (label === scores.source[i] ? 0 : 1)));
});

test('a large established source does not swallow a small new one like it: its images decide together', async () => {
  // Five deviations from Dora: a quarter of the images pass for Dora's when each is asked alone.
  const twin = plantCloud('twin', { ...AXIS_SOURCES.dora, 9: 5 }, 100, 2);
  const features = inWhitened(plantCloud('dora', AXIS_SOURCES.dora, 200, 2), twin);
  const { source, scores } = attribute(features);
  const alone = count(scores.source.subarray(200), 3);
  const together = count(source.subarray(200), 3);
  expect(alone).toBeGreaterThanOrEqual(20);
  expect(together).toBeLessThanOrEqual(alone / 2);
  expect(count(source.subarray(0, 200), 3)).toBeGreaterThanOrEqual(195);
  // What the twin did not lose to Dora is found as one source.
  const left = rowsWhere(source, (label) => label === -1);
  const buffer = {
    features: mapSpaces(features, (rows) => selectRows(rows, left)),
    pValue: Float32Array.from(left, (row) => scores.pValue[row] as number),
    accepted: Array.from({ length: sourceCount }, (_, label) => count(source, label)),
  };
  const { labels, candidateCount } = await discoverAmong(
    { established: exemplars, sourceCount, knownCount, options: OPTIONS },
    buffer,
    2,
    1,
  );
  expect(candidateCount).toBe(1);
  expect(count(labels, 4)).toBeGreaterThanOrEqual(0.95 * (100 - together));
});

test('attributeRows() of no image says nothing', () => {
  const { source, pooled } = attribute(inWhitened());
  expect([source.length, pooled.length]).toEqual([0, 0]);
});

test('attributeRows() gives the same with more threads, and leaves its inputs as they were', () => {
  const features = inWhitened(plantCloud('dora', AXIS_SOURCES.dora, 300, 3), plantCloud('fred', {}, 100, 3));
  const before = features.get('whitened')?.data.slice();
  const results = [1, 2].map((threads) => {
    setKernelThreads(threads);
    return attribute(features);
  });
  expect(results[1]).toEqual(results[0]);
  expect(features.get('whitened')?.data).toEqual(before);
});

test('fitExemplarTest() without a reference takes it from the labelled exemplars alone', () => {
  const labelled = labelledExemplars(exemplars);
  expect(labelled.ids).toHaveLength(270);
  // Each labelled image is scored once, by what was fitted without its fold.
  expect(sourceTest.fused?.reference.wta).toHaveLength(270);
  const again = fitExemplarTest(exemplars, sourceCount, sourceTest.fused?.reference ?? null, OPTIONS, 1);
  expect(again).toEqual(sourceTest);
  const hashAlone = { ...OPTIONS, ood: { ...OPTIONS.ood, scores: ['wta' as const] } };
  expect(fitExemplarTest(exemplars, sourceCount, null, hashAlone, 1).fused).toBeNull();
});
