import { expect, test } from 'vitest';
import { unknownFragments } from '../src/unknown-fragments.js';

test('unknownFragments() needs more than half of the tested images to be rejected', () => {
  // Fragment 0: 2 of 3 rejected; fragment 1: 1 of 2, no majority; fragment 2: nothing tested.
  const tested = Int32Array.of(0, 1, 0, 1, 0);
  const rejected = [true, true, false, false, true];
  expect(unknownFragments({ fragmentCount: 3, known: Int32Array.of(2), tested, rejected })).toEqual([
    true,
    false,
    false,
  ]);
});

test('unknownFragments() leaves a fragment to its labelled images if they are 60 % of it', () => {
  // All tested images are rejected. Fragment 0: 3 of 5 images are labelled; fragment 1: 1 of 3.
  const known = Int32Array.of(0, 0, 0, 1);
  const tested = Int32Array.of(0, 0, 1, 1);
  const rejected = [true, true, true, true];
  expect(unknownFragments({ fragmentCount: 2, known, tested, rejected })).toEqual([false, true]);
});

test('unknownFragments() of nothing is nothing, and missing verdicts are refused', () => {
  const none = new Int32Array(0);
  expect(unknownFragments({ fragmentCount: 0, known: none, tested: none, rejected: [] })).toEqual([]);
  expect(() =>
    unknownFragments({ fragmentCount: 1, known: none, tested: Int32Array.of(0), rejected: [] }),
  ).toThrow(TypeError);
});
