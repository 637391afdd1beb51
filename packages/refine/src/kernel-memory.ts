import { type KernelPool, kernelPool } from '@ganscout/kernels';
import { WASM_BINARY } from './wasm-binary.js';

let holder: object | null = null;

/** Returns the pool of this package's kernels with all its memory free; what others have reserved in it is lost to them. */
export function claimPool(by: object): KernelPool {
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  holder = by;
  return pool;
}

/** Whether nobody has claimed the pool since. */
export function stillHolds(by: object): boolean {
  return holder === by;
}
