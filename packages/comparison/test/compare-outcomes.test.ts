import { describe, expect, it } from 'vitest';
import { compareOutcomes, correctByHolm, testDifference } from '../src/compare-outcomes.js';
import { figuresOf, type Outcome, type ScoringTruth } from '../src/outcome.js';

/** Known source a, unknown b and c; 40 images of each. */
const SOURCES = ['a', 'b', 'c'];
const LABELS = Int32Array.from({ length: 120 }, (_, row) => Math.floor(row / 40));
const TRUTH: ScoringTruth = {
  truth: { sources: SOURCES, labels: LABELS, isKnown: Uint8Array.of(1, 0, 0) },
  knownSourceOfLabel: Int32Array.of(0),
  groups: Array.from(LABELS, (_, row) => `image ${row}`),
};

function outcome(labels: Int32Array): Outcome {
  return {
    labels,
    completed: labels,
    knownCount: 1,
    clusterCount: Math.max(...labels) + 1,
    namesKnown: true,
  };
}

const RIGHT = outcome(LABELS);
/** Every second image of c is in the cluster of b. */
const MIXED = outcome(LABELS.map((label, row) => (label === 2 && row % 2 === 0 ? 1 : label)));

function compare(methods: readonly (readonly Outcome[])[]) {
  const compared = methods.map((outcomes) => ({ outcomes, truths: outcomes.map(() => TRUTH) }));
  return compareOutcomes(compared, 0, 1);
}

const five = (value: Outcome) => [1, 2, 3, 4, 5].map(() => value);

describe('compareOutcomes()', () => {
  it('takes means over the seeds of the figures of each outcome', () => {
    const [row] = compare([[RIGHT, MIXED]]);
    // Cluster 1 holds 40 of b and 20 of c, cluster 2 20 of c: 60 of 80 right.
    expect(row?.seeds.map(({ accuracyUnknown }) => accuracyUnknown)).toEqual([1, 0.75]);
    expect(row?.figures.accuracyUnknown).toMatchObject({ mean: 0.875, count: 2 });
    expect(row?.figures.discoveredAveragePurity?.mean).toBe((1 + 60 / 80) / 2);
  });

  it('finds a clear difference and none between equal methods', () => {
    const [reference, worse, same] = compare([five(RIGHT), five(MIXED), five(RIGHT)]);
    expect(reference?.figures.accuracyUnknown?.pValue).toBeNull();
    expect(reference?.figures.accuracyUnknown?.difference).toBeNull();
    // In no resample is the worse one as good: 2 × 1 / 1001, times two methods.
    expect(worse?.figures.accuracyUnknown?.difference).toBe(-0.25);
    expect(worse?.figures.accuracyUnknown?.pValue).toBeCloseTo(2 / 1001, 12);
    expect(worse?.figures.accuracyUnknown?.corrected).toBeCloseTo(4 / 1001, 12);
    expect(same?.figures.accuracyUnknown).toMatchObject({ difference: 0, pValue: 1, corrected: 1 });
    expect(worse?.figures.knownRejectedRate).toMatchObject({ difference: 0, pValue: 1 });
  });

  it('finds no difference that comes and goes with the seed', () => {
    const swinging = [RIGHT, MIXED, RIGHT, MIXED, RIGHT];
    const opposite = [MIXED, RIGHT, MIXED, RIGHT, MIXED];
    const [, row] = compare([swinging, opposite]);
    expect(row?.figures.accuracyUnknown?.difference).toBeCloseTo(-0.05, 12);
    expect(row?.figures.accuracyUnknown?.corrected).toBeGreaterThan(0.05);
  });

  it('tests nothing with fewer than five seeds', () => {
    const [, row] = compare([
      [RIGHT, RIGHT, RIGHT, RIGHT],
      [MIXED, MIXED, MIXED, MIXED],
    ]);
    expect(row?.figures.accuracyUnknown?.pValue).toBeNull();
    expect(row?.figures.accuracyUnknown?.difference).toBe(-0.25);
  });

  it('marks the best, also where several are, by the direction of each figure', () => {
    const rejecting = outcome(LABELS.map((label, row) => (row < 10 ? 2 : label)));
    const [right, mixed, other] = compare([five(RIGHT), five(MIXED), five(rejecting)]);
    const isBest = (name: 'accuracyUnknown' | 'knownRejectedRate' | 'clustersPerUnknownSource') =>
      [right, mixed, other].map((row) => row?.figures[name]?.isBest);
    expect(isBest('accuracyUnknown')).toEqual([true, false, true]);
    expect(isBest('knownRejectedRate')).toEqual([true, true, false]);
    expect(isBest('clustersPerUnknownSource')).toEqual([true, true, true]);
    expect(other?.figures.knownRejectedRate?.mean).toBe(0.25);
  });

  it('has intervals around the mean that shrink to nothing where nothing varies', () => {
    const [right, mixed] = compare([five(RIGHT), five(MIXED)]);
    expect(right?.figures.accuracyUnknown?.interval).toEqual([1, 1]);
    const [low, high] = mixed?.figures.accuracyUnknown?.interval as readonly [number, number];
    expect(low).toBeLessThan(0.75);
    expect(high).toBeGreaterThan(0.75);
    expect(right?.figures.clustersPerUnknownSource?.interval).toBeNull();
  });

  it('gives the same for the same seed', () => {
    expect(compare([five(RIGHT), five(MIXED)])).toEqual(compare([five(RIGHT), five(MIXED)]));
  });
});

it('figuresOf() leaves out what a method that names no known source cannot have', () => {
  const figures = figuresOf({ ...RIGHT, namesKnown: false }, TRUTH);
  expect(figures.knownRejectedRate).toBeNull();
  expect(figures.clustersPerUnknownSource).toBeNull();
  expect(figures.unknownNmi).toBe(1);
  expect(figuresOf(RIGHT, TRUTH)).toMatchObject({ knownRejectedRate: 0, clustersPerUnknownSource: 1 });
});

describe('testDifference()', () => {
  it('is twice the share of resamples on the less frequent side, one added to both', () => {
    // Differences 1 1 1 1 1 1 1 1 -1: one of nine is below.
    const values = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, -1);
    expect(testDifference(values, new Float64Array(9))).toBeCloseTo((2 * 2) / 10, 12);
    expect(testDifference(new Float64Array(9), values)).toBeCloseTo((2 * 2) / 10, 12);
  });

  it('is 1 where nothing differs, and null where half of the resamples have no value', () => {
    expect(testDifference(new Float64Array(5), new Float64Array(5))).toBe(1);
    expect(testDifference(Float64Array.of(1, Number.NaN, Number.NaN), new Float64Array(3))).toBeNull();
  });
});

it('correctByHolm() multiplies by what is left and never falls', () => {
  // Sorted 0.01 0.02 0.03 0.5: times 4, 3, 2, 1: 0.04, 0.06, 0.06, 0.5.
  expect(correctByHolm([0.03, null, 0.01, 0.5, 0.02])).toEqual([0.06, null, 0.04, 0.5, 0.06]);
  expect(correctByHolm([0.6, 0.7])).toEqual([1, 1]);
  expect(correctByHolm([])).toEqual([]);
});
