import { type AdamOptions, createAdam } from './adam.js';
import type { ParameterMemory, ParameterRole } from './parameter-memory.js';
import { createSgd, type SgdOptions } from './sgd.js';

/**
 * Which optimizer, and its constants: β1 = 0.9, β2 = 0.999, ε = 1e-8 and no weight decay (0.01 for `adamw`) unless told
 * otherwise; momentum 0.9, no Nesterov and no weight decay for `sgd`.
 */
export type OptimizerOptions =
  | ({ readonly kind: 'adam' | 'adamw' } & Partial<AdamOptions>)
  | ({ readonly kind: 'sgd' } & Partial<SgdOptions>);

/** What a step depends on besides parameters, gradients and sums. */
export interface OptimizerStep {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Positive. */
  readonly learningRate: number;
  /** Every gradient is multiplied by it before anything else; 1 changes nothing. */
  readonly gradientScale: number;
}

/** A way to update parameters. */
export interface Optimizer {
  readonly kind: OptimizerOptions['kind'];
  /** What it keeps of earlier steps; all zero before the first. */
  readonly sums: readonly ParameterRole[];
  /** Overwrites the parameters and the sums, in one pass over them. */
  step(memory: ParameterMemory, step: OptimizerStep): void;
}

/** Chooses an optimizer. @throws {RangeError} if a constant is out of its range. */
export function createOptimizer(options: OptimizerOptions): Optimizer {
  if (options.kind === 'sgd') {
    const { momentum = 0.9, nesterov = false, weightDecay = 0 } = options;
    checkConstants({ momentum }, { weightDecay });
    if (nesterov && momentum === 0)
      throw new RangeError('createOptimizer: momentum must be positive with nesterov, got 0');
    return createSgd({ momentum, nesterov, weightDecay });
  }
  const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const { weightDecay = kind === 'adamw' ? 0.01 : 0 } = options;
  checkConstants({ beta1, beta2 }, { epsilon, weightDecay });
  return createAdam(kind, { beta1, beta2, epsilon, weightDecay });
}

function checkConstants(
  shares: Readonly<Record<string, number>>,
  sizes: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(shares)) {
    if (!(value >= 0 && value < 1))
      throw new RangeError(`createOptimizer: ${name} must be in [0, 1), got ${value}`);
  }
  for (const [name, value] of Object.entries(sizes)) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`createOptimizer: ${name} must be finite and at least 0, got ${value}`);
  }
}
