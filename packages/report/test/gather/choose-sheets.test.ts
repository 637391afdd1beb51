import type { ViewedSource } from '@ganscout/cases';
import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { chooseSheets, type SheetBasis } from '../../src/gather/choose-sheets.js';

const SPACE = { extractor: 'test', layer: '', round: 1, transform: '' };
const SIZES = { central: 2, random: 2, borderline: 2 };

function sourceOf(number: number): ViewedSource {
  return {
    ...{ number, id: `S000${number}`, name: `n${number}`, kind: 'discovered', state: 'active', size: 0 },
    ...{ labelled: null, notes: [], lineage: [], row: null, representatives: [] },
  };
}

/** Rows on a line, at the places given; all of source 1 unless said otherwise. */
function basisOf(
  places: readonly number[],
  { labels = places.map(() => 1), margin = places.map(() => Number.NaN), pValue = margin } = {},
): SheetBasis & { readonly features: FeatureSet } {
  const ids = places.map((_, i) => `i${i}`);
  const floats = (values: readonly number[]) => Float32Array.from(values);
  return {
    features: createFeatureSet(ids, 1, floats(places), SPACE),
    seed: 7,
    view: {
      labels: Int32Array.from(labels),
      images: [],
      provenance: {
        ...{ score: floats(margin), margin: floats(margin), pValue: floats(pValue) },
        ...{ entry: new Int32Array(ids.length), round: new Int32Array(ids.length), reason: [] },
      },
    },
  };
}

function sheetsOf(basis: SheetBasis, sizes = SIZES) {
  return chooseSheets([sourceOf(1)], sizes, basis).get(1) ?? [];
}

test('central images are nearest to the mean, ties in order', () => {
  // Mean of 0, 4, 5, 6, 10 is 5: distances 5, 1, 0, 1, 5.
  const [central] = sheetsOf(basisOf([0, 4, 5, 6, 10]));
  expect(central).toMatchObject({ kind: 'central', rows: [2, 1] });
  expect(central?.titleOf(2)).toBe('Central: 2 of 5 images, nearest to the mean of the source');
});

test('borderline images have the smallest margin; where there is none, the lowest p-value', () => {
  const places = [1, 2, 3, 4];
  const byMargin = sheetsOf(basisOf(places, { margin: [3, 1, Number.NaN, 1] }));
  expect(byMargin.at(-1)).toMatchObject({ kind: 'borderline', rows: [1, 3] });
  const byChance = sheetsOf(basisOf(places, { margin: [0, 0, 0, 0], pValue: [0.5, 0.4, 0.1, 0.2] }));
  expect(byChance.at(-1)?.rows).toEqual([2, 3]);
  expect(byChance.at(-1)?.titleOf(2)).toBe('Borderline: 2 of 4 images, the lowest p-value');
});

test('random images are drawn by the seed from all of the source, each once', () => {
  const places = Array.from({ length: 50 }, (_, i) => i);
  const labels = places.map((i) => (i % 2) + 1);
  const draw = (seed: number) =>
    sheetsOf({ ...basisOf(places, { labels }), seed }, { ...SIZES, random: 20 }).find(
      ({ kind }) => kind === 'random',
    )?.rows ?? [];
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(new Set(draw(7)).size).toBe(20);
  expect(draw(7).every((row) => labels[row] === 1)).toBe(true);
});

test('a source whose images fit on one sheet has no other, one without images none', () => {
  const small = sheetsOf(basisOf([3, 1]));
  expect(small.map(({ kind }) => kind)).toEqual(['central']);
  expect(small[0]?.titleOf(2)).toBe('All 2 images: nearest to the mean of the source first');
  expect(sheetsOf(basisOf([3]))[0]?.titleOf(1)).toBe('Its only image');
  expect(sheetsOf(basisOf([3, 1], { labels: [0, 2] }))).toEqual([]);
  expect(sheetsOf(basisOf([]))).toEqual([]);
});

test('without features the largest margins stand for the center', () => {
  const basis = { ...basisOf([1, 2, 3], { margin: [1, 9, 5] }), features: null };
  expect(sheetsOf(basis)[0]).toMatchObject({ rows: [1, 2] });
});
