import { add, div, mul, sqrt, sub } from './operators/elementwise.js';
import type { GraphValue } from './operators/rule.js';

/** Constants of {@link adamUpdate}. */
export interface AdamOptions {
  /** Decay of the mean of gradients, in [0, 1). */
  readonly beta1: number;
  /** Decay of the mean of squared gradients, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the mean square. */
  readonly epsilon: number;
  /** Multiple of the parameter that is added to its gradient. */
  readonly weightDecay: number;
}

/** A parameter with its running sums of gradients and of squared gradients; all of one shape. */
export interface AdamState {
  readonly parameter: GraphValue;
  readonly gradientSum: GraphValue;
  readonly squareSum: GraphValue;
}

/** The two scalars by which a step depends on its number and the learning rate. */
export interface AdamScalars {
  readonly scale: GraphValue;
  readonly offset: GraphValue;
}

/**
 * Adds one step of Adam to the graph.
 *
 * The sums M ← β1 M + g and V ← β2 V + g² start at zero and are Adam's moments over (1 - β1) and (1 - β2); with
 * `scale` a and `offset` b of {@link adamScalars} the step is p ← p - M / (a √V + b). It equals bias-corrected
 * Adam in fewer passes over the parameters.
 *
 * @returns the values after the step.
 *
 * Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with ε outside
 * the corrected root and the decay in the gradient, as in PyTorch's `Adam`.
 */
export function adamUpdate(
  { parameter, gradientSum, squareSum }: AdamState,
  gradient: GraphValue,
  { scale, offset }: AdamScalars,
  { beta1, beta2, weightDecay }: AdamOptions,
): AdamState {
  const decayed = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
  const nextGradientSum = add(mul(gradientSum, beta1), decayed);
  const nextSquareSum = add(mul(squareSum, beta2), mul(decayed, decayed));
  const step = div(nextGradientSum, add(mul(sqrt(nextSquareSum), scale), offset));
  return { parameter: sub(parameter, step), gradientSum: nextGradientSum, squareSum: nextSquareSum };
}

/**
 * The scalars of a step, from 1. They are computed here and not in the graph: in float32, 1 - β2^step loses four of
 * its seven digits in the first steps.
 */
export function adamScalars(
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon }: AdamOptions,
): { scale: number; offset: number } {
  const rate = (learningRate * (1 - beta1)) / (1 - beta1 ** step);
  return { scale: Math.sqrt((1 - beta2) / (1 - beta2 ** step)) / rate, offset: epsilon / rate };
}
