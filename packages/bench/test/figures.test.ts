import { describe, expect, it } from 'vitest';
import { meetsAim } from '../src/aims.js';
import { clustersOf, figuresOf, figuresOfRows, type SplitOutcome } from '../src/split-outcome.js';
import { summarizeStages } from '../src/stage-means.js';
import { correlateTrust, pooledIntervals, summarize } from '../src/summary.js';

/**
 * Known sources a (0) and b (1), unknown c (2) and d (3, rare with 2 rows); labels 0, 1 known, 2 and 3 discovered.
 *
 *   row     0  1  2  3  4  5  6  7  8  9
 *   source  a  a  a  b  c  c  c  c  d  d
 *   label   0  0 -1  0  2  2  2  1  3  2
 *   nearest 0  0  0  0  1  1  1  1  0  0
 */
const OUTCOME: SplitOutcome = {
  truth: {
    sources: ['a', 'b', 'c', 'd'],
    labels: Int32Array.of(0, 0, 0, 1, 2, 2, 2, 2, 3, 3),
    isKnown: Uint8Array.of(1, 1, 0, 0),
  },
  knownSourceOfLabel: Int32Array.of(0, 1),
  labels: Int32Array.of(0, 0, -1, 0, 2, 2, 2, 1, 3, 2),
  knownCount: 2,
  clusterCount: 4,
  oodScore: Float32Array.of(1, 2, 6, 3, 7, 8, 9, 4, 10, 5),
  nearestKnown: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 0, 0),
  groups: ['g', 'g', 'h', 'i', 'j', 'j', 'k', 'k', 'l', 'l'],
  rareSources: [3],
};

describe('figuresOf()', () => {
  const figures = figuresOf(OUTCOME);

  it('counts attribution of known images with and without rejection', () => {
    // a, a, a right and b wrong; accepted: a, a right and b wrong; of all four, two.
    expect(figures.accuracyClosedSet).toBe(3 / 4);
    expect(figures.accuracyAccepted).toBe(2 / 3);
    expect(figures.accuracyKnown).toBe(2 / 4);
    expect(figures.knownRejectedRate).toBe(1 / 4);
    expect(figures.unknownAcceptedRate).toBe(1 / 6);
  });

  it('counts detection by the score', () => {
    // Known 1 2 3 6, unknown 4 5 7 8 9 10: of 24 pairs, 4 < 6 and 5 < 6 are wrong.
    expect(figures.auroc).toBeCloseTo(22 / 24, 12);
    // Rejecting none of four known images asks for a threshold of 6: unknown 4 and 5 are accepted.
    expect(figures.unknownAcceptedAtKnownRejected5).toBeCloseTo(2 / 6, 12);
  });

  it('counts clusters of unknown images', () => {
    // Cluster 2: c c c d; cluster 3: d.
    expect(figures.discoveredAveragePurity).toBe(4 / 5);
    // c is matched to cluster 2 (3 right) and d to cluster 3 (1 right), of 6 unknown images.
    expect(figures.accuracyUnknown).toBe(4 / 6);
    expect(figures.clustersPerUnknownSource).toBe(1);
  });

  it('finds a rare source in a cluster that holds half of it and is half of it', () => {
    expect(figures.rareFound).toBe(1);
    const crowded = { ...OUTCOME, labels: Int32Array.of(0, 0, -1, 0, 2, 3, 3, 1, 3, 1) };
    // Cluster 3 holds c c d: half of d, but d is only a third of it.
    expect(figuresOf(crowded).rareFound).toBe(0);
    const asKnown = { ...OUTCOME, labels: Int32Array.of(-1, -1, -1, 0, 2, 2, 2, 1, 0, 0) };
    expect(figuresOf(asKnown).rareFound).toBe(0);
    expect(figuresOf({ ...OUTCOME, rareSources: [] }).rareFound).toBeNull();
  });

  it('counts repeated rows as often as they stand', () => {
    const twice = figuresOfRows(OUTCOME, Int32Array.of(0, 0, 3, 4));
    expect(twice.accuracyClosedSet).toBe(2 / 3);
    expect(figuresOfRows(OUTCOME, Int32Array.from(OUTCOME.labels.keys()))).toEqual(figures);
  });
});

it('clustersOf() gives size, largest source and purity of each discovered cluster', () => {
  const figures = { trust: 0.25, neighborShare: 1, persistence: 0.5, rejectedShare: 0.5 };
  const trust = [0, 1, 2, 3].map((i) => ({
    ...figures,
    cohesion: i / 10,
    stability: null,
    nearest: -1,
    separation: 2 * i,
  }));
  expect(clustersOf(OUTCOME, trust)).toEqual([
    { size: 4, majority: 'c', purity: 3 / 4, ...figures, cohesion: 0.2, stability: null, separation: 4 },
    { size: 1, majority: 'd', purity: 1, ...figures, cohesion: 0.3, stability: null, separation: 6 },
  ]);
});

describe('pooledIntervals()', () => {
  it('gives the same intervals for the same seed, around the mean', () => {
    const intervals = pooledIntervals([OUTCOME, OUTCOME], 1);
    expect(pooledIntervals([OUTCOME, OUTCOME], 1)).toEqual(intervals);
    const [low, high] = intervals.get('unknownAcceptedRate') as readonly [number, number];
    expect(low).toBeLessThan(1 / 6);
    expect(high).toBeGreaterThan(1 / 6);
  });

  it('draws the same groups for every split: two equal splits are no wider or narrower than one', () => {
    expect(pooledIntervals([OUTCOME, OUTCOME], 4)).toEqual(pooledIntervals([OUTCOME], 4));
  });

  it('has no width where all images are of one group', () => {
    const one = { ...OUTCOME, groups: OUTCOME.labels.length === 0 ? [] : Array(10).fill('g') };
    expect(pooledIntervals([one], 1).get('accuracyUnknown')).toEqual([4 / 6, 4 / 6]);
  });

  it('leaves out figures that are no means over images', () => {
    expect(summarize([OUTCOME], [figuresOf(OUTCOME)], 1).rareFound?.interval).toBeNull();
    expect(summarize([OUTCOME], [figuresOf(OUTCOME)], 1).auroc?.interval).not.toBeNull();
  });
});

it('correlateTrust() ranks clusters by each measure and leaves out those without it', () => {
  const cluster = (purity: number, cohesion: number, stability: number | null) => ({
    size: 10,
    majority: 'c',
    purity,
    trust: purity ** 2,
    neighborShare: cohesion % 3,
    persistence: 1,
    rejectedShare: stability,
    cohesion,
    stability,
    separation: 1,
  });
  const trust = correlateTrust([cluster(0.5, 3, 1), cluster(0.95, 2, null), cluster(1, 1, 2)]);
  expect(trust.cohesion).toBeCloseTo(-1, 12);
  expect(trust.stability).toBeCloseTo(1, 12);
  expect(trust.trust).toBeCloseTo(1, 12);
  // Ranks of the purities 1 2 3, of the shares 0, 2, 1: 1 3 2. 1 - 6 (0 + 1 + 1) / (3 (9 - 1)) = 1 / 2.
  expect(trust.neighborShare).toBeCloseTo(0.5, 12);
  expect(trust.rejectedShare).toBeCloseTo(1, 12);
  expect(trust).toMatchObject({ persistence: null, separation: null, clusters: 3, pure: 2 });
});

it('summarizeStages() takes means over the splits that came to a stage', () => {
  const stage = (name: string, unknownNmi: number | null) => ({
    stage: name,
    assigned: 0,
    clusters: 0,
    figures: { unknownNmi },
  });
  const first = [
    { round: 1, changed: true, stages: [stage('ood', null), stage('kmeans', 0.5)] },
    { round: 2, changed: false, stages: [stage('ood', 0.75)] },
  ];
  const second = [{ round: 1, changed: false, stages: [stage('ood', null), stage('kmeans', 1)] }];
  const means = summarizeStages([first, second]);
  expect(means.map(({ round, stage: name, splits }) => [round, name, splits])).toEqual([
    [1, 'ood', 2],
    [1, 'kmeans', 2],
    [2, 'ood', 1],
  ]);
  expect(means.map(({ means: { unknownNmi } }) => unknownNmi)).toEqual([null, 0.75, 0.75]);
});

it('meetsAim() includes both ends of a range', () => {
  expect(meetsAim('clustersPerUnknownSource', 1.5)).toBe(true);
  expect(meetsAim('clustersPerUnknownSource', 1.51)).toBe(false);
  expect(meetsAim('auroc', 0.96)).toBe(false);
  expect(meetsAim('unknownAcceptedRate', 0.12)).toBe(true);
  expect(meetsAim('oscr', 0.5)).toBeNull();
  expect(meetsAim('auroc', null)).toBeNull();
});
