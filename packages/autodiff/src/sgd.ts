import type { Optimizer } from './optimizer.js';

/** Constants of {@link createSgd}. */
export interface SgdOptions {
  /** Share of the sum of gradients that is kept from step to step, in [0, 1). */
  readonly momentum: number;
  /** Whether steps go along the gradient plus momentum times the sum, in place of the sum. */
  readonly nesterov: boolean;
  /** Multiple of the parameter that is added to its gradient. */
  readonly weightDecay: number;
}

/**
 * Gradient descent with momentum: M ← momentum · M + g, p ← p - rate · M.
 *
 * Source: PyTorch's `SGD` without dampening; I. Sutskever et al., "On the importance of initialization and momentum in deep
 * learning", ICML 2013, section 2.
 */
export function createSgd({ momentum, nesterov, weightDecay }: SgdOptions): Optimizer {
  return {
    kind: 'sgd',
    sums: ['gradientSum'],
    step(memory, { learningRate, gradientScale }) {
      const scalars = [gradientScale, momentum, weightDecay, learningRate, Number(nesterov)];
      memory.run('sgdStep', ['parameter', 'gradient', 'gradientSum'], scalars);
    },
  };
}
