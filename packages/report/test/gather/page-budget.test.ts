import { expect, test } from 'vitest';
import { fitLevel, LEVELS, pageBytes, tellLeftOut, textBytes, WHOLE } from '../../src/gather/page-budget.js';

test('each level leaves out more, the central images of discovered sources never all', () => {
  expect(LEVELS[0]).toEqual(WHOLE);
  const rank = { all: 2, discovered: 1, none: 0 };
  for (const [i, level] of LEVELS.slice(1).entries()) {
    const before = LEVELS[i] as (typeof LEVELS)[number];
    for (const kind of ['central', 'random', 'borderline'] as const) {
      expect(level.sheets[kind]).toBeLessThanOrEqual(before.sheets[kind]);
    }
    expect(Number(level.hasThumbs)).toBeLessThanOrEqual(Number(before.hasThumbs));
    expect(Number(level.hasKnownSheets)).toBeLessThanOrEqual(Number(before.hasKnownSheets));
    expect(rank[level.fingerprints]).toBeLessThanOrEqual(rank[before.fingerprints]);
    expect(level).not.toEqual(before);
    expect(level.sheets.central).toBeGreaterThanOrEqual(1);
  }
  const firstWithout = (test: (level: (typeof LEVELS)[number]) => boolean) => LEVELS.findIndex(test);
  const order = [
    firstWithout(({ sheets }) => sheets.random === 0),
    firstWithout(({ sheets }) => sheets.borderline === 0),
    firstWithout(({ hasThumbs }) => !hasThumbs),
    firstWithout(({ sheets }) => sheets.central < 12),
  ];
  expect(order).toEqual([1, 2, 3, 4]);
});

test('fitLevel() takes the first level that fits, and the last if none does', () => {
  const sizes = new Map(LEVELS.map((level, i) => [level, 100 - i]));
  const sizeAt = (level: (typeof LEVELS)[number]) => sizes.get(level) as number;
  expect(fitLevel(sizeAt, 100)).toBe(0);
  expect(fitLevel(sizeAt, 97)).toBe(3);
  expect(fitLevel(sizeAt, 97, 5)).toBe(5);
  expect(fitLevel(sizeAt, 1)).toBe(LEVELS.length - 1);
});

test('tellLeftOut() says each thing once, at its strictest', () => {
  expect(tellLeftOut(0, 1e6)).toEqual([]);
  expect(tellLeftOut(1, 25e6)).toEqual([
    'Left out to keep the page within 25 MB: the contact sheets drawn at random.',
  ]);
  const all = tellLeftOut(LEVELS.length - 1, 1e6);
  expect(all.filter((text) => text.includes('of each source'))).toEqual([
    'Left out to keep the page within 1 MB: all but the most central image of each source.',
  ]);
  expect(all.filter((text) => text.includes('residual spectra'))).toEqual([
    'Left out to keep the page within 1 MB: the residual spectra.',
  ]);
});

test('pageBytes() counts base64, textBytes() texts and numbers but no picture', () => {
  expect(pageBytes(3000) - pageBytes(0)).toBe(4000);
  const empty = textBytes({});
  expect(textBytes({ png: new Uint8Array(1e6) })).toBe(empty);
  expect(textBytes({ a: ['x'.repeat(1000)] }) - empty).toBeGreaterThanOrEqual(1000);
  expect(textBytes({ x: new Float32Array(1000) }) - empty).toBe(8000);
});
