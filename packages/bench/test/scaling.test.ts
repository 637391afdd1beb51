import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { parseCsv } from '@ganscout/images';
import { describe, expect, it } from 'vitest';
import { generateFeatures } from '../src/scaling/generate-features.js';
import { fitExponent, measureGrowth } from '../src/scaling/growth.js';
import { plotScaling, powersAround, spread } from '../src/scaling/plot.js';
import { formatScaling } from '../src/scaling/report.js';
import { sumStages } from '../src/scaling/run-once.js';
import { parseScalingArguments } from '../src/scaling/scaling-arguments.js';

const runs = [
  { size: 100, rounds: 2, seconds: { ood: 2, merge: 1, total: 3 }, peakMegabytes: 99.6 },
  { size: 1000, rounds: 3, seconds: { ood: 20, merge: 1, total: 21 }, peakMegabytes: 120 },
  { size: 10000, rounds: 2, seconds: { ood: 200, merge: 1, total: 201 }, peakMegabytes: 400 },
];

describe('fitExponent()', () => {
  it('is the slope between two points on logarithmic axes', () => {
    // From 10 to 1000 is two decades, from 3 to 300 too; from 3 to 3e4 are four.
    expect(fitExponent([10, 1000], [3, 300])).toBeCloseTo(1, 12);
    expect(fitExponent([10, 1000], [3, 30000])).toBeCloseTo(2, 12);
  });

  it('is the least-squares slope among more points, and leaves out what has no logarithm', () => {
    // Decades (0, 0), (1, 0), (2, 3): slope = (1 · 2 + 1 · 1) / 2 = 3 / 2.
    expect(fitExponent([1, 10, 100], [1, 1, 1000])).toBeCloseTo(1.5, 12);
    expect(fitExponent([1, 10, 100], [1, 0, 100])).toBeCloseTo(1, 12);
    expect(fitExponent([10, 100], [1, Number.NaN])).toBeNull();
    expect(fitExponent([10, 10], [1, 2])).toBeNull();
  });
});

describe('sumStages()', () => {
  it('adds up the rounds, and says what is outside of stages', () => {
    const stages = [
      { round: 1, stage: 'ood', seconds: 2 },
      { round: 1, stage: 'merge', seconds: 1 },
      { round: 2, stage: 'ood', seconds: 3 },
    ];
    expect(sumStages(stages, 10)).toEqual({ rounds: 2, seconds: { ood: 5, merge: 1, rest: 4, total: 10 } });
  });
});

describe('formatScaling()', () => {
  it('has a line a stage with its exponent, and the peak memory', () => {
    const environment = {
      date: '2026-01-02 03:04',
      processor: 'P',
      cores: 2,
      memoryGigabytes: 8,
      revision: null,
      versions: { ganscout: '1', node: '20' },
    };
    const report = formatScaling(runs, environment, 'scaling.svg');
    expect(report).toContain('| stage | 100 | 1,000 | 10,000 | exponent |');
    expect(report).toContain('| ood | 2.0 | 20.0 | 200.0 | 1.00 |');
    expect(report).toContain('| merge | 1.0 | 1.0 | 1.0 | 0.00 |');
    expect(report).toContain('| peak memory, MB | 100 | 120 | 400 |  |');
    expect(report).toContain('(scaling.svg)');
  });
});

describe('plotScaling()', () => {
  it('draws one curve a stage on logarithmic axes', () => {
    const svg = plotScaling(runs);
    expect(svg.match(/<polyline/g)).toHaveLength(measureGrowth(runs).length);
    // Sizes from 1e2 to 1e4 on pixels 70 to 600; seconds from 1 to 1e3 on 420 to 30, a decade is 130.
    const y = (seconds: number) => (420 - 130 * Math.log10(seconds)).toFixed(1);
    expect(svg).toContain(`points="70.0,${y(2)} 335.0,${y(20)} 600.0,${y(200)}"`);
    expect(svg).toContain('points="70.0,420.0 335.0,420.0 600.0,420.0"');
    expect(svg).toContain('>ood (n^1.00)</text>');
  });

  it('keeps labels apart in their order, and puts powers of ten around values', () => {
    expect(spread([50, 10, 52])).toEqual([50, 10, 66]);
    expect(powersAround([20, 300])).toEqual([10, 100, 1000]);
    expect(powersAround([0.1])).toEqual([0.1, 1]);
  });
});

describe('generateFeatures()', () => {
  it('writes as many rows as asked for, the same for the same seed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ganscout-test-'));
    const size = {
      discovery: 7,
      dims: 3,
      knownSources: 2,
      unknownSources: 1,
      labelledPerSource: 2,
      seed: 4,
    };
    try {
      generateFeatures(join(folder, 'a'), size);
      generateFeatures(join(folder, 'b'), size);
      const read = (name: string) => readFileSync(join(folder, name));
      expect(read('a/discovery.npy')).toEqual(read('b/discovery.npy'));
      expect(decodeNpy(read('a/discovery.npy')).shape).toEqual([7, 3]);
      expect(decodeNpy(read('a/known.npy')).shape).toEqual([4, 3]);
      expect(read('a/known.csv').toString()).toBe(
        'id,source\nknown-0,source-000\nknown-1,source-000\nknown-2,source-001\nknown-3,source-001\n',
      );
      const ids = (name: string) => parseCsv(read(name).toString()).rows.map(([id]) => id);
      expect(ids('a/discovery.csv')).toHaveLength(7);
      // An image of the discovery set that has the id of a labelled one would be a copy of it.
      expect(new Set([...ids('a/known.csv'), ...ids('a/discovery.csv')]).size).toBe(4 + 7);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('parseScalingArguments()', () => {
  it('reads sizes in ascending order and refuses others', async () => {
    expect(await parseScalingArguments(['--sizes', '3000,200'])).toEqual({
      sizes: [200, 3000],
      seed: 1,
      output: 'bench/results/scaling',
    });
    await expect(parseScalingArguments(['--sizes', '10,x'])).rejects.toThrow('got "10,x"');
    await expect(parseScalingArguments(['--seed', '-1'])).rejects.toThrow('--seed must be an integer from 0');
    await expect(parseScalingArguments(['3000'])).rejects.toThrow('Unknown argument: 3000');
  });
});
