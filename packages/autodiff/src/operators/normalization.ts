import { reduceMean } from './broadcast.js';
import { add, div, mul, sqrt, sub } from './elementwise.js';
import type { GraphValue } from './rule.js';
import { reshape } from './shape.js';

/** A normalized batch with the statistics it was normalized by. */
export interface NormalizedBatch {
  readonly result: GraphValue;
  /** C, mean over images and places. */
  readonly mean: GraphValue;
  /** C, variance over images and places, divided by their number. */
  readonly variance: GraphValue;
}

/**
 * Batch norm with the statistics of the batch itself, as in training.
 *
 * @param x N × C × spatial axes. @param scale C. @param shift C.
 * @param epsilon added to the variance.
 *
 * Source: S. Ioffe, C. Szegedy, "Batch Normalization", ICML 2015, algorithm 1.
 */
export function batchNorm(
  x: GraphValue,
  scale: GraphValue,
  shift: GraphValue,
  epsilon = 1e-5,
): NormalizedBatch {
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const mean = reduceMean(x, axes, true);
  const centered = sub(x, mean);
  const variance = reduceMean(mul(centered, centered), axes, true);
  const channels = [x.shape[1] as number];
  const factor = div(alongChannels(scale, x), sqrt(add(variance, epsilon)));
  return {
    result: add(mul(centered, factor), alongChannels(shift, x)),
    mean: reshape(mean, channels),
    variance: reshape(variance, channels),
  };
}

/** Batch norm with given statistics, as in inference. @param mean C. @param variance C. */
export function normalizeBy(
  x: GraphValue,
  { mean, variance, scale, shift }: Readonly<Record<'mean' | 'variance' | 'scale' | 'shift', GraphValue>>,
  epsilon = 1e-5,
): GraphValue {
  const factor = div(scale, sqrt(add(variance, epsilon)));
  const centered = sub(x, alongChannels(mean, x));
  return add(mul(centered, alongChannels(factor, x)), alongChannels(shift, x));
}

/** A value of each channel in the shape that broadcasts to `x`. */
function alongChannels(value: GraphValue, x: GraphValue): GraphValue {
  return reshape(value, [x.shape[1] as number, ...x.shape.slice(2).map(() => 1)]);
}
