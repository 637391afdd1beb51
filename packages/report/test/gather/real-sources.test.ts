import { expect, test } from 'vitest';
import { findReference } from '../../src/gather/real-sources.js';
import { viewedSource } from './viewed-case.js';

const known = (number: number, name: string) => viewedSource(number, { kind: 'known', labelled: 10, name });

test('known sources whose names say so are real', () => {
  const names = ['real-faces', 'surreal', 'Camera 2', 'photos', 'photonic', 'stylegan-real', 'nonreal'];
  const found = findReference(names.map((name, i) => known(i + 1, name)));
  expect([...found.numbers]).toEqual([1, 3, 4, 6]);
  expect(found.words).toBe('the real images');
  expect(found.reason).toBe(
    'Taken for real images: the known sources real-faces, Camera 2, photos and stylegan-real, as their names say.',
  );
});

test('a discovered source is never taken for real by its name', () => {
  expect(findReference([viewedSource(1, { name: 'real' })])).toEqual({
    ...{ numbers: new Set(), words: '', reason: '' },
  });
});

test('without one all known sources stand in their place, and that is said', () => {
  const found = findReference([known(1, 'a'), known(2, 'b')]);
  expect([...found.numbers]).toEqual([1, 2]);
  expect(found.reason).toBe(
    'No known source is said to be real images, so all 2 known sources together stand in their place.',
  );
  expect(findReference([known(1, 'a')]).reason).toBe(
    'No known source is said to be real images, so the only known source, a, stands in their place.',
  );
});

test('a person can name them by name or id; another name is an error', () => {
  const sources = [known(1, 'a'), known(2, 'real-b')];
  expect([...findReference(sources, ['a']).numbers]).toEqual([1]);
  expect(findReference(sources).reason).toBe(
    'Taken for real images: the known source real-b, as its name says.',
  );
  expect([...findReference(sources, ['s0001']).numbers]).toEqual([1]);
  expect(() => findReference(sources, ['c'])).toThrow(
    'the real sources must be known ones; there are a and real-b, got "c"',
  );
});
