import { expect, test } from 'vitest';
import type { StandingConstraint } from '../src/operations/constraint.js';
import { obeyedConstraints } from '../src/operations/obeyed-constraints.js';

const link = (operation: number, ...images: string[]): StandingConstraint => ({
  kind: 'must-link',
  images,
  operation,
});
const parting = (operation: number, left: string[], right: string[]): StandingConstraint => ({
  kind: 'cannot-link',
  left,
  right,
  operation,
});

test('obeyedConstraints() lets a later link take back a parting of which it holds half of either side', () => {
  const before = parting(3, ['a', 'b'], ['c', 'd']);
  expect(obeyedConstraints([before, link(5, 'b', 'c', 'e')])).toEqual({
    mustLink: [['b', 'c', 'e']],
    cannotLink: [],
  });
  const other = parting(4, ['a', 'b', 'f'], ['c']);
  expect(obeyedConstraints([before, other, link(5, 'b', 'c')]).cannotLink).toEqual([
    { left: ['a', 'b', 'f'], right: ['c'] },
  ]);
  expect(obeyedConstraints([before, link(5, 'a', 'b')]).cannotLink).toHaveLength(1);
});

test('obeyedConstraints() passes on a parting that came after the link, and nothing of other kinds', () => {
  const known: StandingConstraint = { kind: 'known', images: ['a'], name: 'x', operation: 1 };
  expect(obeyedConstraints([known, link(2, 'a', 'b'), parting(3, ['a'], ['b'])])).toEqual({
    mustLink: [['a', 'b']],
    cannotLink: [{ left: ['a'], right: ['b'] }],
  });
  expect(obeyedConstraints([])).toEqual({ mustLink: [], cannotLink: [] });
});
