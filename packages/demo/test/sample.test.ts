import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCatalog } from '../src/catalog.js';
import { sampleGenerator } from '../src/sample.js';

const temporary = mkdtempSync(join(tmpdir(), 'ganscout-sample-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const catalog = readCatalog();
const first = catalog.generators[0]!;
const style = catalog.generators.find(({ inputs }) => Object.keys(inputs).length > 1)!;

test('sampleGenerator() gives the same bytes for a seed, whatever the count', async () => {
  for (const generator of [first, style]) {
    const few = await sampleGenerator(catalog, generator, { seed: 5, count: 3 });
    const many = await sampleGenerator(catalog, generator, { seed: 5, count: 34 });
    expect(few).toHaveLength(3);
    expect(many).toHaveLength(34);
    expect(many.slice(0, 3)).toEqual(few);
    expect(many[33]).not.toEqual(many[1]);
    expect(await sampleGenerator(catalog, generator, { seed: 6, count: 1 })).not.toEqual(few.slice(0, 1));
  }
});

test('sampleGenerator() gives nothing for a count of 0', async () => {
  expect(await sampleGenerator(catalog, first, { seed: 5, count: 0 })).toEqual([]);
});

test('every generator gives varied images: none has collapsed', async () => {
  for (const generator of catalog.generators) {
    const images = await sampleGenerator(catalog, generator, { seed: 7, count: 32 });
    let nearest = Number.POSITIVE_INFINITY;
    let sum = 0;
    for (const [i, a] of images.entries()) {
      for (const b of images.slice(i + 1)) {
        const squares = a.reduce((total, value, at) => total + (value - b[at]!) ** 2, 0);
        const distance = Math.sqrt(squares / a.length);
        nearest = Math.min(nearest, distance);
        sum += distance / 496;
      }
    }
    // Real images are about 50 gray levels apart in the mean, and the nearest two of 32 about 25.
    expect(sum, generator.name).toBeGreaterThan(30);
    expect(nearest, generator.name).toBeGreaterThan(8);
  }
});

test('sampleGenerator() refuses a file that is no model', async () => {
  writeFileSync(join(temporary, 'text.onnx'), 'no model');
  const broken = { directory: temporary, generators: [] };
  await expect(
    sampleGenerator(broken, { ...first, file: 'text.onnx' }, { seed: 1, count: 1 }),
  ).rejects.toThrow();
});
