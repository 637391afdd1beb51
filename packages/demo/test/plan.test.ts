import { expect, test } from 'vitest';
import { readCatalog } from '../src/catalog.js';
import { DEFAULT_DEMO_COUNTS, planDemo } from '../src/plan.js';

const catalog = readCatalog();
const COUNTS = {
  labelledPerKnownSource: 5,
  imagesPerKnownSource: 3,
  imagesPerUnknownSource: 4,
  discoveryOverrides: {},
};

test('planDemo() labels images of known sources only, and puts every source into the discovery set', () => {
  const plan = planDemo(catalog, COUNTS);
  expect(plan).toHaveLength(catalog.generators.length + 2);
  expect(plan.filter(({ kind }) => kind === 'real').map(({ source }) => source)).toEqual([
    'real-dead-leaves',
    'real-landscape',
  ]);
  for (const { unknown, labelled, discovery } of plan) {
    expect([labelled, discovery]).toEqual(unknown ? [0, 4] : [5, 3]);
  }
});

test('planDemo() takes an override for one source', () => {
  const name = catalog.generators.find(({ role }) => role === 'unknown')!.name;
  const plan = planDemo(catalog, { ...COUNTS, discoveryOverrides: { [name]: 1 } });
  expect(plan.filter(({ discovery }) => discovery === 1).map(({ source }) => source)).toEqual([name]);
});

test('the default plan has rare unknown sources of 30 to 40 images', () => {
  const rare = planDemo(catalog, DEFAULT_DEMO_COUNTS).filter(({ discovery }) => discovery <= 40);
  expect(rare.length).toBeGreaterThanOrEqual(2);
  for (const { unknown, discovery } of rare) {
    expect(unknown).toBe(true);
    expect(discovery).toBeGreaterThanOrEqual(30);
  }
});

test('planDemo() refuses counts that are no integers of at least 0, and unheard-of sources', () => {
  expect(() => planDemo(catalog, { ...COUNTS, imagesPerKnownSource: -1 })).toThrow(/at least 0, got -1/);
  expect(() => planDemo(catalog, { ...COUNTS, labelledPerKnownSource: 1.5 })).toThrow(RangeError);
  expect(() => planDemo(catalog, { ...COUNTS, discoveryOverrides: { nobody: 3 } })).toThrow(/nobody/);
});
