import type { FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import { stagesSchema } from '../src/config/schema.js';
import { applySourceTest, crossFitReference, fitSourceTest } from '../src/stages/source-test.js';

const DIMS = 8;
const options = { ...stagesSchema.parse({}).ood, hashCount: 256 };
const random = createRandom(1, 'source-test');

/** Images about one point a source: 4 along axis `source`, deviation 1. */
function images(sources: readonly number[]): FeatureSet {
  const data = Float32Array.from({ length: sources.length * DIMS }, (_, i) => {
    const source = sources[Math.floor(i / DIMS)] as number;
    return random.normal() + (i % DIMS === source ? 4 : 0);
  });
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return { ids: sources.map((source, i) => `${source}/${i}`), dims: DIMS, data, space };
}

function fitted(sources: readonly number[], sourceCount: number) {
  const members = { features: images(sources), labels: Int32Array.from(sources), sourceCount };
  const reference = crossFitReference(members, Int32Array.from(sources.keys()), options, 1);
  return { reference, test: fitSourceTest(members, reference, options, 1) };
}

const repeat = (source: number, count: number) => new Array<number>(count).fill(source);

describe('a test of known sources', () => {
  test('names new images of its sources, and turns unknown ones away', () => {
    const { test: sourceTest } = fitted([...repeat(0, 60), ...repeat(1, 60)], 2);
    const known = applySourceTest(sourceTest, images([...repeat(0, 100), ...repeat(1, 100)]));
    const right = known.source.filter((label, i) => label === Math.floor(i / 100)).length;
    // The rate is 0.05; its standard deviation over 200 images and 120 labelled ones about 0.025.
    expect(right).toBeGreaterThan(200 * 0.87);
    const unknown = applySourceTest(sourceTest, images(repeat(5, 100)));
    expect(unknown.source.filter((label) => label !== -1).length).toBeLessThan(20);
  });

  test('leaves images of a source with a single image out of the reference, and gives that source nothing', () => {
    const { reference, test: sourceTest } = fitted([...repeat(0, 30), ...repeat(1, 30), 2], 3);
    expect(reference.wta).toHaveLength(60);
    const scores = applySourceTest(sourceTest, images([...repeat(2, 50), ...repeat(0, 50)]));
    expect([...scores.source]).not.toContain(2);
    expect(scores.source.subarray(0, 50).filter((label) => label !== -1).length).toBeLessThan(10);
    expect(scores.source.subarray(50).filter((label) => label === 0).length).toBeGreaterThan(40);
  });

  test('accepts nothing where every source has a single image', () => {
    const { reference, test: sourceTest } = fitted([0, 1], 2);
    expect(reference.wta).toHaveLength(0);
    const scores = applySourceTest(sourceTest, images(repeat(0, 10)));
    expect([...scores.source]).toEqual(repeat(-1, 10));
    expect([...scores.pValue]).toEqual(repeat(0, 10));
    expect(scores.margin.every((margin) => margin === 0)).toBe(true);
  });
});
