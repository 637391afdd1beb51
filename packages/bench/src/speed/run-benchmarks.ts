import type { Benchmark } from './benchmark.js';
import { type Measurement, type MeasuringContext, measure } from './measure.js';
import type { SpeedReport } from './table.js';

/** Hears of each benchmark as soon as it is done. */
export interface BenchmarkListener {
  measured(measurement: Measurement): void;
  failed(name: string, reason: string): void;
}

/**
 * Measures the benchmarks one after the other; one that fails does not keep the others from being measured.
 *
 * @throws the signal's reason if it is aborted.
 */
export async function runBenchmarks(
  benchmarks: readonly Benchmark[],
  context: MeasuringContext,
  listener: BenchmarkListener,
): Promise<Pick<SpeedReport, 'measurements' | 'failures'>> {
  const measurements: Measurement[] = [];
  const failures: { name: string; reason: string }[] = [];
  for (const benchmark of benchmarks) {
    context.signal.throwIfAborted();
    try {
      const measurement = await measure(benchmark, context);
      measurements.push(measurement);
      listener.measured(measurement);
    } catch (error) {
      context.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ name: benchmark.name, reason });
      listener.failed(benchmark.name, reason);
    }
  }
  return { measurements, failures };
}
