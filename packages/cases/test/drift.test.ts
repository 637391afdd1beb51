import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { type DriftInput, measureDrift } from '../src/retraining/drift.js';

const RATE = 0.05;

/** 1,000 images like those of a case of 100,000. */
const LIKE: DriftInput = {
  imagesAtTraining: 100_000,
  unassignedAtTraining: 0.02,
  imagesAdded: 1000,
  bufferedAdded: 70,
  acceptedPValues: uniform(930, 1),
  falseRejectRate: RATE,
};

function uniform(count: number, seed: number): Float64Array {
  const random = createRandom(seed, 'drift');
  return Float64Array.from({ length: count }, () => RATE + (1 - RATE) * random.uniform());
}

test('measureDrift() does not call for a retraining for 1,000 like images in 100,000, whatever was drawn', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const drift = measureDrift({ ...LIKE, acceptedPValues: uniform(930, seed) });
    expect(drift).toMatchObject({ retrain: false, reasons: [] });
  }
  const { figures } = measureDrift(LIKE);
  expect(figures.growth).toBe(0.01);
  expect(figures.bufferShare).toBe(0.07);
  expect(figures.bufferLimit).toBeCloseTo(0.02 + 0.05 + 0.1);
});

test('measureDrift() calls for one once a case has grown by half', () => {
  const added = (imagesAdded: number) =>
    measureDrift({ ...LIKE, imagesAdded, bufferedAdded: 0, acceptedPValues: [] });
  expect(added(49_999).retrain).toBe(false);
  expect(added(50_000).reasons).toEqual([
    'the case has grown by half: 50000 images were added to the 100000 of the last training',
  ]);
});

test('measureDrift() calls for one if significantly more images are without a source than explained', () => {
  const buffered = (bufferedAdded: number) => measureDrift({ ...LIKE, bufferedAdded, acceptedPValues: [] });
  // Wilson at z = 3.0902 and n = 1000: of 0.21 (0.21 + 0.004775 - 0.040088) / 1.009549 = 0.17303, of 0.20 0.16383.
  expect(buffered(200)).toMatchObject({ retrain: false });
  expect(buffered(200).figures.bufferBound).toBeCloseTo(0.16383, 4);
  expect(buffered(210).figures.bufferBound).toBeCloseTo(0.17303, 4);
  expect(buffered(210).reasons).toEqual([
    'sources are missing: 21.0 % (at least 17.3 %) of the 1000 added images are without a source, where up to 17.0 % are expected',
  ]);
});

test('measureDrift() calls for one if accepted images look stranger than calibrated, not if they look more typical', () => {
  const values = uniform(900, 1);
  const turned = (power: number) =>
    measureDrift({
      ...LIKE,
      acceptedPValues: values.map((value) => RATE + (1 - RATE) * ((value - RATE) / (1 - RATE)) ** power),
    });
  // The largest x - x⁴ is 0.4725, at x = 4^(-1/3). The limit is 0.2 + sqrt(ln 1000 / 1800) = 0.262.
  const strange = turned(4);
  expect(strange.figures.pValueDistance).toBeGreaterThan(0.42);
  expect(strange.figures.pValueDistance).toBeLessThan(0.53);
  expect(strange.reasons).toHaveLength(1);
  expect(strange.reasons[0]).toMatch(
    /^accepted images look stranger than at the last training: their p-values lie 0\.[45]\d\d below uniform ones, where up to 0\.262 is expected \(900 images\)$/,
  );
  expect(turned(1.5).retrain).toBe(false);
  expect(turned(0.25).retrain).toBe(false);
});

test('measureDrift() measures the distance by hand', () => {
  // 150 values at 0.24 = rate + 0.2 · 0.95 and 50 at 0.715 = rate + 0.7 · 0.95: the largest excess is 0.75 - 0.2.
  const acceptedPValues = [...Array(50).fill(0.715), ...Array(150).fill(0.24)];
  const { figures, retrain } = measureDrift({
    ...LIKE,
    imagesAtTraining: 1000,
    imagesAdded: 300,
    acceptedPValues,
  });
  expect(figures.pValueDistance).toBeCloseTo(0.55, 12);
  // 0.2 + sqrt(ln 1000 / 400)
  expect(figures.pValueLimit).toBeCloseTo(0.33141, 5);
  expect(retrain).toBe(true);
});

test('measureDrift() says nothing from fewer than 100 images, or than 1 % of the old ones', () => {
  const strange = (count: number, imagesAtTraining: number) =>
    measureDrift({
      imagesAtTraining,
      unassignedAtTraining: 0,
      imagesAdded: 2 * count,
      bufferedAdded: count,
      acceptedPValues: Array(count).fill(0.06),
      falseRejectRate: RATE,
    });
  expect(strange(49, 1000).figures).toMatchObject({
    bufferShare: null,
    bufferBound: null,
    pValueDistance: null,
  });
  expect(strange(50, 1000).figures).toMatchObject({
    bufferShare: 0.5,
    pValueDistance: null,
    pValueLimit: null,
  });
  expect(strange(100, 1000).reasons).toHaveLength(2);
  expect(strange(100, 20_000).reasons).toHaveLength(2);
  expect(strange(100, 20_001)).toMatchObject({ retrain: false });
  expect(measureDrift({ ...LIKE, imagesAdded: 0, bufferedAdded: 0, acceptedPValues: [] })).toMatchObject({
    retrain: false,
    figures: { growth: 0, bufferShare: null },
  });
});

test('measureDrift() refuses counts that do not fit each other, rates out of range and NaN', () => {
  const asking = (change: Partial<DriftInput>) => () => measureDrift({ ...LIKE, ...change });
  expect(asking({ imagesAtTraining: 0 })).toThrow('imagesAtTraining must be an integer in [1,');
  expect(asking({ bufferedAdded: 1001 })).toThrow('bufferedAdded must be an integer in [0, 1000], got 1001');
  expect(asking({ bufferedAdded: 71 })).toThrow('must be an integer in [0, 929], got 930');
  expect(asking({ unassignedAtTraining: Number.NaN })).toThrow(
    'unassignedAtTraining must be in [0, 1], got NaN',
  );
  expect(asking({ falseRejectRate: 1 })).toThrow('falseRejectRate must be in (0, 1), got 1');
  expect(asking({ acceptedPValues: [0.5, Number.NaN] })).toThrow(
    'acceptedPValues[1] must be in [0, 1], got NaN',
  );
});
