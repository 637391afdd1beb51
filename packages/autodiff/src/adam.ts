import type { Optimizer } from './optimizer.js';

/** Constants of {@link createAdam}. */
export interface AdamOptions {
  /** Decay of the mean of gradients, in [0, 1). */
  readonly beta1: number;
  /** Decay of the mean of squared gradients, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the mean square. */
  readonly epsilon: number;
  /** Adam: multiple of the parameter that is added to its gradient. AdamW: share of it, times the learning rate, that is lost in a step. */
  readonly weightDecay: number;
}

/**
 * Adam, or AdamW, whose weight decay does not go through the gradient.
 *
 * The sums M ← β1 M + g and V ← β2 V + g² are Adam's moments over (1 - β1) and (1 - β2); with `scale` a and `offset` b of
 * {@link adamScalars} the step is p ← p - M / (a √V + b). It equals bias-corrected Adam in fewer operations.
 *
 * Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with ε outside
 * the corrected root and the decay in the gradient, as in PyTorch's `Adam`; I. Loshchilov, F. Hutter, "Decoupled Weight Decay
 * Regularization", ICLR 2019, algorithm 2, with the decay times the learning rate, as in PyTorch's `AdamW`.
 */
export function createAdam(kind: 'adam' | 'adamw', options: AdamOptions): Optimizer {
  const { beta1, beta2, weightDecay } = options;
  return {
    kind,
    sums: ['gradientSum', 'squareSum'],
    step(memory, { step, learningRate, gradientScale }) {
      const { scale, offset } = adamScalars(step, learningRate, options);
      const [decay, kept] = kind === 'adam' ? [weightDecay, 1] : [0, 1 - learningRate * weightDecay];
      const scalars = [gradientScale, beta1, beta2, decay, kept, scale, offset];
      memory.run('adamStep', ['parameter', 'gradient', 'gradientSum', 'squareSum'], scalars);
    },
  };
}

/** The scalars of a step, from 1, in float64: in float32, 1 - β2^step loses four of its seven digits in the first steps. */
export function adamScalars(
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon }: AdamOptions,
): { scale: number; offset: number } {
  const rate = (learningRate * (1 - beta1)) / (1 - beta1 ** step);
  return { scale: Math.sqrt((1 - beta2) / (1 - beta2 ** step)) / rate, offset: epsilon / rate };
}
