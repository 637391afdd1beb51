import { type KernelPool, kernelPool } from '@ganscout/kernels';
import { WASM_BINARY } from './wasm-binary.js';

/** Constants of {@link createAdam}. */
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

/** The state of the optimizer for some arrays of parameters. */
export interface Adam {
  /**
   * Takes a step, to the same bytes on any number of threads, and overwrites the parameters.
   *
   * @param gradients as many arrays as there are of parameters, of the same lengths. @param learningRate positive.
   */
  step(gradients: readonly Float32Array[], learningRate: number): void;
  /** Gives the memory back. No step can be taken afterwards. */
  release(): void;
}

/** Parameters that one call of the kernel updates; a multiple of 4. */
const CALL_PARAMETERS = 65536;
/** Optimizers in the memory of each pool. */
const living = new Map<KernelPool, number>();

/**
 * Starts Adam with sums of zero.
 *
 * The sums M ← β1 M + g and V ← β2 V + g² are Adam's moments over (1 - β1) and (1 - β2); with `scale` a and `offset` b of
 * {@link adamScalars} the step is p ← p - M / (a √V + b). It equals bias-corrected Adam in fewer operations. One pass over
 * the parameters, which the kernels keep too.
 *
 * @param parameters as they are before the first step; overwritten by each step, and by nothing else. @param threads at least 1.
 *
 * Cost: 16 bytes of memory a parameter, given back when no optimizer is left.
 * Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with ε outside
 * the corrected root and the decay in the gradient, as in PyTorch's `Adam`.
 */
export function createAdam(parameters: readonly Float32Array[], options: AdamOptions, threads: number): Adam {
  const pool = kernelPool(WASM_BINARY, threads);
  living.set(pool, (living.get(pool) ?? 0) + 1);
  const starts: number[] = [];
  let total = 0;
  for (const { length } of parameters) {
    starts.push(total);
    total += length;
  }
  const size = Math.ceil(total / 4) * 4;
  const [parametersAt, gradientsAt, sumsAt, squaresAt] = Array.from({ length: 4 }, () =>
    pool.reserve(size * 4),
  );
  for (const at of [parametersAt, gradientsAt, sumsAt, squaresAt]) pool.float32(at!, size).fill(0);
  const copyAll = (arrays: readonly Float32Array[], address: number) => {
    const to = pool.float32(address, size);
    arrays.forEach((values, i) => void to.set(values, starts[i]));
  };
  copyAll(parameters, parametersAt!);
  const { beta1, beta2, weightDecay } = options;
  let steps = 0;
  return {
    step(gradients, learningRate) {
      steps++;
      const { scale, offset } = adamScalars(steps, learningRate, options);
      copyAll(gradients, gradientsAt!);
      const calls: number[][] = [];
      for (let first = 0; first < size; first += CALL_PARAMETERS) {
        const places = [parametersAt!, sumsAt!, squaresAt!, gradientsAt!].map((at) => at + first * 4);
        const count = Math.min(CALL_PARAMETERS, size - first);
        calls.push([...places, count, beta1, beta2, weightDecay, scale, offset]);
      }
      pool.run('adamStep', calls);
      const own = pool.float32(parametersAt!, size);
      parameters.forEach((values, i) => {
        values.set(own.subarray(starts[i]!, starts[i]! + values.length));
      });
    },
    release() {
      const left = living.get(pool)! - 1;
      living.set(pool, left);
      if (left === 0) pool.release();
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
