import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { contrastSources, DESCRIPTOR_DIMS, DESCRIPTOR_PARTS, describeImage } from '../src/index.js';

const SOURCES = ['first', 'second', 'third'];
const EACH = 24;
const energies = DESCRIPTOR_PARTS.find(({ name }) => name === 'energies')!;
const ratios = DESCRIPTOR_PARTS.find(({ name }) => name === 'moment ratios')!;

/** Noise of deviation 1; the first source has energies larger by 2 deviations, the second one moment ratios smaller by 1. */
function planted(seed: number) {
  const random = createRandom(seed, 'test/contrasts');
  const count = SOURCES.length * EACH;
  const labels = Int32Array.from({ length: count }, (_, i) => i % SOURCES.length);
  const descriptors = Float32Array.from({ length: count * DESCRIPTOR_DIMS }, () => random.normal());
  const shift = (label: number, { start, values }: typeof energies, amount: number) => {
    for (let i = label; i < count; i += SOURCES.length) {
      for (let j = start; j < start + values.length; j++) descriptors[i * DESCRIPTOR_DIMS + j] += amount;
    }
  };
  shift(0, energies, 2);
  shift(1, ratios, -1);
  const groups = Array.from(labels, (_, i) => `image ${i}`);
  return { descriptors, labels, sources: SOURCES, groups };
}

test('the parts of the descriptor name each of its values', () => {
  expect(DESCRIPTOR_PARTS.map(({ start }) => start)).toEqual([
    0, 1188, 1206, 1224, 1512, 1944, 2070, 2106, 2421,
  ]);
  const names = DESCRIPTOR_PARTS.flatMap(({ name, values }) => values.map((value) => `${name}: ${value}`));
  expect(names.length).toBe(DESCRIPTOR_DIMS);
  expect(new Set(names).size).toBe(DESCRIPTOR_DIMS);
});

test('the names of values are those of what the descriptor measures', () => {
  // Red: stripes of one column in four. Green: rows 0, 0, 1, 1, …; blue: nothing.
  const data = new Uint8Array(64 * 64 * 3);
  for (let i = 0; i < 64 * 64; i++) {
    data[3 * i] = i % 4 === 0 ? 40 : 0;
    data[3 * i + 1] = Math.floor(i / 64 / 2) % 2;
  }
  const { whole } = describeImage({ width: 64, height: 64, data }, { grid: 4, cropTiles: 2, cropStep: 2 });
  const value = (part: string, name: string) => {
    const { start, values } = DESCRIPTOR_PARTS.find((one) => one.name === part)!;
    expect(values).toContain(name);
    return whole[start + values.indexOf(name)];
  };
  // Two of four differences are ±40: 800; none in y.
  expect(value('energies', 'red difference in x')).toBeCloseTo(Math.log(800), 1);
  expect(value('energies', 'red difference in y')).toBeCloseTo(Math.log(0.01), 5);
  // Stripes come again after four columns.
  expect(value('lag correlations', 'red difference in x, 4 right, 0 up')).toBeGreaterThan(0.9);
  expect(value('lag correlations', 'red difference in x, 2 right, 0 up')).toBeCloseTo(0, 1);
  // Every second difference of green in y is ±1, the others are 0.
  expect(value('magnitude shares', 'green difference in y, at most 0')).toBeCloseTo(0.5, 1);
  expect(value('magnitude shares', 'green difference in y, at most 1')).toBe(1);
  // Where green has its differences of ±1 in y, red and blue have none: a pattern and its negative are one class.
  expect(value('color patterns', 'difference in y, pattern 0 -1 0')).toBeCloseTo(Math.sqrt(0.5), 1);
});

test('contrastSources() names the part and the values that were shifted', async () => {
  const [first, second, third] = await contrastSources(planted(1), 1);
  expect(first).toMatchObject({ source: 'first', imageCount: EACH });
  expect(first.parts[0]).toMatchObject({ part: 'energies', valueCount: 18 });
  expect(first.parts[0].auroc).toBeGreaterThan(0.99);
  expect(first.parts[0].hardestAuroc).toBeGreaterThan(0.99);
  expect(first.parts[0].largest[0].difference).toBeGreaterThan(1.5);
  expect(energies.values).toContain(first.parts[0].largest[0].name);
  expect(second.parts[0].part).toBe('moment ratios');
  expect(second.parts[0].largest[0].difference).toBeLessThan(-0.5);
  // The third differs by what the others have; parts that nobody has are near chance.
  for (const { parts } of [first, second, third]) {
    const others = parts.filter(({ part }) => part !== 'energies' && part !== 'moment ratios');
    const mean = others.reduce((sum, { auroc }) => sum + auroc, 0) / others.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 5);
  }
});

test('contrastSources() says which other source is hardest to tell apart', async () => {
  const data = planted(2);
  // Images of the third source that are copies of those of the second but for a trace.
  for (let i = 2; i < data.labels.length; i += 3) {
    const copy = data.descriptors.subarray((i - 1) * DESCRIPTOR_DIMS, i * DESCRIPTOR_DIMS);
    data.descriptors.set(copy, i * DESCRIPTOR_DIMS);
  }
  const [, second] = await contrastSources(data, 1);
  expect(second.hardest).toBe('third');
  expect(second.hardestAuroc).toBeLessThan(second.auroc);
});

test('contrastSources() gives the same figures for the same seed, and leaves its input', async () => {
  const data = planted(3);
  const before = data.descriptors.slice();
  expect(await contrastSources(data, 5)).toEqual(await contrastSources(data, 5));
  expect(data.descriptors).toEqual(before);
});

test('contrastSources() refuses one source alone, and a source that cannot be split', async () => {
  const data = planted(1);
  const alone = { ...data, labels: data.labels.map(() => 0), sources: ['first'] };
  await expect(contrastSources(alone, 1)).rejects.toThrow('at least two sources are needed, got 1');
  const oneGroup = { ...data, groups: data.groups.map((group, i) => (i % 3 === 1 ? 'same' : group)) };
  await expect(contrastSources(oneGroup, 1)).rejects.toThrow('second');
});
