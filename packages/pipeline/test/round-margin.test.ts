import { createAssignment, createFeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { changedShare } from '../src/label-state.js';
import { meanMargin, whySettled, whyUndone } from '../src/round-margin.js';

const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };
const labelled = (labels: number[], knownCount: number, clusterCount: number) =>
  createAssignment(Int32Array.from(labels), knownCount, clusterCount);
/** Two images along each axis, of any length. */
const cross = createFeatureSet(['a', 'b', 'c', 'd'], 2, Float32Array.of(1, 0, 2, 0, 0, 1, 0, 3), SPACE);
const along = labelled([0, 0, 1, 1], 0, 2);
const across = labelled([0, 1, 0, 1], 0, 2);

test('meanMargin() is the cosine inside less the largest one outside', () => {
  // Inside 1, outside 0.
  expect(meanMargin(cross, along)).toBeCloseTo(1, 6);
  // Inside 0; the other cluster has one image along the same axis and one across: outside 0.5.
  expect(meanMargin(cross, across)).toBeCloseTo(-0.5, 6);
  expect(meanMargin(cross, labelled([0, 0, 0, -1], 0, 1))).toBeNull();
  // Known sources are no clusters, and single images say nothing.
  expect(meanMargin(cross, labelled([0, 0, 1, 2], 1, 3))).toBeNull();
});

test('a round is undone if its margin falls by more than 0.05, and says so', () => {
  expect(whyUndone(cross, along, across, 2)).toBe(
    'round 2 was undone: the mean margin of its clusters fell from 1.000 to -0.500',
  );
  expect(whyUndone(cross, across, along, 2)).toBeNull();
  expect(whyUndone(cross, along, labelled([-1, -1, -1, -1], 0, 0), 2)).toBeNull();
});

test('changedShare() does not see numbers of clusters or known sources, but images that moved', () => {
  const before = labelled([1, 1, 2, 2, -1, 0], 1, 3);
  expect(changedShare(before, labelled([2, 2, 1, 1, 0, -1], 1, 3))).toBe(0);
  // One of four images goes over; the clusters are the same by their other images.
  expect(changedShare(labelled([0, 0, 0, 1], 0, 2), labelled([0, 0, 1, 1], 0, 2))).toBe(0.25);
  // A cluster splits in halves of 3 and 1: the larger is the same one.
  expect(changedShare(labelled([0, 0, 0, 0], 0, 1), labelled([0, 0, 0, 1], 0, 2))).toBe(0.25);
  // A discovered image is accepted by a known source.
  expect(changedShare(labelled([1, 1], 1, 2), labelled([0, 1], 1, 2))).toBe(0.5);
  expect(whySettled(before, before, 3)).toBe('round 3 moved 0.0 % of the images');
  expect(whySettled(labelled([0, 1], 0, 2), labelled([0, -1], 0, 1), 3)).toBeNull();
});
