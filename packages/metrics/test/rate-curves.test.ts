import { describe, expect, it } from 'vitest';
import { auroc, oscr } from '../src/detection.js';
import { oscrCurve, type RateCurve, rocCurve } from '../src/rate-curves.js';

// Scores of the unknown (1) and the known images; 0.5 is shared.
const IS_OOD = [1, 1, 1, 0, 0, 0, 0];
const SCORE = [0.9, 0.5, 0.2, 0.5, 0.3, 0.1, 0.05];

const pointsOf = ({ x, y }: RateCurve) => Array.from(x, (value, i) => [value, y[i]]);

/** By trapezoids. */
function areaOf({ x, y }: RateCurve): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return area;
}

/** A score of each image by a small generator; positives are higher by `shift` on the average. */
function madeScores(count: number, shift: number): { isPositive: number[]; score: number[] } {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const isPositive = Array.from({ length: count }, (_, i) => i % 2);
  return { isPositive, score: isPositive.map((flag) => next() + next() + next() + flag * shift) };
}

describe('rocCurve()', () => {
  it('goes through the rates of every threshold', () => {
    // 0.9: 1 of 3 positives. 0.5: 2 of 3, and 1 of 4 negatives. 0.3: 2 of 4. 0.2: 3 of 3. 0.1 and 0.05 go on to (1, 1)
    // in a straight line.
    const curve = rocCurve(IS_OOD, SCORE);
    const expected = [
      [0, 0],
      [0, 1 / 3],
      [1 / 4, 2 / 3],
      [2 / 4, 2 / 3],
      [2 / 4, 1],
      [1, 1],
    ];
    expect(pointsOf(curve)).toStrictEqual(expected);
    expect(curve.deviation).toBe(0);
    expect(curve.area).toBe(auroc(IS_OOD, SCORE));
    expect(areaOf(curve)).toBeCloseTo(9.5 / 12, 15);
  });

  it('is a diagonal for equal scores, and has a corner for perfect ones', () => {
    expect(pointsOf(rocCurve([1, 0, 1], [2, 2, 2]))).toStrictEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(pointsOf(rocCurve([1, 0, 1], [3, 2, 4]))).toStrictEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
  });

  it('leaves out points that nobody would see, and keeps the area of all', () => {
    const { isPositive, score } = madeScores(20_000, 0.7);
    const whole = rocCurve(isPositive, score, { points: Number.POSITIVE_INFINITY, tolerance: 0 });
    const thinned = rocCurve(isPositive, score);
    expect(whole.x.length).toBeGreaterThan(2000);
    expect(thinned.x.length).toBeLessThan(500);
    expect(thinned.deviation).toBeGreaterThan(0);
    expect(thinned.deviation).toBeLessThanOrEqual(1e-3);
    expect(thinned.area).toBe(whole.area);
    expect(Math.abs(areaOf(thinned) - whole.area)).toBeLessThan(1e-3);
    expect(areaOf(whole)).toBeCloseTo(auroc(isPositive, score), 12);
  });

  it('keeps the points that matter most where they may be few, and says how far it is off', () => {
    // Stairs of four steps, each 1/4: their corners are 1/4 · √2/2 off the diagonal.
    const score = [8, 7, 6, 5, 4, 3, 2, 1];
    const isPositive = [1, 0, 1, 0, 1, 0, 1, 0];
    const two = rocCurve(isPositive, score, { points: 2 });
    expect(pointsOf(two)).toStrictEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(two.deviation).toBeCloseTo(Math.SQRT2 / 8, 15);
    expect(rocCurve(isPositive, score, { points: 9 }).deviation).toBe(0);
  });

  it('takes infinite scores, and refuses NaN, one class alone and options out of range', () => {
    const extremes = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5];
    expect(rocCurve([1, 0, 0], extremes).area).toBe(1);
    expect(() => rocCurve([1, 0], [1, Number.NaN])).toThrow(
      'rocCurve: scores must be numbers, got NaN in row 1',
    );
    expect(() => rocCurve([1, 1], [1, 2])).toThrow('got 2 positive and 0 negative');
    expect(() => rocCurve([], [])).toThrow(RangeError);
    expect(() => rocCurve(IS_OOD, SCORE, { points: 1 })).toThrow('points must be 2 or more, got 1');
    expect(() => rocCurve(IS_OOD, SCORE, { tolerance: Number.NaN })).toThrow('tolerance must be 0 or more');
  });

  it('leaves its inputs as they are', () => {
    const [classes, score] = [Uint8Array.from(IS_OOD), Float64Array.from(SCORE)];
    rocCurve(classes, score);
    expect([...classes]).toStrictEqual(IS_OOD);
    expect([...score]).toStrictEqual(SCORE);
  });
});

describe('oscrCurve()', () => {
  // Closed-set accuracy is 3 of 4.
  const IS_CORRECT = [0, 0, 0, 1, 0, 1, 1];

  it('goes through the rates of every threshold, from the lowest score', () => {
    // 0.05, 0.1: 2 of 4 right. 0.2: 1 of 3 unknown. 0.3: wrong. 0.5: 3 of 4 right and 2 of 3 unknown. 0.9: all unknown.
    const curve = oscrCurve(IS_OOD, IS_CORRECT, SCORE);
    expect(pointsOf(curve)).toStrictEqual([
      [0, 0],
      [0, 2 / 4],
      [1 / 3, 2 / 4],
      [2 / 3, 3 / 4],
      [1, 3 / 4],
    ]);
    expect(curve.area).toBe(oscr(IS_OOD, IS_CORRECT, SCORE));
    expect(areaOf(curve)).toBeCloseTo((2 + 2.5 + 3) / 12, 15);
  });

  it('has the area of the ROC curve if every attribution is right, and lies at 0 if none is', () => {
    expect(areaOf(oscrCurve(IS_OOD, [0, 0, 0, 1, 1, 1, 1], SCORE))).toBeCloseTo(auroc(IS_OOD, SCORE), 15);
    expect([...oscrCurve(IS_OOD, [0, 0, 0, 0, 0, 0, 0], SCORE).y]).toStrictEqual([0, 0]);
  });

  it('ends at the closed-set accuracy whatever is left out', () => {
    const { isPositive, score } = madeScores(5000, 0.4);
    const isCorrect = score.map((value) => ((value * 1000) % 10 < 8 ? 1 : 0));
    const curve = oscrCurve(isPositive, isCorrect, score);
    const known = isCorrect.filter((_, i) => isPositive[i] === 0);
    expect(curve.x.at(-1)).toBe(1);
    expect(curve.y.at(-1)).toBe(known.filter((flag) => flag === 1).length / known.length);
    expect(curve.deviation).toBeLessThanOrEqual(1e-3);
    expect(curve.area).toBe(oscr(isPositive, isCorrect, score));
  });
});
