import { expect, test } from 'vitest';
import { accuracy, balancedAccuracy, classifierAuroc, confusionMatrix } from '../src/index.js';

const truth = Int32Array.of(0, 0, 0, 1, 2, 2);
const predicted = Int32Array.of(0, 0, 1, 1, 0, 2);

test('confusionMatrix() counts truths in rows and predictions in columns', () => {
  expect(Array.from(confusionMatrix(truth, predicted, 3))).toEqual([2, 1, 0, 0, 1, 0, 1, 0, 1]);
  // Three sources, told apart as two kinds.
  expect(Array.from(confusionMatrix(truth, Int32Array.of(0, 1, 1, 1, 1, 0), 3, 2))).toEqual([
    1, 2, 0, 1, 1, 1,
  ]);
});

test('confusionMatrix() refuses classes out of range and other lengths', () => {
  expect(() => confusionMatrix(truth, predicted, 2)).toThrow('got 2 and 0 in row 4');
  expect(() => confusionMatrix(truth, predicted.slice(1), 3)).toThrow('same length, got 6 and 5');
});

test('accuracy() is the share named right, balancedAccuracy() the mean of the recalls', () => {
  expect(accuracy(truth, predicted)).toBeCloseTo(4 / 6, 12);
  // Recalls 2/3, 1 and 1/2.
  expect(balancedAccuracy(truth, predicted)).toBeCloseTo((2 / 3 + 1 + 1 / 2) / 3, 12);
  const none = new Int32Array(0);
  expect([accuracy(none, none), balancedAccuracy(none, none)]).toEqual([null, null]);
});

test('classifierAuroc() of two classes is that of class 1', () => {
  // Class 1 scores 0.9, 0.4 against 0.6, 0.1: of four pairs three are in order.
  const scores = Float64Array.of(0.1, 0.9, 0.6, 0.4, 0.4, 0.6, 0.9, 0.1);
  expect(classifierAuroc(Int32Array.of(1, 1, 0, 0), scores, 2)).toBeCloseTo(0.75, 12);
});

test('classifierAuroc() of more classes is the mean of each against the rest, absent ones left out', () => {
  // Class 0: 0.5 of (0.5 | 0.2, 0.3) all in order: 1. Class 2: 0.4, 0.3 against 0.35: one of two pairs: 0.5.
  const scores = Float64Array.of(0.5, 0, 0.35, 0.2, 0, 0.4, 0.3, 0, 0.3);
  expect(classifierAuroc(Int32Array.of(0, 2, 2), scores, 3)).toBeCloseTo(0.75, 12);
  expect(classifierAuroc(Int32Array.of(1, 1, 1), scores, 3)).toBeNull();
  expect(() => classifierAuroc(Int32Array.of(0), scores, 3)).toThrow('scores must be 1 × 3, got 9 values');
});
