import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { describe, expect, it } from 'vitest';
import { parseAddingArguments } from '../src/adding/adding-arguments.js';
import { ratiosOf } from '../src/adding/measure-adding.js';
import { formatAdding } from '../src/adding/report.js';
import { splitFeatures } from '../src/adding/split-features.js';
import { generateFeatures } from '../src/scaling/generate-features.js';

describe('splitFeatures()', () => {
  it('copies rows with their lines of the table', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ganscout-test-'));
    const size = { discovery: 9, dims: 3, knownSources: 2, unknownSources: 1, labelledPerSource: 2, seed: 4 };
    try {
      generateFeatures(folder, size);
      const whole = join(folder, 'discovery');
      splitFeatures(whole, { rows: 9, dims: 3 }, [{ path: join(folder, 'part'), first: 4, count: 3 }]);
      const rows = (path: string) => decodeNpy(readFileSync(`${path}.npy`));
      const part = rows(join(folder, 'part'));
      expect(part.shape).toEqual([3, 3]);
      expect([...part.data]).toEqual([...rows(whole).data.slice(12, 21)]);
      const lines = readFileSync(`${whole}.csv`, 'utf8').split('\n');
      expect(readFileSync(join(folder, 'part.csv'), 'utf8')).toBe(
        `${[lines[0], ...lines.slice(5, 8)].join('\n')}\n`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('formatAdding()', () => {
  const took = (seconds: number) => ({ seconds, peakMegabytes: 100 });
  const pairs = [
    { first: took(4), second: took(1), whole: took(100) },
    { first: took(4), second: took(2), whole: took(50) },
    { first: took(4), second: took(1.5), whole: took(100) },
  ];

  it('gives the medians of the ratios of pairs', () => {
    // First: .04, .08, .04; second: .01, .04, .015.
    expect(ratiosOf(pairs)).toEqual({ first: 0.04, second: 0.015 });
    const environment = {
      date: '2026-01-02 03:04',
      processor: 'P',
      cores: 2,
      memoryGigabytes: 8,
      revision: null,
      versions: { ganscout: '1', node: '20' },
    };
    const report = formatAdding({ size: 100_000, added: 1000, seed: 1 }, pairs, environment);
    expect(report).toContain('| 2 | 4.00 | 2.00 | 50.00 | 0.0800 | 0.0400 | 100, 100, 100 |');
    expect(report).toContain('| median |  |  |  | 0.0400 | 0.0150 |  |');
    expect(report).toContain('run is on 101,000');
  });
});

describe('parseAddingArguments()', () => {
  it('has defaults and refuses what is out of range', async () => {
    expect(await parseAddingArguments([])).toMatchObject({ size: 100_000, added: 1000, pairs: 3 });
    await expect(parseAddingArguments(['--pairs', '0'])).rejects.toThrow(/--pairs/);
    await expect(parseAddingArguments(['--size', '99.5'])).rejects.toThrow(/--size/);
  });
});
