import { createFeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { measureApartness } from '../src/sources-apart.js';
import type { SpaceFeatures } from '../src/space-features.js';
import { OPTIONS } from './planted-sources.js';

const SPACE = { extractor: 'planted', layer: '', round: 0, transform: '' };

/** Rows in one dimension. */
function line(...values: number[]): SpaceFeatures {
  const ids = values.map((_, i) => `${values[0]}-${i}`);
  return new Map([['whitened', createFeatureSet(ids, 1, Float32Array.from(values), SPACE)]]);
}

/** Normal rows of 32 dims with the mean `shift` in the first. */
function cloud(name: string, count: number, shift: number, seed: number): SpaceFeatures {
  const random = createRandom(seed, name);
  const data = Float32Array.from(
    { length: count * 32 },
    (_, i) => random.normal() + (i % 32 === 0 ? shift : 0),
  );
  const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  return new Map([['whitened', createFeatureSet(ids, 32, data, SPACE)]]);
}

test('the distance of two means is measured against the variances, less what samples differ by', () => {
  // Means 1 and 5, sample variances 2 and 8: 16 - 2 / 2 - 8 / 2 = 11, against half of 2 + 8.
  expect(measureApartness([line(0, 2), line(3, 7)], OPTIONS)).toEqual({
    isApart: true,
    distance: 11,
    limit: 5,
  });
  // Means 1 and 3: 4 - 1 - 4 = -1.
  expect(measureApartness([line(0, 2), line(1, 5)], OPTIONS)).toEqual({
    isApart: false,
    distance: -1,
    limit: 5,
  });
});

test('two samples of one source are not apart, however small', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const pair = [cloud('a', 10, 0, seed), cloud('b', 200, 0, seed)] as const;
    expect(measureApartness(pair, OPTIONS).isApart).toBe(false);
  }
});

test('two sources are apart from where their means differ by more than half of what their images do', () => {
  // Two images of one are 64 apart in the mean: the limit is 32, of which the root is 5.66.
  const pair = (shift: number) => [cloud('a', 500, 0, 1), cloud('b', 500, shift, 1)] as const;
  expect(measureApartness(pair(5.2), OPTIONS).isApart).toBe(false);
  expect(measureApartness(pair(6.1), OPTIONS).isApart).toBe(true);
});
