import { expect, test } from 'vitest';
import { groupCentroids } from '../src/centroid-groups.js';

test('groupCentroids() halves along the longest line, in multiples of 8, and keeps neighbors together', () => {
  // 20 points on a line, in an order of strides of 7; halves of 16 (ceil(10 / 8) · 8) and 4.
  const order = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
  const groups = groupCentroids(Float32Array.from(order.flatMap((at) => [at, 3])), 2, 16);
  const sets = Array.from({ length: groups.count }, (_, g) =>
    Array.from(groups.members.subarray(groups.start[g], groups.start[g + 1]), (c) => order[c] as number).sort(
      (a, b) => a - b,
    ),
  );
  const [first, second] = sets as [number[], number[]];
  expect([first.length, second.length]).toEqual([16, 4]);
  expect(Math.max(...first) < Math.min(...second) || Math.max(...second) < Math.min(...first)).toBe(true);
  for (const c of groups.members) expect(sets[groups.groupOf[c]]).toContain(order[c]);
});

test('groupCentroids() makes one group of few centroids, and splits equal ones too', () => {
  expect(groupCentroids(new Float32Array(16), 1, 16).count).toBe(1);
  const equal = groupCentroids(new Float32Array(40), 1, 16);
  expect([...equal.start]).toEqual([0, 16, 24, 40]);
});
