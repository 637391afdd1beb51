import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { conformalPValues, fuseScores, normalQuantile } from '../src/fusion.js';

test('normalQuantile() gives tabulated quantiles, and is odd about one half', () => {
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 7);
  expect(normalQuantile(0.9)).toBeCloseTo(1.281551566, 7);
  expect(normalQuantile(0.01)).toBeCloseTo(-2.326347874, 7);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 7);
  expect(normalQuantile(0.3)).toBeCloseTo(-normalQuantile(0.7), 12);
});

test('conformalPValues() counts reference values at least as large', () => {
  const p = conformalPValues({
    reference: Float64Array.of(4, 1, 2, 3),
    scores: Float64Array.of(0, 2, 2.5, 5),
  });
  expect([...p]).toEqual([1, 4 / 5, 3 / 5, 1 / 5]);
});

test('fuseScores() of one score keeps its order and its p-values', () => {
  const part = { reference: Float64Array.of(4, 1, 2, 3), scores: Float64Array.of(0, 2, 2.5, 5) };
  const fused = fuseScores([part]);
  expect([...conformalPValues(fused)]).toEqual([...conformalPValues(part)]);
});

test('fuseScores() does not see the scale of a score', () => {
  const first = { reference: Float64Array.of(1, 2, 3, 4), scores: Float64Array.of(1.5, 3.5) };
  const second = { reference: Float64Array.of(4, 3, 1, 2), scores: Float64Array.of(2.5, 9) };
  const stretched = {
    reference: second.reference.map((value) => Math.exp(3 * value)),
    scores: second.scores.map((value) => Math.exp(3 * value)),
  };
  expect(fuseScores([first, stretched])).toEqual(fuseScores([first, second]));
});

test('fused p-values of images like the reference are below the rate as often as the rate says', () => {
  const random = createRandom(4, 'test');
  const draw = (count: number) => {
    const common = Float64Array.from({ length: count }, () => random.normal());
    return [0, 1].map(() => common.map((value) => value + random.normal()));
  };
  const [referenceA, referenceB] = draw(2000);
  const [scoresA, scoresB] = draw(2000);
  const fused = fuseScores([
    { reference: referenceA, scores: scoresA },
    { reference: referenceB, scores: scoresB },
  ]);
  const rejected = conformalPValues(fused).filter((p) => p <= 0.05).length / 2000;
  // Standard deviation of the share, over both draws, about 0.007.
  expect(rejected).toBeGreaterThan(0.03);
  expect(rejected).toBeLessThan(0.07);
});

test('fuseScores() refuses no score, and scores of different images', () => {
  expect(() => fuseScores([])).toThrow(TypeError);
  const part = { reference: Float64Array.of(1), scores: Float64Array.of(1) };
  expect(() => fuseScores([part, { ...part, scores: new Float64Array(2) }])).toThrow(TypeError);
});

test('fuseScores() says the same of reference values that it met before', () => {
  const reference = Float64Array.of(3, 1, 2, 2);
  const first = fuseScores([{ reference, scores: Float64Array.of(0, 2) }]);
  const again = fuseScores([{ reference, scores: Float64Array.of(2, 5, 0) }]);
  const fresh = fuseScores([{ reference: reference.slice(), scores: Float64Array.of(2, 5, 0) }]);
  expect(again).toEqual(fresh);
  expect(again.reference).toEqual(first.reference);
  expect([again.scores[0], again.scores[2]]).toEqual([first.scores[1], first.scores[0]]);
});
