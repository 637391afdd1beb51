import type { ParameterMemory } from './parameter-memory.js';

/**
 * The L2 norm of all gradients as of one vector, summed in float64 in one order.
 *
 * @returns NaN or infinity if a gradient is, and only then: squares of float32 do not overflow float64.
 */
export function gradientNorm(memory: ParameterMemory): number {
  return Math.sqrt(memory.run('squareSum', ['gradient']));
}

/**
 * The factor that brings a norm down to a largest one.
 *
 * @returns in (0, 1]; 1 if the norm is small enough. Source: PyTorch's `clip_grad_norm_`, its 1e-6 included.
 */
export function clippingScale(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6));
}
