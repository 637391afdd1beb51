import { createAssignment, createFeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { stagesSchema } from '../src/config/schema.js';
import type { LabelState } from '../src/label-state.js';
import { clusterStage } from '../src/stages/cluster.js';
import { poolVerdicts } from '../src/stages/pool-verdicts.js';

const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };
const onLine = (name: string, values: number[]) =>
  createFeatureSet(
    values.map((_, i) => `${name}-${i}`),
    1,
    Float32Array.from(values),
    SPACE,
  );

// Eight images about 0, three of them labelled, and eight about 100: two fragments of eight on average.
const rows = {
  known: onLine('known', [0, 0.1, 0.2]),
  discovery: onLine('new', [0.3, 0.4, 0.5, 0.6, 0.7, 100, 101, 102, 103, 104, 105, 106, 107]),
};
const tested = Int32Array.from({ length: 13 }, (_, i) => i);
const nearest = new Int32Array(13);

test('poolVerdicts() lets images of one fragment go together, up to a fifth of the rate', () => {
  // About 0 two of five are rejected, one of them surely; about 100 all but one.
  const pValue = Float32Array.of(0.5, 0.03, 0.005, 0.5, 0.5, 0.5, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01);
  const chosen = Int32Array.from(pValue, (p) => (p > 0.05 ? 0 : -1));
  const pooled = poolVerdicts(
    rows,
    tested,
    { pValue, nearest },
    chosen,
    { knownCount: 1, falseRejectRate: 0.05, iterations: 50 },
    1,
  );
  expect([...pooled]).toEqual([0, 0, -1, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1]);
});

test('poolVerdicts() leaves an image with the discovered source that accepts it', () => {
  const pValue = new Float32Array(13).fill(0.001);
  const chosen = new Int32Array(13).fill(-1);
  chosen[12] = 1;
  const rates = { knownCount: 1, falseRejectRate: 0.05, iterations: 50 };
  const pooled = poolVerdicts(rows, tested, { pValue, nearest }, chosen, rates, 1);
  expect(pooled[12]).toBe(1);
  expect(pooled[5]).toBe(-1);
});

function stateOf(labels: number[], births: number[]): LabelState {
  return {
    assignment: createAssignment(Int32Array.from(labels), 1, 1 + births.length),
    since: Int32Array.from(labels, () => 1),
    reasons: new Uint8Array(labels.length),
    births: Int32Array.from(births),
  };
}

const kmeansWith = (images: 'unknown' | 'unassigned') =>
  stagesSchema.parse({ kmeans: { clusterCount: 2, images } }).kmeans;

test('clusterStage() clusters all unknown images anew, and keeps when they were found', () => {
  const discovery = onLine('new', [0, 1, 2, 100, 101, 102, 50]);
  // Rows 0 to 3 are in a cluster of round 1, 4 is unassigned, 5 in a cluster of round 2, 6 in a known source.
  const state = stateOf([1, 1, 1, 1, -1, 2, 0], [1, 2]);
  const { state: after } = clusterStage(discovery, state, kmeansWith('unknown'), 3, 1);
  const { labels } = after.assignment;
  expect(labels[6]).toBe(0);
  expect(new Set([labels[0], labels[1], labels[2]]).size).toBe(1);
  expect(new Set([labels[3], labels[4], labels[5]]).size).toBe(1);
  expect(labels[0]).not.toBe(labels[3]);
  // About 0: all of round 1. About 100: one each of rounds 1, 2 and 3, so the earliest.
  expect([...after.births]).toEqual([1, 1]);
  // Only the image that had no source has one since now.
  expect([...after.since]).toEqual([1, 1, 1, 1, 3, 1, 1]);
});

test('clusterStage() leaves clusters alone if it is to cluster unassigned images', () => {
  const discovery = onLine('new', [0, 1, 100, 101]);
  const { state: after } = clusterStage(
    discovery,
    stateOf([1, 1, -1, -1], [1]),
    kmeansWith('unassigned'),
    2,
    1,
  );
  expect([...after.assignment.labels.subarray(0, 2)]).toEqual([1, 1]);
  expect([...after.births]).toEqual([1, 2, 2]);
});
