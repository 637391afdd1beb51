import { createAssignment } from '@ganscout/data-model';
import { describe, expect, it } from 'vitest';
import { discoveryScorer, type EvaluationOptions, evaluateDiscovery } from '../src/evaluation.js';
import { adjustedRandIndex, normalizedMutualInformation } from '../src/partition.js';

// Sources real and a are known, b and c unknown; labels 0 and 1 are known, 2 and 3 discovered.
//   real: 0 0 -1   a: 1 2   b: 2 2 3 -1   c: 3 0 -1
const TRUTH = {
  sources: ['real', 'a', 'b', 'c'],
  labels: Int32Array.of(0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3),
  isKnown: Uint8Array.of(1, 1, 0, 0),
};
const LABELS = Int32Array.of(0, 0, -1, 1, 2, 2, 2, 3, -1, 3, 0, -1);
const ASSIGNMENT = createAssignment(LABELS, 2, 4);
const OPTIONS: EvaluationOptions = {
  knownSourceOfLabel: [0, 1],
  completedLabels: Int32Array.of(0, 0, 0, 1, 2, 2, 2, 3, 2, 3, 0, 3),
  oodScore: [0.1, 0.2, 0.6, 0.3, 0.5, 0.9, 0.8, 0.7, 0.65, 0.55, 0.05, 0.75],
};
const figures = evaluateDiscovery(TRUTH, ASSIGNMENT, OPTIONS);

describe('evaluateDiscovery()', () => {
  it('counts images, clusters and sources', () => {
    expect(figures).toMatchObject({
      imageCount: 12,
      knownImageCount: 5,
      unknownImageCount: 7,
      discoveredImageCount: 5,
      clusterCount: 2,
      trueUnknownSourceCount: 2,
      clustersPerUnknownSource: 1,
    });
  });

  it('takes the purity over each part', () => {
    // Largest sources: label 0 real 2 of 3; 1 a 1; 2 b 2 of 3; 3 b 1 of 2; leftover 1 of 3.
    expect(figures.discoveredAveragePurity).toBe(3 / 5);
    expect(figures.assignedAveragePurity).toBe(6 / 9);
    expect(figures.wholeAveragePurity).toBe(7 / 12);
    // Unknown images alone: label 0 c 1; 2 b 2; 3 one of 2; leftover one of 2.
    expect(figures.unknownAssignedAveragePurity).toBe(4 / 5);
    expect(figures.unknownAveragePurity).toBe(5 / 7);
    // Completed: 0 real 3 of 4; 1 a 1; 2 b 3 of 4; 3 c 2 of 3.
    expect(figures.completedAveragePurity).toBe(9 / 12);
  });

  it('takes NMI and ARI over the same images', () => {
    const rows = [4, 5, 6, 7, 9];
    const truth = Int32Array.from(rows, (row) => TRUTH.labels[row]!);
    const labels = Int32Array.from(rows, (row) => LABELS[row]!);
    expect(figures.discoveredNmi).toBeCloseTo(normalizedMutualInformation(truth, labels), 15);
    // By hand in the test of adjustedRandIndex.
    expect(figures.discoveredAri).toBeCloseTo(-0.2 / 2.3, 15);
    expect(figures.wholeNmi).toBeCloseTo(normalizedMutualInformation(TRUTH.labels, LABELS), 15);
    expect(figures.wholeAri).toBeCloseTo(adjustedRandIndex(TRUTH.labels, LABELS), 15);
  });

  it('takes accuracy directly for known images and by matching for the others', () => {
    expect(figures.accuracyKnown).toBe(3 / 5);
    // Cluster 2 to b (2 images), cluster 3 to c (1).
    expect(figures.accuracyUnknown).toBe(3 / 7);
    expect(figures.accuracyAll).toBe(6 / 12);
    expect(figures.accuracyCompleted).toBe(9 / 12);
  });

  it('does not match a known label to an unknown source in the accuracy of unknown images', () => {
    const truth = { ...TRUTH, labels: Int32Array.of(2, 2), sources: TRUTH.sources };
    const result = evaluateDiscovery(truth, createAssignment(Int32Array.of(0, 0), 2, 2), OPTIONS_PLAIN);
    expect(result.accuracyUnknown).toBe(0);
    expect(result.unknownAcceptedRate).toBe(1);
  });

  it('tells what was rejected, accepted and assigned', () => {
    expect(figures.knownRejectedRate).toBe(2 / 5);
    expect(figures.unknownAcceptedRate).toBe(1 / 7);
    expect(figures.assignedShare).toBe(9 / 12);
  });

  it('names unknown sources without a cluster; in the tie of cluster 3 the first source wins', () => {
    expect(figures.sourcesWithoutCluster).toBe(1);
    expect(figures.sourcesWithoutClusterNames).toEqual(['c']);
  });

  it('scores detection, with rejected known images as not attributed', () => {
    // Known .1 .2 .6 .3 .5 against unknown .9 .8 .7 .65 .55 .05 .75: all below five of them, 4 below .55, 0 below .05.
    expect(figures.auroc).toBeCloseTo(29 / 35, 15);
    expect(figures.fprAtTpr95).toBe(1);
    // All five known are needed for 95 %: threshold .6 accepts .55 and .05.
    expect(figures.unknownAcceptedAtKnownRejected5).toBe(2 / 7);
    expect(figures.oscr).toBeCloseTo(18 / 35, 15);
    expect(figures.ccrAtFpr5).toBe(0);
  });

  it('uses the closed-set attribution for OSCR if it is given', () => {
    const attributed = Int32Array.of(0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0);
    const result = evaluateDiscovery(TRUTH, ASSIGNMENT, { ...OPTIONS, attributed });
    expect(result.oscr).toBeCloseTo(29 / 35, 15);
  });

  it('leaves out images without a true source', () => {
    const truth = { ...TRUTH, labels: Int32Array.of(-1, ...TRUTH.labels, -1) };
    const padded = createAssignment(Int32Array.of(2, ...LABELS, -1), 2, 4);
    const result = evaluateDiscovery(truth, padded, {
      knownSourceOfLabel: [0, 1],
      completedLabels: Int32Array.of(2, ...(OPTIONS.completedLabels as Int32Array), 0),
      oodScore: [5, ...Array.from(OPTIONS.oodScore as number[]), 0],
    });
    expect(result).toEqual(figures);
  });

  it('gives null and 0 without any image, and survives JSON', () => {
    const truth = { sources: [], labels: new Int32Array(0), isKnown: new Uint8Array(0) };
    const empty = evaluateDiscovery(truth, createAssignment(new Int32Array(0), 0, 0), {
      knownSourceOfLabel: [],
      bootstrap: { seed: 1 },
    });
    expect(empty).toMatchObject({
      imageCount: 0,
      wholeNmi: null,
      accuracyAll: null,
      assignedShare: null,
      auroc: null,
    });
    expect(empty.intervals).toEqual({});
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
  });

  it('gives null for what has no input: no discovered image, no score, no completed labels, one class only', () => {
    const assignment = createAssignment(Int32Array.of(0, 0, -1, 1, -1), 2, 2);
    const truth = { ...TRUTH, labels: TRUTH.labels.subarray(0, 5) };
    const plain = evaluateDiscovery(truth, assignment, {
      knownSourceOfLabel: [0, 1],
      oodScore: [1, 2, 3, 4, 5],
    });
    expect(plain).toMatchObject({
      discoveredAveragePurity: null,
      unknownNmi: null,
      completedAri: null,
      accuracyUnknown: null,
      accuracyCompleted: null,
      unknownAcceptedRate: null,
      auroc: null,
      clustersPerUnknownSource: null,
      sourcesWithoutCluster: 0,
      intervals: null,
      bootstrap: null,
    });
    expect(plain.accuracyKnown).toBe(3 / 5);
  });

  it('finds everything right in a perfect discovery', () => {
    const labels = Int32Array.of(0, 0, 0, 1, 1, 3, 3, 3, 3, 2, 2, 2);
    const perfect = evaluateDiscovery(TRUTH, createAssignment(labels, 2, 4), OPTIONS_PLAIN);
    expect(perfect).toMatchObject({
      accuracyKnown: 1,
      accuracyUnknown: 1,
      accuracyAll: 1,
      wholeAri: 1,
      wholeAveragePurity: 1,
    });
    expect(perfect.wholeNmi).toBeCloseTo(1, 14);
    expect(perfect.sourcesWithoutClusterNames).toEqual([]);
  });

  it('leaves its inputs unchanged', () => {
    expect([...LABELS]).toEqual([0, 0, -1, 1, 2, 2, 2, 3, -1, 3, 0, -1]);
    expect([...TRUTH.labels]).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3]);
  });
});

const OPTIONS_PLAIN: EvaluationOptions = { knownSourceOfLabel: [0, 1] };

describe('evaluateDiscovery() with a bootstrap', () => {
  const copies = 50;
  const repeat = (values: ArrayLike<number>) =>
    Array.from({ length: copies }, () => Array.from(values)).flat();
  const truth = { ...TRUTH, labels: Int32Array.from(repeat(TRUTH.labels)) };
  const assignment = createAssignment(Int32Array.from(repeat(LABELS)), 2, 4);
  const evaluate = (bootstrap: EvaluationOptions['bootstrap']) =>
    evaluateDiscovery(truth, assignment, {
      knownSourceOfLabel: [0, 1],
      oodScore: repeat(OPTIONS.oodScore as number[]),
      bootstrap,
    });

  it('puts an interval of the right width around a rate', () => {
    // assignedShare 3/4 of 600 images: standard error √(3/16 / 600) = 0.0177.
    const { intervals, assignedShare, bootstrap } = evaluate({ seed: 1, resamples: 500 });
    const { low, high } = intervals!.assignedShare!;
    expect(assignedShare).toBe(0.75);
    expect(0.75 - low).toBeGreaterThan(0.025);
    expect(0.75 - low).toBeLessThan(0.045);
    expect(high - 0.75).toBeGreaterThan(0.025);
    expect(high - 0.75).toBeLessThan(0.045);
    expect(bootstrap).toEqual({ seed: 1, resamples: 500, confidence: 0.95, unit: 'image' });
  });

  it('encloses the figures', () => {
    const result = evaluate({ seed: 2 });
    for (const name of ['wholeAveragePurity', 'accuracyAll', 'auroc', 'oscr', 'averagePrecision'] as const) {
      const interval = result.intervals![name]!;
      expect(interval.low).toBeLessThan(result[name]!);
      expect(interval.high).toBeGreaterThan(result[name]!);
    }
    expect(result.intervals).not.toHaveProperty('completedNmi');
  });

  it('has no width if every group holds one copy of all images', () => {
    const groups = Int32Array.from({ length: copies * 12 }, (_, row) => Math.floor(row / 12));
    const result = evaluate({ seed: 3, groups });
    expect(result.intervals!.wholeAveragePurity).toEqual({
      low: result.wholeAveragePurity,
      high: result.wholeAveragePurity,
    });
    expect(result.bootstrap!.unit).toBe('group');
  });

  it('gives the same intervals for the same seed', () => {
    expect(evaluate({ seed: 4 })).toEqual(evaluate({ seed: 4 }));
  });
});

describe('evaluateDiscovery() refuses', () => {
  const run =
    (options: Partial<EvaluationOptions>, truth = TRUTH) =>
    () =>
      evaluateDiscovery(truth, ASSIGNMENT, { ...OPTIONS, ...options });

  it('lengths that do not fit', () => {
    expect(run({}, { ...TRUTH, labels: Int32Array.of(0) })).toThrow(
      'truth.labels must have 12 values, got 1',
    );
    expect(run({}, { ...TRUTH, isKnown: Uint8Array.of(1) })).toThrow(
      'truth.isKnown must have 4 values, got 1',
    );
    expect(run({ knownSourceOfLabel: [0] })).toThrow('knownSourceOfLabel must have 2 values, got 1');
    expect(run({ oodScore: [1] })).toThrow('oodScore must have 12 values, got 1');
    expect(run({ completedLabels: Int32Array.of(0) })).toThrow('completedLabels must have 12 values, got 1');
    expect(run({ bootstrap: { seed: 1, groups: Int32Array.of(0) } })).toThrow(
      'groups must have 12 values, got 1',
    );
  });

  it('values out of range', () => {
    expect(run({}, { ...TRUTH, labels: new Int32Array(12).fill(4) })).toThrow('[-1, 4), got 4 in row 0');
    expect(run({ completedLabels: new Int32Array(12).fill(9) })).toThrow(
      'completedLabels must be in [-1, 4), got 9',
    );
    expect(run({ attributed: new Int32Array(12).fill(2) })).toThrow('attributed must be in [-1, 2), got 2');
    expect(run({ oodScore: new Float32Array(12).fill(Number.NaN) })).toThrow('got NaN in row 0');
  });

  it('a known label of a source that the truth calls unknown', () => {
    expect(run({ knownSourceOfLabel: [0, 3] })).toThrow(
      'the source of known label 1 must be known in truth.isKnown, 3 (c)',
    );
  });
});

describe('discoveryScorer()', () => {
  const score = discoveryScorer(TRUTH, ASSIGNMENT, OPTIONS);

  it('gives over all rows what evaluateDiscovery() gives', () => {
    expect(figures).toMatchObject({ ...score(Int32Array.from(LABELS.keys())) });
  });

  it('scores rows as often as they stand', () => {
    // Rows 4 (a), 5 and 5 again (b) in cluster 2, row 9 (c) in cluster 3: largest sources 2 + 1 of 4.
    const drawn = score(Int32Array.of(4, 5, 5, 9));
    expect(drawn.discoveredAveragePurity).toBe(3 / 4);
    expect(drawn.accuracyKnown).toBe(0);
    expect(score(new Int32Array(0)).wholeNmi).toBeNull();
  });

  it('passes over rows without a true source', () => {
    const truth = { ...TRUTH, labels: TRUTH.labels.map((source, row) => (row === 4 ? -1 : source)) };
    const drawn = discoveryScorer(truth, ASSIGNMENT, OPTIONS)(Int32Array.of(4, 5, 5, 9));
    expect(drawn.discoveredAveragePurity).toBe(1);
  });

  it('refuses what evaluateDiscovery() refuses', () => {
    expect(() => discoveryScorer(TRUTH, ASSIGNMENT, { knownSourceOfLabel: [0] })).toThrow(TypeError);
  });
});
