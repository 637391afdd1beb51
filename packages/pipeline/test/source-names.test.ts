import { createAssignment } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { nameSources } from '../src/source-names.js';

test('nameSources() numbers discovered clusters by size, the lower label first of equal ones', () => {
  // Sizes: label 2 has 1 image, 3 has 2, 4 has 2; the unassigned image and the known ones do not matter.
  const assignment = createAssignment(Int32Array.of(0, 0, 0, 1, 2, 3, 4, 3, 4, -1), 2, 5);
  expect(nameSources(['anna', 'bert'], assignment)).toEqual([
    'anna',
    'bert',
    'discovered-03',
    'discovered-01',
    'discovered-02',
  ]);
});

test('nameSources() gives no discovered cluster the name of a known source', () => {
  const assignment = createAssignment(Int32Array.of(2, 3, 3), 2, 4);
  expect(nameSources(['discovered-01', 'discovered-03'], assignment)).toEqual([
    'discovered-01',
    'discovered-03',
    'discovered-04',
    'discovered-02',
  ]);
});

test('nameSources() pads to the same width, so that names sort as numbers do', () => {
  const assignment = createAssignment(
    Int32Array.from({ length: 101 }, (_, i) => i),
    1,
    101,
  );
  const names = nameSources(['anna'], assignment);
  expect(names.slice(1, 3)).toEqual(['discovered-001', 'discovered-002']);
  expect(names.at(-1)).toBe('discovered-100');
  expect(nameSources([], createAssignment(Int32Array.of(), 0, 0))).toEqual([]);
});
