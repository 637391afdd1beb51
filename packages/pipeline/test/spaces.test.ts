import { createFeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { offerLazily, type SpaceRows, Spaces } from '../src/spaces.js';

const SPACE = { extractor: 'made', layer: '', round: 0, transform: '' };
const rowsOf = (known: number, discovery: number): SpaceRows => ({
  known: createFeatureSet(['a'], 1, Float32Array.of(known), SPACE),
  discovery: createFeatureSet(['b'], 1, Float32Array.of(discovery), SPACE),
});

test('offerLazily() makes the rows when they are first asked for, and once', () => {
  let made = 0;
  const space = offerLazily('descriptor', 'd1', () => rowsOf(++made, 7));
  const spaces = new Spaces([space]).with([{ name: 'hidden1', digest: 'd2', rows: rowsOf(3, 4) }]);
  expect(spaces.digest(['descriptor', 'hidden1'])).toBe('descriptor:d1+hidden1:d2');
  expect([...spaces.rows(['hidden1']).known.data]).toEqual([3]);
  expect(spaces.has('descriptor')).toBe(true);
  expect(made).toBe(0);
  expect([...spaces.rows(['descriptor', 'hidden1']).known.data]).toEqual([1, 3]);
  expect([...spaces.rows(['descriptor']).discovery.data]).toEqual([7]);
  expect(space.rows).toBe(space.rows);
  expect(made).toBe(1);
});

test('offerLazily() makes the rows of its own space alone', () => {
  const failing = offerLazily('descriptor', 'd1', () => {
    throw new Error('made');
  });
  const spaces = new Spaces([failing]);
  const replaced = spaces.with([offerLazily('descriptor', 'd2', () => rowsOf(1, 2))]);
  expect([...replaced.rows(['descriptor']).discovery.data]).toEqual([2]);
  expect(() => spaces.rows(['descriptor'])).toThrow('made');
});
