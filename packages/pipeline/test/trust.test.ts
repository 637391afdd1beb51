import { type Assignment, createAssignment, createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { describe, expect, test } from 'vitest';
import { measureTrust, type TrustInput } from '../src/trust.js';

function onLine(...values: number[]) {
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return createFeatureSet(
    values.map((_, i) => `image-${i}`),
    1,
    Float32Array.from(values),
    space,
  );
}

/** Without labelled images, after one round, every image rejected. */
function measure(
  discovery: FeatureSet,
  assignment: Assignment,
  { seed = 1, ...given }: Partial<TrustInput> & { seed?: number } = {},
) {
  const input = {
    rows: { known: onLine(), discovery },
    assignment,
    afterFirstRound: assignment,
    knownPValue: new Float32Array(discovery.ids.length),
    falseRejectRate: 0.05,
    ...given,
  };
  return measureTrust(input, seed);
}

const NO_TRUST = { trust: null, neighborShare: null, persistence: null, rejectedShare: null };

test('measureTrust() gives figures that can be computed by hand', () => {
  // Label 0: -1, 1 about 0. Label 1: 9, 9, 11, 11 about 10. The image at 100 is unassigned.
  const features = onLine(-1, 1, 9, 9, 11, 11, 100);
  const assignment = createAssignment(Int32Array.of(0, 0, 1, 1, 1, 1, -1), 1, 2);
  const [known, discovered] = measure(features, assignment);
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
  expect(measure(onLine(...values), assignment).map(({ stability }) => stability)).toEqual([1, 1]);
  // A half misses all four images of a cluster once in 16 times, so some of ten halves over eight clusters do.
  const small = Array.from({ length: 32 }, (_, i) => 1000 * (i >> 2) + (i % 4));
  const eight = createAssignment(
    Int32Array.from(small, (_, i) => i >> 2),
    0,
    8,
  );
  for (const { stability } of measure(onLine(...small), eight)) expect(stability).toBeGreaterThan(0.9);
});

test('two labels that share one cloud are not stable', () => {
  const values = Array.from({ length: 40 }, (_, i) => Math.sin(i * i));
  const mixed = createAssignment(
    Int32Array.from(values, (_, i) => i % 2),
    0,
    2,
  );
  for (const { stability } of measure(onLine(...values), mixed)) {
    expect(stability).toBeGreaterThanOrEqual(0);
    expect(stability).toBeLessThan(0.75);
  }
});

test('what is not defined is null: one image, no image, no spread, no other source', () => {
  const alone = measure(onLine(1, 2, 3, 4), createAssignment(Int32Array.of(0, 0, 0, 0), 1, 1));
  expect(alone).toEqual([{ ...NO_TRUST, cohesion: null, stability: 1, nearest: -1, separation: null }]);
  const assignment = createAssignment(Int32Array.of(1, 2, 2, -1), 1, 3);
  const [none, one, same] = measure(onLine(0, 5, 5, 9), assignment);
  expect(none).toEqual({ ...NO_TRUST, cohesion: null, stability: null, nearest: -1, separation: null });
  expect(one).toMatchObject({ cohesion: null, stability: null, separation: null });
  expect(same).toMatchObject({ stability: null, separation: null });
  expect(measure(onLine(), createAssignment(Int32Array.of(), 0, 0))).toEqual([]);
});

test('measureTrust() gives the same for the same seed, and leaves its input alone', () => {
  const values = Array.from({ length: 30 }, (_, i) => Math.sin(i * i) + (i % 3));
  const features = onLine(...values);
  const assignment = createAssignment(
    Int32Array.from(values, (_, i) => i % 3),
    0,
    3,
  );
  const first = measure(features, assignment, { seed: 3 });
  expect(measure(features, assignment, { seed: 3 })).toEqual(first);
  expect([...features.data]).toEqual([...Float32Array.from(values)]);
});

describe('trust of discovered sources', () => {
  // Labelled 0, 2, 4; discovery set: 1 of the known source, 20 22 24 and 40 42 discovered, 60 unassigned.
  const known = onLine(0, 2, 4);
  const discovery = onLine(1, 20, 22, 24, 40, 42, 60);
  const rows = { known, discovery };
  const assignment = createAssignment(Int32Array.of(0, 1, 1, 1, 2, 2, -1), 1, 3);

  test('is the product of three figures that can be computed by hand; a known source has none', () => {
    // In the first round 22 was with 20 and 24 with 40: {20 22} of {20 22 24} is 2/3, {40} of {24 40 42} is 1/3.
    const afterFirstRound = createAssignment(Int32Array.of(-1, 1, 1, 2, 2, -1, 0), 1, 3);
    const knownPValue = Float32Array.of(0.5, 0.01, 0.05, 0.06, 0.04, 0.001, 0.001);
    const [camera, first, second] = measure(discovery, assignment, { rows, afterFirstRound, knownPValue });
    expect(camera).toMatchObject(NO_TRUST);
    // All nine others are neighbors: two of them of the first source, one of the second.
    expect(first?.neighborShare).toBeCloseTo(2 / 9, 12);
    expect(second?.neighborShare).toBeCloseTo(1 / 9, 12);
    expect(first?.persistence).toBeCloseTo(2 / 3, 12);
    expect(second?.persistence).toBeCloseTo(1 / 3, 12);
    // A p-value of the false reject rate itself is rejected.
    expect([first?.rejectedShare, second?.rejectedShare]).toEqual([2 / 3, 1]);
    expect(first?.trust).toBeCloseTo((2 / 9) * (2 / 3) * (2 / 3), 12);
    expect(second?.trust).toBeCloseTo((1 / 9) * (1 / 3), 12);
  });

  test('falls where the neighbors are labelled images or images of a known source', () => {
    const far = Array.from({ length: 30 }, (_, i) => 100 + i);
    const near = Array.from({ length: 20 }, (_, i) => i / 20);
    const among = Array.from({ length: 20 }, (_, i) => i / 20 + 0.01);
    const labels = createAssignment(
      Int32Array.from([...among, ...far], (value) => (value < 50 ? 1 : 2)),
      1,
      3,
    );
    const [, mixed, apart] = measure(onLine(...among, ...far), labels, {
      rows: { known: onLine(...near), discovery: onLine(...among, ...far) },
    });
    expect(apart?.trust).toBe(1);
    // Labelled images alternate with those of the source, so about half of the neighbors are labelled.
    expect(mixed?.neighborShare).toBeGreaterThan(0.4);
    expect(mixed?.neighborShare).toBeLessThan(0.6);
    expect(mixed?.trust).toBe(mixed?.neighborShare);
  });

  test('has persistence 0 for a source that the first round left to known sources or unassigned', () => {
    const afterFirstRound = createAssignment(Int32Array.of(0, 1, 1, 1, 0, -1, -1), 1, 2);
    const [, first, second] = measure(discovery, assignment, { rows, afterFirstRound });
    expect(first).toMatchObject({ persistence: 1, rejectedShare: 1 });
    expect(second).toMatchObject({ trust: 0, persistence: 0 });
  });
});

test('the only image of all has no neighbor, and so no trust', () => {
  const [only] = measure(onLine(3), createAssignment(Int32Array.of(0), 0, 1));
  expect(only).toMatchObject({ trust: null, neighborShare: null, persistence: 1, rejectedShare: 1 });
});
