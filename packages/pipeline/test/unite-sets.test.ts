import { expect, test } from 'vitest';
import { uniteSets } from '../src/unite-sets.js';

const unite = (rows: number, ...sets: number[][]) => {
  const { members, setOf } = uniteSets(
    sets.map((set) => Int32Array.from(set)),
    rows,
  );
  return { members, setOf: [...setOf] };
};

test('uniteSets() unites sets that share a row, directly or through others, and keeps the rest apart', () => {
  expect(unite(8, [1, 2], [5, 4], [7], [2, 5])).toEqual({
    members: [[1, 2, 4, 5], [7]],
    setOf: [-1, 0, 0, -1, 0, 0, -1, 2],
  });
});

test('uniteSets() unites a chain whatever the order, and takes repeated rows and none', () => {
  const chain = [
    [0, 1],
    [2, 3],
    [4, 5],
    [5, 2],
    [3, 1],
  ];
  expect(unite(6, ...chain).members).toEqual([[0, 1, 2, 3, 4, 5]]);
  expect(unite(6, ...chain.reverse()).members).toEqual([[0, 1, 2, 3, 4, 5]]);
  expect(unite(2, [1, 1])).toEqual({ members: [[1]], setOf: [-1, 0] });
  expect(unite(0)).toEqual({ members: [], setOf: [] });
});
