import { createAssignment } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { birthsOf, changeLabels, initialState, isSameDiscovery, REASON } from '../src/label-state.js';

test('changeLabels() closes gaps, dates what changed and keeps the births of clusters', () => {
  const start = initialState(5, 2);
  const first = changeLabels(
    start,
    Int32Array.of(0, 4, 7, 7, -1),
    1,
    (row) => (row === 4 ? REASON.rejected : REASON.clustered),
    birthsOf(start, 1),
  );
  expect([...first.assignment.labels]).toEqual([0, 2, 3, 3, -1]);
  expect(first.assignment.clusterCount).toBe(4);
  expect([...first.since]).toEqual([1, 1, 1, 1, 1]);
  expect([...first.births]).toEqual([1, 1]);

  // In round 2 the first cluster is dissolved, its image rejected; the last image joins a new cluster.
  const second = changeLabels(
    first,
    Int32Array.of(0, -1, 3, 3, 4),
    2,
    (row) => (row === 1 ? REASON.releasedWithCluster : REASON.clustered),
    birthsOf(first, 2),
  );
  expect([...second.assignment.labels]).toEqual([0, -1, 2, 2, 3]);
  expect([...second.since]).toEqual([1, 2, 1, 1, 2]);
  expect([...second.births]).toEqual([1, 2]);
  expect(second.reasons[1]).toBe(REASON.releasedWithCluster);
  expect([...first.assignment.labels]).toEqual([0, 2, 3, 3, -1]);
});

test('isSameDiscovery() sees through renumbered clusters, and does not look at known sources', () => {
  const assignment = (...labels: number[]) => createAssignment(Int32Array.from(labels), 2, 4);
  expect(isSameDiscovery(assignment(0, 2, 3, -1), assignment(1, 3, 2, 0))).toBe(true);
  expect(isSameDiscovery(assignment(0, 2, 3, 2), assignment(0, 2, 3, 3))).toBe(false);
  expect(isSameDiscovery(assignment(0, 2, 3, 2), assignment(0, 2, 3, -1))).toBe(false);
});
