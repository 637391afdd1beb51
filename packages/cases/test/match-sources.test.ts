import { createRandom, permutation } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { type MatchingInput, matchSources } from '../src/registry/match-sources.js';

const NONE: ReadonlyMap<number, number> = new Map();

/** Matches rows written as `source cluster`, each as often as the third number says. */
function match(blocks: readonly (readonly [source: number, cluster: number, count: number])[], given = NONE) {
  const repeat = (place: 0 | 1) => Int32Array.from(blocks.flatMap((b) => Array(b[2]).fill(b[place])));
  const after = repeat(1);
  return matchSources({ before: repeat(0), after, clusterCount: Math.max(-1, ...after) + 1, given });
}

test('matchSources() keeps every identity under relabelling, with all counts', () => {
  const matching = match([
    [4, 2, 5],
    [9, 0, 3],
    [1, 1, 7],
    [0, 2, 2],
    [4, -1, 1],
  ]);
  expect([...matching.sources]).toEqual([9, 1, 4]);
  expect(matching.kept).toEqual([
    { source: 1, cluster: 1, before: 7, now: 7, shared: 7 },
    { source: 4, cluster: 2, before: 6, now: 7, shared: 5 },
    { source: 9, cluster: 0, before: 3, now: 3, shared: 3 },
  ]);
  expect(matching).toMatchObject({ merged: [], dissolved: [], born: [], split: [] });
});

test('matchSources() does not depend on the numbers of the clusters', () => {
  const random = createRandom(1, 'match');
  for (let trial = 0; trial < 50; trial++) {
    const rows = 60;
    const clusterCount = 6;
    const draw = (count: number) => Math.floor(count * random.uniform());
    const before = Int32Array.from({ length: rows }, () => draw(5));
    const after = Int32Array.from({ length: rows }, () => draw(clusterCount + 1) - 1);
    const plain = matchSources({ before, after, clusterCount, given: NONE });
    const number = permutation(random, clusterCount);
    const renumbered = after.map((cluster) => (cluster === -1 ? -1 : (number[cluster] as number)));
    const other = matchSources({ before, after: renumbered, clusterCount, given: NONE });
    const expected = plain.sources.map((_, place) => plain.sources[number.indexOf(place)] as number);
    expect([...other.sources]).toEqual([...expected]);
    expect(other.merged).toEqual(plain.merged);
    expect(other.dissolved).toEqual(plain.dissolved);
    // Every source is spoken of once, no identity is given twice.
    const spoken = [...plain.kept, ...plain.merged, ...plain.dissolved].map(({ source }) => source);
    expect(spoken.sort()).toEqual([...new Set(before)].filter((source) => source !== 0).sort());
  }
});

test('matchSources() gives a merged cluster to the source that brings more, and says into whom the other went', () => {
  const matching = match([
    [1, 0, 4],
    [2, 0, 6],
    [2, -1, 1],
  ]);
  expect([...matching.sources]).toEqual([2]);
  expect(matching.merged).toEqual([{ source: 1, into: 2, before: 4, shared: 4 }]);
  expect(matching.kept).toEqual([{ source: 2, cluster: 0, before: 7, now: 10, shared: 6 }]);
});

test('matchSources() calls the smaller parts of a split source born from it', () => {
  const matching = match([
    [3, 0, 4],
    [3, 1, 10],
    [3, 2, 5],
    [0, 2, 5],
    [0, 0, 1],
  ]);
  expect([...matching.sources]).toEqual([0, 3, 0]);
  expect(matching.born).toEqual([
    { cluster: 0, from: 3, now: 5, shared: 4 },
    // Half of its images are enough.
    { cluster: 2, from: 3, now: 10, shared: 5 },
  ]);
  expect(matching.split).toEqual([{ source: 3, clusters: [0, 2] }]);
});

test('matchSources() calls a cluster of which less than half was of one source born from none', () => {
  const { sources, born, split } = match([
    [3, 1, 10],
    [3, 0, 4],
    [0, 0, 5],
  ]);
  expect([...sources]).toEqual([0, 3]);
  expect(born).toEqual([{ cluster: 0, from: 0, now: 9, shared: 0 }]);
  expect(split).toEqual([]);
});

test('matchSources() dissolves a source whose images are scattered or without a cluster', () => {
  // Source 2: 4 of 10 in cluster 0, which is source 1's; 6 nowhere. Source 5: nowhere at all.
  const matching = match([
    [1, 0, 9],
    [2, 0, 4],
    [2, -1, 6],
    [5, -1, 2],
  ]);
  expect([...matching.sources]).toEqual([1]);
  expect(matching.dissolved).toEqual([
    { source: 2, before: 10 },
    { source: 5, before: 2 },
  ]);
});

test('matchSources() asks for half of the smaller of the two', () => {
  // 4 of 10 images in a cluster of 20: less than half of both, so the identity is not kept.
  const few = match([
    [1, 0, 4],
    [0, 0, 16],
    [1, -1, 6],
  ]);
  expect([...few.sources]).toEqual([0]);
  expect(few.dissolved).toEqual([{ source: 1, before: 10 }]);
  // The same 4 in a cluster of 8 are half of it.
  const half = match([
    [1, 0, 4],
    [0, 0, 4],
    [1, -1, 6],
  ]);
  expect([...half.sources]).toEqual([1]);
  // 5 of 10 in a cluster of 20 are half of the source.
  const large = match([
    [1, 0, 5],
    [0, 0, 15],
    [1, -1, 5],
  ]);
  expect([...large.sources]).toEqual([1]);
});

test('matchSources() lets a source keep what is most of it though the cluster is mostly of another that lives on elsewhere', () => {
  const { sources, merged } = match([
    [1, 0, 6],
    [1, -1, 4],
    [2, 0, 8],
    [2, 1, 15],
  ]);
  expect([...sources]).toEqual([1, 2]);
  expect(merged).toEqual([]);
});

test('matchSources() breaks ties by the smaller cluster, the first image and the lower source', () => {
  const smaller = match([
    [1, 0, 5],
    [0, 0, 1],
    [1, 1, 5],
  ]);
  expect([...smaller.sources]).toEqual([0, 1]);
  const first = match([
    [1, 1, 5],
    [1, 0, 5],
  ]);
  expect([...first.sources]).toEqual([0, 1]);
  const lower = match([
    [7, 0, 5],
    [3, 0, 5],
  ]);
  expect([...lower.sources]).toEqual([3]);
  expect(lower.merged).toEqual([{ source: 7, into: 3, before: 5, shared: 5 }]);
  // A cluster of which two sources have half each came from the lower one.
  const origin = match([
    [7, 1, 5],
    [3, 2, 5],
    [7, 0, 2],
    [3, 0, 2],
  ]);
  expect(origin.born).toEqual([{ cluster: 0, from: 3, now: 4, shared: 2 }]);
});

test('matchSources() obeys what is given: a discovered source can merge into a known one, and a known one has no image', () => {
  const given = new Map([
    [0, 1],
    [1, 2],
  ]);
  const matching = match(
    [
      [8, 1, 6],
      [1, -1, 3],
      [1, 2, 4],
    ],
    given,
  );
  expect([...matching.sources]).toEqual([1, 2, 0]);
  expect(matching.merged).toEqual([{ source: 8, into: 2, before: 6, shared: 6 }]);
  expect(matching.kept).toEqual([
    { source: 1, cluster: 0, before: 7, now: 0, shared: 0 },
    { source: 2, cluster: 1, before: 0, now: 6, shared: 0 },
  ]);
  expect(matching.split).toEqual([{ source: 1, clusters: [2] }]);
});

test('matchSources() takes no image and one image, and leaves its arrays as they are', () => {
  expect(match([])).toEqual({
    sources: new Int32Array(0),
    kept: [],
    merged: [],
    dissolved: [],
    born: [],
    split: [],
  });
  const before = Int32Array.of(6);
  const after = Int32Array.of(0);
  expect([...matchSources({ before, after, clusterCount: 1, given: NONE }).sources]).toEqual([6]);
  expect([before[0], after[0]]).toEqual([6, 0]);
});

test('matchSources() refuses arrays of two lengths, labels out of range and a source given twice', () => {
  const input: MatchingInput = {
    before: Int32Array.of(1),
    after: Int32Array.of(0),
    clusterCount: 1,
    given: NONE,
  };
  const asking = (change: Partial<MatchingInput>) => () => matchSources({ ...input, ...change });
  expect(asking({ before: new Int32Array(2) })).toThrow('must be of one length, got 2 and 1');
  expect(asking({ after: Int32Array.of(1) })).toThrow('after[0] must be in [-1, 1), got 1');
  expect(asking({ before: Int32Array.of(-1) })).toThrow('before[0] must be 0 or more, got -1');
  const twice = new Map([
    [0, 3],
    [1, 3],
  ]);
  expect(asking({ clusterCount: 2, given: twice })).toThrow('got source 3 for cluster 1');
  expect(asking({ given: new Map([[0, 0]]) })).toThrow('got source 0 for cluster 0');
});
