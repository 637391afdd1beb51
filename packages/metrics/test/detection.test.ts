import { describe, expect, it } from 'vitest';
import { auroc, averagePrecision, ccrAtFpr, fprAtTpr, oscr } from '../src/detection.js';

// Scores of the unknown (1) and the known images; 0.5 is shared.
const IS_OOD = [1, 1, 1, 0, 0, 0, 0];
const SCORE = [0.9, 0.5, 0.2, 0.5, 0.3, 0.1, 0.05];

describe('auroc()', () => {
  it('counts pairs in order, ties half', () => {
    // 0.9 beats 4; 0.5 beats 3 and ties 1; 0.2 beats 2: (4 + 3.5 + 2) / 12.
    expect(auroc(IS_OOD, SCORE)).toBeCloseTo(9.5 / 12, 15);
  });

  it('is 1, 0 and 1/2 for perfect, reversed and equal scores', () => {
    expect(auroc([1, 0, 1], [3, 2, 4])).toBe(1);
    expect(auroc([1, 0, 1], [1, 2, 0])).toBe(0);
    expect(auroc([1, 0, 1], [2, 2, 2])).toBe(0.5);
  });

  it('takes -0 for 0, and infinite scores', () => {
    expect(auroc([1, 0], [-0, 0])).toBe(0.5);
    expect(auroc([1, 0, 0], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5])).toBe(1);
  });

  it('sees only the order of the scores', () => {
    expect(
      auroc(
        IS_OOD,
        SCORE.map((score) => Math.exp(9 * score) - 4),
      ),
    ).toBe(auroc(IS_OOD, SCORE));
  });

  it('refuses NaN, one class alone, other classes, and different lengths', () => {
    expect(() => auroc([1, 0], [1, Number.NaN])).toThrow('got NaN in row 1');
    expect(() => auroc([1, 1], [1, 2])).toThrow('got 2 positive and 0 negative');
    expect(() => auroc([], [])).toThrow(RangeError);
    expect(() => auroc([1, 2], [1, 2])).toThrow('must be 0 or 1, got 2 in row 1');
    expect(() => auroc([1], [1, 2])).toThrow(TypeError);
  });
});

describe('averagePrecision()', () => {
  it('sums precision times the gain in recall over distinct thresholds', () => {
    // 0.9: 1/1. 0.5: one more of 3 positives, precision 2/3. 0.2 is flagged fifth: precision 3/5.
    expect(averagePrecision(IS_OOD, SCORE)).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 15);
  });

  it('is the share of positives for equal scores', () => {
    expect(averagePrecision([1, 0, 0, 0], [2, 2, 2, 2])).toBe(0.25);
  });
});

describe('fprAtTpr()', () => {
  it('takes the threshold with the fewest false positives that finds enough', () => {
    // Two of three positives need 0.5, which flags one of four negatives; all need 0.2, which flags two.
    expect(fprAtTpr(IS_OOD, SCORE, 2 / 3)).toBe(0.25);
    expect(fprAtTpr(IS_OOD, SCORE)).toBe(0.5);
    expect(fprAtTpr(IS_OOD, SCORE, 0)).toBe(0);
  });

  it('counts 19 of 20 as 95 %', () => {
    const isOod = [...Array(20).fill(1), 0];
    const score = [...Array(19).fill(3), 1, 2];
    expect(fprAtTpr(isOod, score, 0.95)).toBe(0);
    expect(fprAtTpr(isOod, score, 0.951)).toBe(1);
  });

  it('refuses a rate out of range', () => {
    expect(() => fprAtTpr(IS_OOD, SCORE, 95)).toThrow('tpr must be in [0, 1], got 95');
  });
});

describe('oscr()', () => {
  it('is the area under correct attributions against unknown images accepted', () => {
    // From the lowest score: 0.05 and 0.1 right (2 of 4), unknown 0.2: 1/3 · 2/4; 0.3 wrong; 0.5: one right with one
    // unknown, trapezoid 1/3 · (2/4 + 3/4) / 2; unknown 0.9: 1/3 · 3/4.
    const isCorrect = [0, 0, 0, 1, 0, 1, 1];
    expect(oscr(IS_OOD, isCorrect, SCORE)).toBeCloseTo((2 + 2.5 + 3) / 12, 15);
  });

  it('equals the AUROC if every attribution is right, and 0 if none is', () => {
    expect(oscr(IS_OOD, [0, 0, 0, 1, 1, 1, 1], SCORE)).toBeCloseTo(auroc(IS_OOD, SCORE), 15);
    expect(oscr(IS_OOD, [0, 0, 0, 0, 0, 0, 0], SCORE)).toBe(0);
  });

  it('ignores the attribution of unknown images', () => {
    expect(oscr(IS_OOD, [1, 1, 1, 1, 0, 1, 1], SCORE)).toBe(oscr(IS_OOD, [0, 0, 0, 1, 0, 1, 1], SCORE));
  });
});

describe('ccrAtFpr()', () => {
  it('takes the largest threshold that accepts few enough unknown images', () => {
    const isCorrect = [0, 0, 0, 1, 0, 1, 1];
    expect(ccrAtFpr(IS_OOD, isCorrect, SCORE)).toBe(0.5);
    expect(ccrAtFpr(IS_OOD, isCorrect, SCORE, 2 / 3)).toBe(0.75);
  });

  it('is 0 if an unknown image has the lowest score', () => {
    expect(ccrAtFpr([1, 0], [0, 1], [1, 2])).toBe(0);
    expect(ccrAtFpr([1, 0], [0, 1], [1, 1])).toBe(0);
  });
});
