import { describe, expect, it } from 'vitest';
import { type GroupSplit, splitByGroup } from '../src/group-split.js';
import { createRandom } from '../src/random.js';

const PARTS = ['training', 'heldBack', 'test'] as const;
const shares = { heldBack: 0.1, test: 0.2 };

/** Rows of each source in each part, and the parts of each group. */
function tabulate(split: GroupSplit, labels: Int32Array, sourceCount: number, groups: readonly string[]) {
  const counts = PARTS.map((part) => {
    const own = new Array<number>(sourceCount).fill(0);
    for (const row of split[part]) own[labels[row]!]!++;
    return own;
  });
  const partsOf = new Map<string, Set<string>>();
  for (const part of PARTS) {
    for (const row of split[part]) {
      partsOf.set(groups[row]!, (partsOf.get(groups[row]!) ?? new Set()).add(part));
    }
  }
  return { counts, partsOf };
}

/** Groups of 1 to 4 rows; a row's source is one of those that its group has. */
function drawRows(groupCount: number, sourceCount: number, seed: number) {
  const random = createRandom(seed, 'group-split-test');
  const labels: number[] = [];
  const groups: string[] = [];
  for (let group = 0; group < groupCount; group++) {
    const first = random.integer(sourceCount);
    for (let i = random.integer(4); i >= 0; i--) {
      labels.push((first + (random.uniform() < 0.3 ? 1 : 0)) % sourceCount);
      groups.push(`g${group}`);
    }
  }
  return { labels: Int32Array.from(labels), groups };
}

describe('splitByGroup()', () => {
  it('meets the shares exactly where groups are single rows', () => {
    // 30 rows of a, 10 of b: of a 21, 3 and 6, of b 7, 1 and 2.
    const labels = Int32Array.from({ length: 40 }, (_, row) => (row < 30 ? 0 : 1));
    const groups = Array.from(labels, (_, row) => `${row}`);
    const split = splitByGroup(labels, ['a', 'b'], groups, shares, 5);
    expect(tabulate(split, labels, 2, groups).counts).toEqual([
      [21, 7],
      [3, 1],
      [6, 2],
    ]);
    for (const part of PARTS) expect(split[part]).toEqual(split[part].slice().sort());
  });

  it('gives each part a group where there are just as many, the largest to the largest share', () => {
    // Group q has 6 of 8 rows, the training share wants 5.6.
    const labels = new Int32Array(8);
    const groups = ['p', 'q', 'q', 'q', 'q', 'q', 'q', 'r'];
    const split = splitByGroup(labels, ['a'], groups, shares, 1);
    expect(split.training).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
    expect([...split.heldBack, ...split.test].sort()).toEqual([0, 7]);
  });

  it('never puts a group into two parts, keeps all rows, and comes within a group of the shares', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { labels, groups } = drawRows(60, 3, seed);
      const before = labels.slice();
      const split = splitByGroup(labels, ['a', 'b', 'c'], groups, shares, seed);
      const { counts, partsOf } = tabulate(split, labels, 3, groups);
      for (const parts of partsOf.values()) expect(parts.size).toBe(1);
      const all = PARTS.flatMap((part) => [...split[part]]).sort((a, b) => a - b);
      expect(all).toEqual(Array.from(labels, (_, row) => row));
      for (const source of [0, 1, 2]) {
        const total = counts.reduce((sum, own) => sum + own[source]!, 0);
        [0.7, 0.1, 0.2].forEach((share, part) => {
          expect(counts[part]![source]).toBeGreaterThan(0);
          expect(Math.abs(counts[part]![source]! - share * total)).toBeLessThanOrEqual(4);
        });
      }
      expect(labels).toEqual(before);
    }
  });

  it('serves sources that share groups: a photograph and what generators made of it', () => {
    // 5 scenes, each once in every source: each part has the same scenes of all sources.
    const labels = Int32Array.from({ length: 15 }, (_, row) => row % 3);
    const groups = Array.from(labels, (_, row) => `scene ${Math.floor(row / 3)}`);
    const { counts } = tabulate(splitByGroup(labels, ['a', 'b', 'c'], groups, shares, 2), labels, 3, groups);
    expect(counts).toEqual([
      [3, 3, 3],
      [1, 1, 1],
      [1, 1, 1],
    ]);
  });

  it('does not depend on the order of the rows, but on the seed', () => {
    const { labels, groups } = drawRows(40, 2, 3);
    const namesIn = (split: GroupSplit, names: readonly string[]) =>
      PARTS.map((part) => [...new Set(Array.from(split[part], (row) => names[row]!))].sort());
    const split = splitByGroup(labels, ['a', 'b'], groups, shares, 3);
    const turned = groups.toReversed();
    const again = splitByGroup(labels.toReversed(), ['a', 'b'], turned, shares, 3);
    expect(namesIn(again, turned)).toEqual(namesIn(split, groups));
    const other = splitByGroup(labels, ['a', 'b'], groups, shares, 4);
    expect(namesIn(other, groups)).not.toEqual(namesIn(split, groups));
  });

  it('leaves a part without a share empty', () => {
    const labels = new Int32Array(4);
    const groups = ['p', 'q', 'r', 's'];
    const split = splitByGroup(labels, ['a'], groups, { heldBack: 0, test: 0.25 }, 0);
    expect([split.training.length, split.heldBack.length, split.test.length]).toEqual([3, 0, 1]);
    const whole = splitByGroup(labels, ['a'], groups, { heldBack: 0, test: 0 }, 0);
    expect(whole.training).toEqual(Int32Array.of(0, 1, 2, 3));
    expect(splitByGroup(new Int32Array(0), [], [], shares, 0).training).toHaveLength(0);
  });

  it('refuses a source with too few groups, by name', () => {
    const labels = Int32Array.of(0, 0, 0, 1, 1, 1);
    const groups = ['p', 'q', 'r', 's', 's', 't'];
    expect(() => splitByGroup(labels, ['a', 'b'], groups, shares, 0)).toThrow(
      new RangeError(
        'splitByGroup: source "b" must have at least 3 groups, one for each of training, heldBack, test, got 2',
      ),
    );
    expect(() => splitByGroup(labels, ['a', 'b', 'c'], groups, { heldBack: 0, test: 0.5 }, 0)).toThrow(
      'source "c" must have at least 2 groups, one for each of training, test, got 0',
    );
  });

  it('serves sources in a chain of shared groups, and refuses where no split exists', () => {
    // Of two parts: a has p and q, b has q and r; so p and r go together. With c, which has r and p, that is impossible.
    const half = { heldBack: 0, test: 0.5 };
    const groups = ['p', 'q', 'q', 'r', 'r', 'p'];
    const labels = Int32Array.of(0, 0, 1, 1, 2, 2);
    for (let seed = 0; seed < 10; seed++) {
      const split = splitByGroup(labels.subarray(0, 4), ['a', 'b'], groups.slice(0, 4), half, seed);
      expect([[...split.training], [...split.test]]).toContainEqual([0, 3]);
      expect([[...split.training], [...split.test]]).toContainEqual([1, 2]);
      expect(() => splitByGroup(labels, ['a', 'b', 'c'], groups, half, seed)).toThrow(
        /^splitByGroup: source "c" must have a group in each part, and none is left for (training|test), since/,
      );
    }
  });

  it('refuses what is out of range', () => {
    const labels = Int32Array.of(0, 0);
    const groups = ['p', 'q'];
    for (const [wrong, text] of [
      [{ heldBack: -0.1, test: 0 }, 'got heldBack -0.1'],
      [{ heldBack: 0, test: 1 }, 'got test 1'],
      [{ heldBack: 0.5, test: 0.5 }, 'got a sum of 1'],
      [{ heldBack: Number.NaN, test: 0 }, 'got heldBack NaN'],
    ] as const) {
      expect(() => splitByGroup(labels, ['a'], groups, wrong, 0)).toThrow(text);
    }
    expect(() => splitByGroup(labels, ['a'], ['p'], shares, 0)).toThrow(TypeError);
    expect(() => splitByGroup(Int32Array.of(0, -1), ['a'], groups, shares, 0)).toThrow('got -1 in row 1');
  });
});
