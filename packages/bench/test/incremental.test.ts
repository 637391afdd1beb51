import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { figuresOfCase } from '../src/incremental/case-figures.js';
import { countUnlearned, followSources } from '../src/incremental/follow-sources.js';
import { writeTable } from '../src/incremental/grow-case.js';
import { parseIncrementalArguments } from '../src/incremental/incremental-arguments.js';
import { planDumps } from '../src/incremental/plan-dumps.js';
import { formatIncremental } from '../src/incremental/report.js';
import { findSiblings } from '../src/incremental/sibling-pairs.js';

const labelsOf = (...labels: number[]) => Int32Array.from(labels);

describe('planDumps()', () => {
  const sources = [...Array(40).fill('known'), ...['u', 'v', 'w'].flatMap((name) => Array(20).fill(name))];

  it('puts every image into one dump, known sources evenly into all', () => {
    const dumps = planDumps(sources, ['known'], 4, 1);
    expect(dumps.flatMap((rows) => [...rows]).sort((a, b) => a - b)).toEqual([...sources.keys()]);
    for (const rows of dumps) expect(rows.filter((row) => sources[row] === 'known')).toHaveLength(10);
  });

  it('lets unknown sources appear one after the other, and stay', () => {
    const dumps = planDumps(sources, ['known'], 4, 1);
    const firstOf = (name: string) => dumps.findIndex((rows) => rows.some((row) => sources[row] === name));
    // floor(0.9 · i · 4 / 3) for i = 0, 1, 2.
    expect(['u', 'v', 'w'].map(firstOf).sort()).toEqual([0, 1, 2]);
    for (const name of ['u', 'v', 'w']) {
      const counts = dumps.map((rows) => rows.filter((row) => sources[row] === name).length);
      // 20 images over the dumps that are left: 4, 3 or 2 of them.
      const left = 4 - firstOf(name);
      for (const count of counts.slice(firstOf(name))) expect(Math.abs(count - 20 / left)).toBeLessThan(1);
    }
  });

  it('gives the same dumps for the same seed, and others for another', () => {
    const plan = (seed: number) => planDumps(sources, ['known'], 4, seed).map((rows) => [...rows]);
    expect(plan(3)).toEqual(plan(3));
    expect(plan(3)).not.toEqual(plan(4));
  });

  it('makes one dump of everything', () => {
    expect(planDumps(sources, ['known'], 1, 1).map((rows) => rows.length)).toEqual([100]);
  });
});

describe('followSources()', () => {
  const names = ['a', 'x', 'y'];
  // Dump 1: an image of a, two of x of which one waits. Dump 2: x is recognized as source 2, y shares it.
  const first = { labels: labelsOf(1, 0, 2), truth: labelsOf(0, 1, 1) };
  const second = { labels: labelsOf(1, 2, 2, 2, 0), truth: labelsOf(0, 1, 1, 2, 2) };
  // Dump 3: most of x moves to source 3, and y takes source 2.
  const third = { labels: labelsOf(1, 3, 3, 2, 2, 2), truth: labelsOf(0, 1, 1, 2, 2, 2) };

  it('follows a source by the id it was recognized by', () => {
    const [a, x, y] = followSources([first, second, third], names, new Map([['a', 1]]));
    expect(a).toMatchObject({ number: 1, since: 0, isForgotten: false });
    expect(x).toMatchObject({ number: 2, since: 0, isForgotten: true });
    // Half of x is in source 2 after the first dump, all after the second, none after the third.
    expect(x?.standings.map((at) => at?.right)).toEqual([1, 2, 0]);
    expect(x?.standings.map((at) => at?.held)).toEqual([1, 3, 3]);
    expect(x?.standings.at(-1)?.holder).toBe(3);
    // Of source 2 x had more after the second dump, so that y is recognized after the third only.
    expect(y).toMatchObject({ number: 2, since: 2, isForgotten: false });
    expect(y?.standings[1]).toBeNull();
  });

  it('recognizes no source that waits or is the smaller part', () => {
    const waiting = { labels: labelsOf(0, 0, 1, 1, 1), truth: labelsOf(0, 0, 1, 1, 0) };
    const [a, x] = followSources([waiting], ['a', 'x'], new Map());
    expect(a?.number).toBeNull();
    expect(x?.number).toBe(1);
  });

  it('counts images that begin to wait as unlearned, not as forgotten', () => {
    const before = { labels: labelsOf(1, 1, 1), truth: labelsOf(0, 0, 0) };
    const after = { labels: labelsOf(1, 0, 0, 1), truth: labelsOf(0, 0, 0, 0) };
    const [a] = followSources([before, after], ['a'], new Map());
    // Two wait and two do not: the tie goes to the source.
    expect(a?.standings[1]).toEqual({ images: 4, right: 2, held: 2, holder: 1 });
    expect(a?.isForgotten).toBe(false);
    expect(countUnlearned(before, after, [1])).toBe(2);
    expect(countUnlearned(before, after, [null])).toBe(0);
  });
});

describe('figuresOfCase()', () => {
  it('takes waiting images for one more cluster, and sources by the name they have in the case', () => {
    const registry = {
      sources: [
        { id: 'S0001', number: 1, name: 'a', kind: 'known' },
        { id: 'S0002', number: 2, name: 'discovered-01', kind: 'discovered' },
        { id: 'S0003', number: 3, name: 'discovered-02', kind: 'discovered' },
      ],
    } as never;
    // a: one right, one waits; x: two in source 3, one in the known source.
    const labels = labelsOf(1, 0, 3, 3, 1);
    const figures = figuresOfCase({ registry, labels }, labelsOf(0, 0, 1, 1, 1), ['a', 'x']);
    // Largest counts: 1 of source 1 (of two), 1 that waits, 2 of source 3.
    expect(figures.wholeAveragePurity).toBeCloseTo(4 / 5, 12);
    expect(figures.accuracyKnown).toBeCloseTo(1 / 2, 12);
    expect(figures.unknownAcceptedRate).toBeCloseTo(1 / 3, 12);
    expect(figures).toMatchObject({ images: 5, waiting: 1, clustersPerUnknownSource: 1 });
  });
});

describe('findSiblings()', () => {
  const image = (source: string) => ({ id: source, file: source, source });
  const study = {
    labelled: [],
    discovery: ['net-leaves-0', 'net-leaves-1', 'other-leaves-1', 'real-photos'].map(image),
    known: ['net-leaves-0', 'real-photos'],
  };

  it('pairs names that differ in the number at their end', () => {
    expect(findSiblings(study, 'known')).toEqual([{ established: 'net-leaves-0', newcomer: 'net-leaves-1' }]);
    expect(findSiblings(study, 'discovered')).toEqual([
      { established: 'net-leaves-1', newcomer: 'net-leaves-0' },
    ]);
  });
});

describe('writeTable()', () => {
  it('quotes what needs it, and keeps sources for labelled images only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ganscout-test-'));
    try {
      const images = [{ id: '1', file: '/a "b", c.png', source: 'x' }];
      const read = (isLabelled: boolean) =>
        readFileSync(writeTable(join(folder, 'in', 't.csv'), images, isLabelled), 'utf8');
      expect(read(true)).toBe('path,source\n"/a ""b"", c.png","x"\n');
      expect(read(false)).toBe('path\n"/a ""b"", c.png"\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('parseIncrementalArguments()', () => {
  it('has defaults, and takes lists', async () => {
    expect(await parseIncrementalArguments([])).toMatchObject({
      folder: 'demo-data',
      dumps: [1, 5, 20],
      retrain: ['auto'],
      parts: ['batching', 'siblings'],
      newImages: 40,
    });
    const args = ['data', '--dumps', '2,3', '--retrain', 'never', '--retrain', 'auto', '--part', 'siblings'];
    expect(await parseIncrementalArguments(args)).toMatchObject({
      folder: 'data',
      dumps: [2, 3],
      retrain: ['never', 'auto'],
      parts: ['siblings'],
    });
  });

  it('refuses what does not exist', async () => {
    await expect(parseIncrementalArguments(['--dumps', '1,x'])).rejects.toThrow(/--dumps/);
    await expect(parseIncrementalArguments(['a', 'b'])).rejects.toThrow(/one folder/);
    await expect(parseIncrementalArguments(['--orders', '0'])).rejects.toThrow(/--orders/);
    await expect(parseIncrementalArguments(['--retrain', 'soon'])).rejects.toThrow();
  });
});

describe('formatIncremental()', () => {
  const figures = {
    wholeAveragePurity: 0.99,
    wholeNmi: 0.98,
    wholeAri: 0.97,
    accuracyKnown: 0.95,
    knownRejectedRate: 0.05,
    unknownAcceptedRate: 0,
    clustersPerUnknownSource: 1,
    images: 10,
    waiting: 2,
  };
  const standing = { images: 10, right: 9, held: 9, holder: 4 };
  const step = { images: 5, isRetrained: false, unlearned: 0, waiting: 1 };
  const whole = { seed: 1, dumps: 1, retrain: 'auto' as const, figures, steps: [step], sources: [] };
  const sources = [{ source: 'x', number: 4, since: 1, standings: [null, standing], isForgotten: false }];
  const parts = { ...whole, dumps: 2, steps: [step, { ...step, isRetrained: true }], sources };

  it('compares with the single dump', () => {
    const report = (wholeNmi: number) =>
      formatIncremental({
        version: 1,
        folder: 'f',
        images: 10,
        settings: [],
        batching: [whole, { ...parts, figures: { ...figures, wholeNmi } }],
        siblings: [],
      });
    const last = (text: string) => text.split('\n').find((line) => line.startsWith('| 2 | auto |'));
    expect(last(report(0.951))).toMatch(/\| yes \|$/);
    expect(last(report(0.949))).toMatch(/\| no \|$/);
    expect(report(0.951)).toContain('| x | S0004 |  | .90 |');
  });
});
