import type { Benchmark } from './benchmark.js';
import { descriptorBenchmarks } from './benchmarks/descriptor.js';
import { embeddingBenchmark } from './benchmarks/embedding.js';
import { kmeansBenchmarks } from './benchmarks/kmeans.js';
import { mergeBenchmarks } from './benchmarks/merge.js';
import { metricsBenchmark } from './benchmarks/metrics.js';
import { networkBenchmarks } from './benchmarks/networks.js';
import { refineBenchmark } from './benchmarks/refine.js';
import { runBenchmark } from './benchmarks/run.js';
import { wtaBenchmark } from './benchmarks/wta.js';

/** Every benchmark, in the order of the table. */
export const ALL_BENCHMARKS: readonly Benchmark[] = [
  ...kmeansBenchmarks,
  wtaBenchmark,
  ...mergeBenchmarks,
  refineBenchmark,
  embeddingBenchmark,
  ...networkBenchmarks,
  ...descriptorBenchmarks,
  metricsBenchmark,
  runBenchmark,
];
