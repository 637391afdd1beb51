import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type AttributeTable, drawByAttribute, kindsOf, readAttributes } from '../src/attribute-splits.js';

const DATA = fileURLToPath(new URL('../../../data/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'attributes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsOf = (sources: Iterable<string>) =>
  [...sources].flatMap((source) =>
    [0, 1, 2].map((i) => ({ path: `${source}/${i}`, source, group: `${source}/${i}` })),
  );

const demo = await readAttributes(join(DATA, 'attributes.csv'));
const rows = rowsOf(demo.keys());
const of = (table: AttributeTable, source: string) =>
  table.get(source) as NonNullable<ReturnType<typeof table.get>>;

it('the table of the demo says what the list of its generators says', () => {
  const { generators } = JSON.parse(readFileSync(join(DATA, 'generators.json'), 'utf8'));
  const listed = generators.map(({ name, dataset, architecture, seed }: Record<string, string>) => [
    name,
    { dataset, architecture, seed: String(seed) },
  ]);
  const real = ['dead-leaves', 'landscape'].map((dataset) => [
    `real-${dataset}`,
    { dataset, architecture: '', seed: '' },
  ]);
  expect(Object.fromEntries(demo)).toEqual(Object.fromEntries([...real, ...listed]));
});

describe('drawByAttribute()', () => {
  const seeds = [1, 2, 3, 4, 5, 6];

  it('gives the same sources for the same seed, and others for others', () => {
    for (const attribute of ['dataset', 'architecture', 'seed'] as const) {
      const drawn = seeds.map((seed) => drawByAttribute(attribute, rows, demo, seed).known.join());
      expect(drawByAttribute(attribute, rows, demo, 1).known.join()).toBe(drawn[0]);
      expect(new Set(drawn).size).toBeGreaterThan(1);
    }
  });

  it('leaves no source in two parts, and none out of all', () => {
    for (const seed of seeds) {
      const { known, unknown, leftOut } = drawByAttribute('architecture', rows, demo, seed);
      expect([...known, ...unknown, ...leftOut].sort()).toEqual([...demo.keys()].sort());
    }
  });

  it('by seed: every unknown source has a known one that differs in its seed alone', () => {
    for (const seed of seeds) {
      const { known, unknown } = drawByAttribute('seed', rows, demo, seed);
      // Four families of two in the demo.
      expect(unknown).toHaveLength(4);
      for (const source of unknown) {
        const { architecture, dataset } = of(demo, source);
        const siblings = known.filter((other) => {
          const attributes = of(demo, other);
          return attributes.architecture === architecture && attributes.dataset === dataset;
        });
        expect(siblings).toHaveLength(1);
      }
    }
  });

  it('by architecture: unknown architectures are new, their data sets are not; real images are known', () => {
    for (const seed of seeds) {
      const { known, unknown } = drawByAttribute('architecture', rows, demo, seed);
      const valuesOf = (name: 'architecture' | 'dataset') =>
        new Set(known.map((source) => of(demo, source)[name]));
      for (const source of unknown) {
        expect(valuesOf('architecture')).not.toContain(of(demo, source).architecture);
        expect(valuesOf('dataset')).toContain(of(demo, source).dataset);
      }
      expect(known).toContain('real-landscape');
      expect(known).toContain('real-dead-leaves');
    }
  });

  it('by data set: unknown generators are of a known architecture and learned from another data set', () => {
    const { known, unknown, leftOut } = drawByAttribute('dataset', rows, demo, 1);
    const generators = known.filter((source) => of(demo, source).architecture !== '');
    const dataSets = new Set(generators.map((source) => of(demo, source).dataset));
    expect(dataSets.size).toBe(1);
    for (const source of unknown) {
      expect(dataSets).not.toContain(of(demo, source).dataset);
      expect(generators.map((other) => of(demo, other).architecture)).toContain(
        of(demo, source).architecture,
      );
    }
    expect(leftOut.length).toBeGreaterThan(0);
  });

  it('leaves out sources that the table does not name', () => {
    const { leftOut } = drawByAttribute('seed', [...rows, ...rowsOf(['stranger'])], demo, 1);
    expect(leftOut).toContain('stranger');
  });

  it('refuses a table that allows no such split', () => {
    const alone = new Map([...demo].filter(([, { architecture }]) => architecture === ''));
    expect(() => drawByAttribute('seed', rows, alone, 1)).toThrow('2 known and 0 unknown ones of 2');
  });
});

it('kindsOf() takes a source without an architecture for real images', () => {
  const kinds = kindsOf(demo);
  expect([...kinds].filter(([, kind]) => kind === 'real').map(([source]) => source)).toEqual([
    'real-dead-leaves',
    'real-landscape',
  ]);
});

it('readAttributes() names what is wrong with a table', async () => {
  const read = (text: string) => {
    writeFileSync(join(folder, 'table.csv'), text);
    return readAttributes(join(folder, 'table.csv'));
  };
  await expect(read('source,seed\na,1\n')).rejects.toThrow('dataset, architecture is missing');
  await expect(read('source,dataset,architecture,seed\na,d,x,1\na,d,x,2\n')).rejects.toThrow('a has two');
  await expect(read('source,dataset,architecture,seed\na,d\n')).rejects.toThrow('CSV line 2');
  await expect(readAttributes(join(folder, 'none.csv'))).rejects.toThrow('cannot read the attributes');
});
