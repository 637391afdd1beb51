import { createAssignment, createFeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { measureTrust } from '../src/trust.js';

function onLine(...values: number[]) {
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return createFeatureSet(
    values.map((_, i) => `image-${i}`),
    1,
    Float32Array.from(values),
    space,
  );
}

test('measureTrust() gives figures that can be computed by hand', () => {
  // Label 0: -1, 1 about 0. Label 1: 9, 9, 11, 11 about 10. The image at 100 is unassigned.
  const features = onLine(-1, 1, 9, 9, 11, 11, 100);
  const assignment = createAssignment(Int32Array.of(0, 0, 1, 1, 1, 1, -1), 1, 2);
  const [known, discovered] = measureTrust(features, assignment, 1);
  // Distances to the own and the other centroid: 1 and 11, 1 and 9; silhouettes 1 - 1/11 and 1 - 1/9.
  expect(known?.cohesion).toBeCloseTo((10 / 11 + 8 / 9) / 2, 6);
  expect(discovered?.cohesion).toBeCloseTo((8 / 9 + 8 / 9 + 10 / 11 + 10 / 11) / 4, 6);
  // The centroids are 10 apart, both radii are 1.
  expect(known).toMatchObject({ nearest: 1, separation: 10 });
  expect(discovered).toMatchObject({ nearest: 0, separation: 10 });
  expect(known?.stability).toBeNull();
});

test('well parted clusters are wholly stable, also small ones that a half may miss', () => {
  const values = Array.from({ length: 40 }, (_, i) => (i < 20 ? i % 2 : 1000 + (i % 2)));
  const assignment = createAssignment(
    Int32Array.from(values, (value) => (value < 500 ? 0 : 1)),
    0,
    2,
  );
  expect(measureTrust(onLine(...values), assignment, 1).map(({ stability }) => stability)).toEqual([1, 1]);
  // A half misses all four images of a cluster once in 16 times, so some of ten halves over eight clusters do.
  const small = Array.from({ length: 32 }, (_, i) => 1000 * (i >> 2) + (i % 4));
  const eight = createAssignment(
    Int32Array.from(small, (_, i) => i >> 2),
    0,
    8,
  );
  for (const { stability } of measureTrust(onLine(...small), eight, 1))
    expect(stability).toBeGreaterThan(0.9);
});

test('two labels that share one cloud are not stable', () => {
  const values = Array.from({ length: 40 }, (_, i) => Math.sin(i * i));
  const mixed = createAssignment(
    Int32Array.from(values, (_, i) => i % 2),
    0,
    2,
  );
  for (const { stability } of measureTrust(onLine(...values), mixed, 1)) {
    expect(stability).toBeGreaterThanOrEqual(0);
    expect(stability).toBeLessThan(0.75);
  }
});

test('what is not defined is null: one image, no image, no spread, no other source', () => {
  const alone = measureTrust(onLine(1, 2, 3, 4), createAssignment(Int32Array.of(0, 0, 0, 0), 1, 1), 1);
  expect(alone).toEqual([{ cohesion: null, stability: 1, nearest: -1, separation: null }]);
  const assignment = createAssignment(Int32Array.of(1, 2, 2, -1), 1, 3);
  const [none, one, same] = measureTrust(onLine(0, 5, 5, 9), assignment, 1);
  expect(none).toEqual({ cohesion: null, stability: null, nearest: -1, separation: null });
  expect(one).toMatchObject({ cohesion: null, stability: null, separation: null });
  expect(same).toMatchObject({ stability: null, separation: null });
  expect(measureTrust(onLine(), createAssignment(Int32Array.of(), 0, 0), 1)).toEqual([]);
});

test('measureTrust() gives the same for the same seed, and leaves its input alone', () => {
  const values = Array.from({ length: 30 }, (_, i) => Math.sin(i * i) + (i % 3));
  const features = onLine(...values);
  const assignment = createAssignment(
    Int32Array.from(values, (_, i) => i % 3),
    0,
    3,
  );
  const first = measureTrust(features, assignment, 3);
  expect(measureTrust(features, assignment, 3)).toEqual(first);
  expect([...features.data]).toEqual([...Float32Array.from(values)]);
});
