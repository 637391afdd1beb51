import { expect, test } from 'vitest';
import { cautionsOf, figuresOf, nearestOf, staleness } from '../../src/gather/source-words.js';
import { sourceRow, viewedSource } from './viewed-case.js';

test('a sound source has no caution', () => {
  const source = viewedSource(1, { row: sourceRow({ trust: 0.5, separation: 1.5 }) });
  expect(cautionsOf(source, 'S0002 (b)', { source: 'x', share: 0.9, isKnown: false })).toEqual([]);
});

test('each doubt has its sentence', () => {
  const row = sourceRow({
    ...{ trust: 0.048, neighborShare: 0.12, persistence: 0.4, rejectedShare: 1, separation: 0.79 },
    ...{ confounder: 'format png (100 % inside, 3 % outside)', confounderStrength: 0.9 },
  });
  const cautions = cautionsOf(viewedSource(7, { size: 10, row }), 'S0004 (known)', {
    ...{ source: 'known', share: 0.6, isKnown: true },
  });
  expect(cautions.map(({ doubt }) => doubt)).toEqual([
    ...['low trust', 'mixed', 'nothing new', 'tiny', 'confounded', 'near'],
  ]);
  expect(cautions.map(({ text }) => text)).toEqual([
    'Its trust is low, 0.048: only 12 % of its nearest neighbors are of it too.',
    'It is mixed: only 60 % of its images are of one true source, known.',
    'By the ground truth most of its images are of the known source known: it is not new.',
    'It is tiny, 10 images: its figures say little.',
    'A property of the files explains it as well: format png (100 % inside, 3 % outside), correlation 0.900. It may be a group of files and no generator.',
    'It is near S0004 (known), 0.79 of its own radii away: the two may be one source.',
  ]);
});

test('a known source is tiny only without an image, and never new', () => {
  const known = (size: number) => viewedSource(1, { kind: 'known', size, row: sourceRow() });
  const majority = { source: 'a', share: 1, isKnown: true };
  expect(cautionsOf(known(3), null, majority)).toEqual([]);
  expect(cautionsOf(known(0), null, undefined).map(({ text }) => text)).toEqual([
    'No image of the discovery set was given to it.',
  ]);
});

test('the nearest source has id and name; of two with one name the living one is meant', () => {
  const source = viewedSource(3, { row: sourceRow({ nearest: 'twin' }) });
  const merged = viewedSource(1, { name: 'twin', state: 'merged' });
  expect(nearestOf(source, { sources: [merged, viewedSource(2, { name: 'twin' })] })).toBe('S0002 (twin)');
  expect(nearestOf(viewedSource(3), { sources: [] })).toBeNull();
  expect(nearestOf(viewedSource(3, { row: sourceRow() }), { sources: [] })).toBeNull();
});

test('figures that are not known are left out; medians are of its own images', () => {
  const margin = Float32Array.of(1, 100, 3, Number.NaN, 5);
  const none = new Float32Array(5).fill(Number.NaN);
  const provenance = {
    score: none,
    margin,
    pValue: none,
    entry: new Int32Array(5),
    round: new Int32Array(5),
    reason: [],
  };
  const facts = {
    view: { provenance },
    rows: [0, 2, 3, 4],
    majority: { source: 'x', share: 0.75, isKnown: false },
  };
  const figures = figuresOf(viewedSource(1, { row: sourceRow({ trust: 0.25 }) }), facts);
  expect(figures.map(({ name, value }) => `${name} ${value}`)).toEqual([
    ...['trust 0.250', 'median margin 3', 'purity 0.750'],
  ]);
});

test('figures of the run that no longer describe the source are said to', () => {
  expect(staleness(viewedSource(1, { size: 100, row: sourceRow({ size: 100 }) }))).toEqual([]);
  expect(staleness(viewedSource(1, { size: 1, row: sourceRow({ size: 100 }) }))).toEqual([
    "Its figures are those of the run's end, when it had 100 images; now it has 1 image.",
  ]);
  expect(staleness(viewedSource(1))).toHaveLength(1);
});
