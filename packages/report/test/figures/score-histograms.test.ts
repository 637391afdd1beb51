import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CaseView, openCaseView, readKnownSourceTest } from '@ganscout/cases';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { scoreHistograms } from '../../src/figures/score-histograms.js';
import type { ScoreHistogram } from '../../src/report-data.js';
import { isKnown, plantRun } from './planted-run.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const runs: string[] = [];
let view: CaseView;
let histograms: ScoreHistogram[];
beforeAll(async () => {
  view = await openPlanted();
  histograms = scoreHistograms(view);
});
afterAll(() => {
  for (const run of runs) rmSync(dirname(run), { recursive: true });
});

async function openPlanted(settings: readonly string[] = []): Promise<CaseView> {
  const run = await plantRun(settings);
  runs.push(run);
  return openCaseView(run);
}

/** Images of each series. */
const totals = ({ series }: ScoreHistogram) =>
  Object.fromEntries(series.map(({ name, counts }) => [name, counts.reduce((sum, count) => sum + count, 0)]));

describe('scoreHistograms()', () => {
  it('counts every image once, by what was found', () => {
    const count = (is: (number: number) => boolean) => view.labels.filter(is).length;
    const kindOf = (number: number) => view.sources[number - 1]?.kind;
    const expected = {
      'known source': count((number) => kindOf(number) === 'known'),
      'discovered source': count((number) => kindOf(number) === 'discovered'),
      unassigned: count((number) => number === 0),
    };
    expect(Math.min(...Object.values(expected))).toBeGreaterThan(0);
    expect(totals(histograms[0] as ScoreHistogram)).toStrictEqual(expected);
    expect(totals(histograms[2] as ScoreHistogram)).toStrictEqual(expected);
  });

  it('counts images by their true source, and says of how many it is not known', () => {
    const byTruth = histograms[1] as ScoreHistogram;
    expect(totals(byTruth)).toStrictEqual({
      'truly of a known source': 90,
      'truly of an unknown source': 58,
    });
    expect(byTruth.note).toContain('2 images of which the true source is not known: left out.');
    expect(scoreHistograms({ ...view, truth: null })).toHaveLength(2);
  });

  it('puts each image in the bin of its score', () => {
    const { edges, series } = histograms[1] as ScoreHistogram;
    const scores = readKnownSourceTest(view.state)?.oodScore as Float32Array;
    const inBin = (bin: number) =>
      view.truth?.filter((source, row) => {
        const score = scores[row] as number;
        const isIn = score >= (edges[bin] as number) && (score < (edges[bin + 1] as number) || bin === 39);
        return source !== null && isKnown(source) && isIn;
      }).length;
    expect(edges).toHaveLength(41);
    expect(series[0]?.counts).toStrictEqual(Array.from({ length: 40 }, (_, bin) => inBin(bin)));
  });

  it('has a threshold between the scores that the test accepts and those that it does not', () => {
    const test = readKnownSourceTest(view.state) as NonNullable<ReturnType<typeof readKnownSourceTest>>;
    const threshold = histograms[0]?.thresholds[0]?.value as number;
    test.oodScore.forEach((score, i) => {
      expect(score > threshold).toBe((test.pValue?.[i] as number) <= 0.05);
    });
    expect(histograms[2]?.thresholds.map(({ value }) => value)).toStrictEqual([0.05]);
  });

  it('draws no threshold where none of the two decides', async () => {
    const published = await openPlanted(['ood.scores=[wta]', 'ood.calibration=pairwise']);
    expect(scoreHistograms(published).at(-1)?.thresholds).toStrictEqual([]);
  });

  it('leaves out what has no score, and says so', () => {
    const far = Float32Array.from(view.provenance.pValue);
    far[0] = Number.NaN;
    const [, , acceptance] = scoreHistograms({ ...view, provenance: { ...view.provenance, pValue: far } });
    expect(acceptance?.note).toContain('1 image without such a score: left out.');
    const total = Object.values(totals(acceptance as ScoreHistogram)).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(149);
  });
});
