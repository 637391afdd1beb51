import { describe, expect, it } from 'vitest';
import {
  concatenateRows,
  createFeatureSet,
  describeSpace,
  type FeatureSpace,
  isSameSpace,
  joinColumns,
  joinValues,
  selectRows,
} from '../src/feature-set.js';

const SPACE: FeatureSpace = { extractor: 'made', layer: '', round: 0, transform: '' };
const make = (ids: string[], dims: number, values: number[], space = SPACE) =>
  createFeatureSet(ids, dims, Float32Array.from(values), space);

describe('createFeatureSet()', () => {
  it('keeps the given array and represents no rows', () => {
    const data = Float32Array.of(1, 2);
    expect(createFeatureSet(['a'], 2, data, SPACE).data).toBe(data);
    expect(make([], 7, []).dims).toBe(7);
  });

  it('refuses a shape that does not fit', () => {
    expect(() => make(['a', 'b'], 2, [1, 2, 3])).toThrow('2 rows × 2 features = 4 values, got 3');
    expect(() => make(['a'], 0, [])).toThrow('dims must be a positive integer, got 0');
    expect(() => make(['a'], 1.5, [1])).toThrow(RangeError);
  });

  it('refuses NaN and infinite values and names the place', () => {
    expect(() => make(['a', 'b'], 2, [1, 2, 3, Number.NaN])).toThrow('got NaN in row 1 (b), feature 1');
    expect(() => make(['a', 'b'], 2, [1, Number.NEGATIVE_INFINITY, 3, 4])).toThrow(
      '-Infinity in row 0 (a), feature 1',
    );
  });
});

describe('selectRows()', () => {
  const features = make(['a', 'b', 'c'], 2, [1, 2, 3, 4, 5, 6]);

  it('returns rows in the given order, repeated ones too, as a copy', () => {
    const selected = selectRows(features, [2, 0, 2]);
    expect(selected.ids).toEqual(['c', 'a', 'c']);
    expect([...selected.data]).toEqual([5, 6, 1, 2, 5, 6]);
    selected.data.fill(0);
    expect([...features.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('returns an empty set for no rows', () => {
    expect(selectRows(features, [])).toMatchObject({ ids: [], dims: 2, space: SPACE });
  });

  it('refuses a row out of range', () => {
    expect(() => selectRows(features, [3])).toThrow('row must be in [0, 3), got 3');
    expect(() => selectRows(features, [-1])).toThrow(RangeError);
  });
});

describe('concatenateRows()', () => {
  it('returns the rows of the first, then of the second', () => {
    const joined = concatenateRows(make(['a'], 2, [1, 2]), make(['b', 'c'], 2, [3, 4, 5, 6]));
    expect(joined.ids).toEqual(['a', 'b', 'c']);
    expect([...joined.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses different dims or rounds and names both spaces', () => {
    const trained = { extractor: 'network', layer: 'embedding', round: 2, transform: 'standardized' };
    expect(() => concatenateRows(make(['a'], 2, [1, 2]), make(['b'], 1, [3]))).toThrow(
      '2 dims and made with 1',
    );
    expect(() => concatenateRows(make(['a'], 1, [1]), make(['b'], 1, [3], trained))).toThrow(
      'made with 1 dims and network/embedding of round 2, standardized with 1',
    );
  });
});

describe('joinValues()', () => {
  const all = Float32Array.of(1, 2, 3, 4, 5);

  it('is a view where the second values lie right behind the first', () => {
    const joined = joinValues(all.subarray(1, 3), all.subarray(3));
    expect(joined.buffer).toBe(all.buffer);
    expect([...joined]).toEqual([2, 3, 4, 5]);
  });

  it.each([
    ['with a gap between them', all.subarray(0, 2), all.subarray(3), [1, 2, 4, 5]],
    ['that overlap', all.subarray(0, 3), all.subarray(2, 4), [1, 2, 3, 3, 4]],
    ['in the opposite order', all.subarray(3), all.subarray(1, 3), [4, 5, 2, 3]],
    ['of two buffers', Float32Array.of(1, 2), Float32Array.of(8), [1, 2, 8]],
    [
      'of two buffers, of which the second begins where the first ends',
      all.slice(0, 0),
      all,
      [1, 2, 3, 4, 5],
    ],
  ])('copies values %s', (_, first, second, expected) => {
    const joined = joinValues(first, second);
    expect([...joined]).toEqual(expected);
    expect([first.buffer, second.buffer]).not.toContain(joined.buffer);
  });

  it('joins nothing with something', () => {
    expect([...joinValues(all.subarray(0, 0), all)]).toEqual([1, 2, 3, 4, 5]);
    expect([...joinValues(all, all.subarray(5))]).toEqual([1, 2, 3, 4, 5]);
    expect([...joinValues(new Float32Array(0), new Float32Array(0))]).toEqual([]);
  });
});

describe('joinColumns()', () => {
  it('puts the features side by side and names the joined space', () => {
    const other = { extractor: 'network', layer: 'hidden1', round: 3, transform: 'standardized' };
    const joined = joinColumns([make(['a', 'b'], 2, [1, 2, 3, 4]), make(['a', 'b'], 1, [9, 8], other)]);
    expect([...joined.data]).toEqual([1, 2, 9, 3, 4, 8]);
    expect(joined.dims).toBe(3);
    expect(joined.space).toEqual({
      extractor: 'made+network',
      layer: '+hidden1',
      round: 3,
      transform: '+standardized',
    });
  });

  it('refuses other images, another order, and nothing', () => {
    const first = make(['a', 'b'], 1, [1, 2]);
    expect(() => joinColumns([first, make(['b', 'a'], 1, [1, 2])])).toThrow(
      'the same images in the same order',
    );
    expect(() => joinColumns([first, make(['a'], 1, [1])])).toThrow(TypeError);
    expect(() => joinColumns([])).toThrow('at least one feature set');
  });
});

describe('isSameSpace() and describeSpace()', () => {
  it('compare every part of the space', () => {
    expect(isSameSpace(SPACE, { ...SPACE })).toBe(true);
    for (const change of [{ extractor: 'x' }, { layer: 'x' }, { round: 1 }, { transform: 'x' }]) {
      expect(isSameSpace(SPACE, { ...SPACE, ...change })).toBe(false);
    }
  });

  it('name a space for people', () => {
    expect(describeSpace(SPACE)).toBe('made');
    expect(
      describeSpace({ extractor: 'network', layer: 'hidden1', round: 2, transform: 'standardized' }),
    ).toBe('network/hidden1 of round 2, standardized');
  });
});
