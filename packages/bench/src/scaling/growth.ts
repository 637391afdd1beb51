import type { ScalingRun } from './run-once.js';

/** How one stage grows with the number of images. */
export interface Growth {
  readonly stage: string;
  /** One value a run, in the order of the runs; NaN where a run had no such stage. */
  readonly seconds: readonly number[];
  /** Exponent b of time = a · n^b; null with fewer than two sizes. */
  readonly exponent: number | null;
}

/**
 * Fits the exponent b of y = a · x^b: the slope of the least-squares line through the logarithms.
 *
 * Pairs that are not positive are left out. @returns null with fewer than two different x.
 */
export function fitExponent(x: readonly number[], y: readonly number[]): number | null {
  const points = x
    .map((value, i) => [Math.log(value), Math.log(y[i] ?? Number.NaN)] as const)
    .filter((point) => point.every(Number.isFinite));
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let covariance = 0;
  let variance = 0;
  for (const [logX, logY] of points) {
    covariance += (logX - meanX) * (logY - meanY);
    variance += (logX - meanX) ** 2;
  }
  return variance > 0 ? covariance / variance : null;
}

/** The growth of each stage, in the order in which the runs name them. */
export function measureGrowth(runs: readonly ScalingRun[]): Growth[] {
  const sizes = runs.map(({ size }) => size);
  const stages = new Set(runs.flatMap(({ seconds }) => Object.keys(seconds)));
  return [...stages].map((stage) => {
    const seconds = runs.map((run) => run.seconds[stage] ?? Number.NaN);
    return { stage, seconds, exponent: fitExponent(sizes, seconds) };
  });
}
