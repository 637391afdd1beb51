import { createAssignment } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import {
  createStudyTruth,
  majorities,
  type StudyTruth,
  scoreAssignment,
  scoreWithIntervals,
} from '../src/evaluation.js';

function truthOf(known: string[], sources: (string | null)[], groups?: (string | null)[]): StudyTruth {
  return createStudyTruth(known, sources, groups ?? sources.map(() => null)) as StudyTruth;
}

test('createStudyTruth() lists known sources first, with or without images, then unknown ones by name', () => {
  const { truth, knownSourceOfLabel, groups } = truthOf(
    ['bert', 'anna'],
    ['dora', null, 'anna', 'carl', 'dora'],
  );
  expect(truth.sources).toEqual(['bert', 'anna', 'carl', 'dora']);
  expect([...truth.isKnown]).toEqual([1, 1, 0, 0]);
  expect([...truth.labels]).toEqual([3, -1, 1, 2, 3]);
  expect([...knownSourceOfLabel]).toEqual([0, 1]);
  expect(groups).toBeUndefined();
});

test('createStudyTruth() is null without a true source, and groups rows where any two share one', () => {
  expect(createStudyTruth(['anna'], [null, null], [null, null])).toBeNull();
  expect(createStudyTruth(['anna'], [], [])).toBeNull();
  const { groups } = truthOf([], ['a', 'a', 'b', 'b'], ['x', null, 'x', 'row 1']);
  expect([...(groups ?? [])]).toEqual([0, 1, 0, 2]);
});

// Six images of the unknown sources c (rows 0–2) and d (rows 3, 4) and of the known source k (row 5).
const truth = truthOf(['k'], ['c', 'c', 'c', 'd', 'd', 'k']);

test('scoreAssignment() gives figures that can be counted by hand', () => {
  // Cluster 1 holds c, c, d; cluster 2 holds d; the third c is unassigned; k is given to its source.
  const figures = scoreAssignment(truth, createAssignment(Int32Array.of(1, 1, -1, 1, 2, 0), 1, 3));
  // The largest counts are 2 of 3 and 1 of 1.
  expect(figures.discoveredAveragePurity).toBeCloseTo(3 / 4, 12);
  expect(figures.assignedAveragePurity).toBeCloseTo(4 / 5, 12);
  expect(figures.assignedShare).toBeCloseTo(5 / 6, 12);
  expect(figures.unknownAcceptedRate).toBe(0);
  expect(figures.auroc).toBeNull();
  expect(Object.values(figures).every((value) => value === null || typeof value === 'number')).toBe(true);
});

test('scoreWithIntervals() names sources that no cluster is of, and brackets its figures', () => {
  const assignment = createAssignment(Int32Array.of(1, 1, 1, 1, 1, 0), 1, 2);
  const { figures, intervals, missed } = scoreWithIntervals(truth, assignment, {}, 1);
  expect(missed).toEqual(['d']);
  expect(figures.discoveredAveragePurity).toBeCloseTo(3 / 5, 12);
  const [low, high] = intervals.discoveredAveragePurity ?? [Number.NaN, Number.NaN];
  expect(low).toBeLessThan(3 / 5);
  expect(high).toBeGreaterThan(3 / 5);
  expect(scoreWithIntervals(truth, assignment, {}, 1).intervals).toEqual(intervals);
});

test('intervals over one group of all images are points: nothing is drawn but the same images', () => {
  const all = truthOf(
    ['k'],
    ['c', 'c', 'c', 'd', 'd', 'k'],
    Array.from({ length: 6 }, () => 'same'),
  );
  const assignment = createAssignment(Int32Array.of(1, 1, 1, 1, 1, 0), 1, 2);
  const { figures, intervals } = scoreWithIntervals(all, assignment, {}, 1);
  const purity = figures.discoveredAveragePurity as number;
  expect(intervals.discoveredAveragePurity).toEqual([purity, purity]);
});

test('majorities() names the largest source of each label, by name of equal ones, and has none without truth', () => {
  const partial = truthOf(['k'], ['c', 'd', 'd', 'c', 'k', null, null]);
  const assignment = createAssignment(Int32Array.of(1, 1, 2, -1, 2, 3, 1), 1, 4);
  const [k, first, second, third] = majorities(partial, assignment);
  expect(first).toEqual({ source: 'c', share: 1 / 2 });
  expect(second?.share).toBe(1 / 2);
  expect(second?.source).toBe('k');
  expect(k?.share).toBeNaN();
  expect(third?.share).toBeNaN();
});
