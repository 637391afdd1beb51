import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type GeneratorEntry, readCatalog } from '../src/catalog.js';

const temporary = mkdtempSync(join(tmpdir(), 'ganscout-catalog-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const { directory, generators } = readCatalog();
const known = generators.filter(({ role }) => role === 'known');
const unknown = generators.filter(({ role }) => role === 'unknown');
const isKnown = (same: (a: GeneratorEntry, b: GeneratorEntry) => boolean, entry: GeneratorEntry) =>
  known.some((other) => same(entry, other));
const sameArchitecture = (a: GeneratorEntry, b: GeneratorEntry) =>
  a.architecture === b.architecture && a.loss === b.loss;
const samePair = (a: GeneratorEntry, b: GeneratorEntry) => sameArchitecture(a, b) && a.dataset === b.dataset;

test('the catalog has at least 14 generators with distinct names and files of at most 300 KB', () => {
  expect(generators.length).toBeGreaterThanOrEqual(14);
  expect(new Set(generators.map(({ name }) => name)).size).toBe(generators.length);
  expect(new Set(generators.map(({ file }) => file)).size).toBe(generators.length);
  for (const { file } of generators) {
    const { size } = statSync(join(directory, file));
    expect(size, file).toBeGreaterThan(100_000);
    expect(size, file).toBeLessThanOrEqual(300_000);
  }
});

test('the catalog covers every upsampling and loss of the demo', () => {
  const architectures = new Set(generators.map(({ architecture }) => architecture));
  for (const name of [
    'transposed4',
    'nearest-pixelnorm',
    'resnet',
    'style-noise',
    'pixel-shuffle',
    'bilinear',
  ]) {
    expect(architectures).toContain(name);
  }
  const transposed = generators.filter(({ architecture }) => architecture.startsWith('transposed'));
  const losses = new Set(transposed.map(({ loss }) => loss));
  for (const loss of ['bce', 'lsgan', 'wgan-gp']) expect(losses).toContain(loss);
});

test('unknown generators are new in the way they say: seeds, architectures, pairs with a data set', () => {
  expect(known.length).toBeGreaterThanOrEqual(6);
  const of = (novelty: string) => unknown.filter((entry) => entry.unknown === novelty);
  expect(of('seed').length).toBeGreaterThanOrEqual(3);
  expect(of('architecture').length).toBeGreaterThanOrEqual(4);
  expect(of('architecture-and-data-set').length).toBeGreaterThanOrEqual(3);
  for (const entry of of('seed')) expect(isKnown(samePair, entry), entry.name).toBe(true);
  for (const entry of of('architecture')) {
    expect(
      isKnown((a, b) => a.architecture === b.architecture, entry),
      entry.name,
    ).toBe(false);
  }
  for (const entry of of('architecture-and-data-set')) {
    expect(isKnown(sameArchitecture, entry), entry.name).toBe(true);
    expect(isKnown(samePair, entry), entry.name).toBe(false);
  }
});

test('readCatalog() refuses an entry without a role and a file without generators', () => {
  const write = (document: unknown) =>
    writeFileSync(join(temporary, 'generators.json'), JSON.stringify(document));
  write({ generators: [{ ...generators[0], role: 'unknown', unknown: null }] });
  expect(() => readCatalog(temporary)).toThrow(/role and unknown must agree/);
  write({ generators: [{ ...generators[0], inputs: { z: 0 } }] });
  expect(() => readCatalog(temporary)).toThrow(/positive integers/);
  write({});
  expect(() => readCatalog(temporary)).toThrow(TypeError);
});
