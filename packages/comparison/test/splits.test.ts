import { describe, expect, it } from 'vitest';
import { discoveryRows, labelledRows, planSplit, type SplitOptions } from '../src/splits.js';

const OPTIONS: SplitOptions = { knownShare: 0.5, labelledShare: 0.6, rareCount: 1, rareSize: 4 };
const NO_KINDS = new Map<string, string>();

/** Rows of `groups` groups of two images each. */
function rowsOf(source: string, groups: number) {
  return Array.from({ length: 2 * groups }, (_, i) => ({
    path: `${source}/${i}.png`,
    source,
    group: `${source}-${Math.floor(i / 2)}`,
  }));
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const ROWS = NAMES.flatMap((name) => rowsOf(name, 5));

describe('planSplit()', () => {
  it('gives the same plan for the same seed, and others for others', () => {
    expect(planSplit(ROWS, NO_KINDS, OPTIONS, 7)).toEqual(planSplit(ROWS, NO_KINDS, OPTIONS, 7));
    const plans = [1, 2, 3, 4, 5].map((seed) => planSplit(ROWS, NO_KINDS, OPTIONS, seed).knownSources.join());
    expect(new Set(plans).size).toBeGreaterThan(1);
  });

  it('does not depend on the order of the rows', () => {
    expect(planSplit(ROWS.toReversed(), NO_KINDS, OPTIONS, 3)).toEqual(planSplit(ROWS, NO_KINDS, OPTIONS, 3));
  });

  it('makes the given share of the sources known and the others unknown', () => {
    const { knownSources, unknownSources } = planSplit(ROWS, NO_KINDS, { ...OPTIONS, knownShare: 0.75 }, 1);
    expect(knownSources).toHaveLength(6);
    expect([...knownSources, ...unknownSources].sort()).toEqual(NAMES);
  });

  it('has two sources of kind real among the known ones in every split', () => {
    const kinds = new Map(NAMES.map((name) => [name, name < 'd' ? 'real' : 'gan']));
    for (let seed = 0; seed < 50; seed++) {
      const { knownSources } = planSplit(ROWS, kinds, { ...OPTIONS, knownShare: 0.25 }, seed);
      expect(knownSources.filter((name) => kinds.get(name) === 'real')).toHaveLength(2);
    }
  });

  it('never makes a source of one group known', () => {
    const rows = [...ROWS, ...rowsOf('z', 1)];
    for (let seed = 0; seed < 50; seed++) {
      expect(planSplit(rows, NO_KINDS, OPTIONS, seed).knownSources).not.toContain('z');
    }
  });

  it('labels 60 % of the groups of each known source', () => {
    const { knownSources, labelledGroups } = planSplit(ROWS, NO_KINDS, OPTIONS, 1);
    for (const source of knownSources) expect(labelledGroups.get(source)?.size).toBe(3);
  });

  it('refuses shares that leave no known or no unknown source', () => {
    for (const knownShare of [0.01, 0.99]) {
      expect(() => planSplit(ROWS, NO_KINDS, { ...OPTIONS, knownShare }, 1)).toThrow(RangeError);
    }
  });
});

describe('labelledRows() and discoveryRows()', () => {
  const plan = planSplit(ROWS, NO_KINDS, OPTIONS, 5);
  const labelled = labelledRows(plan, ROWS);
  const discovery = discoveryRows(plan, ROWS);

  it('have no group in common, and labelled rows are of known sources', () => {
    const groups = new Set(labelled.map(({ group }) => group));
    expect(discovery.filter(({ group }) => groups.has(group))).toEqual([]);
    expect([...new Set(labelled.map(({ source }) => source))].sort()).toEqual(plan.knownSources);
  });

  it('keep four rows of the rare source and all of every other', () => {
    const [rare] = plan.rareSources;
    expect(plan.unknownSources).toContain(rare);
    expect(discovery.filter(({ source }) => source === rare)).toHaveLength(4);
    for (const name of plan.unknownSources.filter((source) => source !== rare)) {
      expect(discovery.filter(({ source }) => source === name)).toHaveLength(10);
    }
    // 4 known sources × 10 rows are all labelled or in the discovery set.
    const ofKnown = discovery.filter(({ source }) => plan.knownSources.includes(source));
    expect(labelled.length + ofKnown.length).toBe(40);
  });

  it('keep the order of the rows', () => {
    expect(discovery).toEqual(ROWS.filter((row) => discovery.includes(row)));
  });

  it('take a row without a group as a group of its own', () => {
    const rows = ROWS.map((row) => ({ ...row, group: null }));
    const alone = planSplit(rows, NO_KINDS, OPTIONS, 1);
    expect(alone.labelledGroups.get(alone.knownSources[0] as string)?.size).toBe(6);
    const both = [...labelledRows(alone, rows), ...discoveryRows(alone, rows)];
    // 8 sources × 10 rows, less 6 of the rare source.
    expect(new Set(both.map(({ path }) => path)).size).toBe(74);
  });
});
