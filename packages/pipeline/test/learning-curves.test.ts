import { expect, test } from 'vitest';
import { linearTicks, plotLearningCurves } from '../src/classifier/learning-curves.js';

const figures = (epoch: number, loss: number, heldBackLoss: number | null) => ({
  epoch,
  learningRate: 0.1,
  trainingLoss: loss,
  trainingAccuracy: 0.5,
  gradientNorm: 1,
  heldBackLoss,
  heldBackAccuracy: heldBackLoss === null ? null : 0.25,
});

test('linearTicks() are round and reach the largest value', () => {
  expect(linearTicks(1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks(2.3)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  expect(linearTicks(0.04)).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
  expect(linearTicks(0)).toEqual([0, 1]);
});

test('plotLearningCurves() places epochs from left to right and marks the best one', () => {
  const plot = plotLearningCurves([figures(1, 2, 1), figures(2, 1, 0.5), figures(3, 0, 1)], 2);
  // The panel of the loss is 350 wide from 60 and 260 high from 300 upwards, for losses from 0 to 2.
  expect(plot).toContain('<polyline points="60.0,40.0 235.0,170.0 410.0,300.0"');
  expect(plot).toContain('<polyline points="60.0,170.0 235.0,235.0 410.0,170.0"');
  expect(plot).toContain('<line x1="235.0" y1="40.0" x2="235.0" y2="300.0" stroke="#999999"/>');
});

test('plotLearningCurves() without a held-back share has one curve a panel', () => {
  const plot = plotLearningCurves([figures(1, 2, null)], 1);
  expect(plot.match(/<polyline/g)).toHaveLength(2);
  expect(plot).not.toMatch(/NaN|null/);
});
