import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setKernelThreads } from '@ganscout/kernels';
import { createProgress } from '../progress.js';
import { runCommand } from '../run-command.js';
import { ALL_BENCHMARKS } from './all-benchmarks.js';
import type { Benchmark } from './benchmark.js';
import { chooseBenchmarks } from './choose-benchmarks.js';
import { describeEnvironment, measureBusyCores } from './environment.js';
import { runBenchmarks } from './run-benchmarks.js';
import { parseSpeedArguments, type SpeedArguments } from './speed-arguments.js';
import { formatJsonLine, formatSpeedReport, type SpeedReport } from './table.js';

/** Debian's Python, which Debian's modules are for. */
const DEFAULT_PYTHON = '/usr/bin/python3';
const PEERS = fileURLToPath(new URL('../../peers/', import.meta.url));
/** Milliseconds of rest before each run. */
const REST = 150;
/** Milliseconds over which the load by other programs is taken. */
const LOAD_INTERVAL = 1000;

async function run(values: SpeedArguments, signal: AbortSignal): Promise<number> {
  const benchmarks = chooseBenchmarks(ALL_BENCHMARKS, values.names);
  if (values.list) {
    process.stdout.write(listOf(benchmarks));
    return 0;
  }
  const report = await runAll(benchmarks, values, signal);
  if (!values.json) process.stdout.write(formatSpeedReport(report));
  const output = outputOf(values, report);
  if (output !== null) writeReport(output, report);
  return report.failures.length === 0 ? 0 : 1;
}

async function runAll(
  benchmarks: readonly Benchmark[],
  { pairs, threads, json }: SpeedArguments,
  signal: AbortSignal,
): Promise<SpeedReport> {
  setKernelThreads(threads);
  const environment = describeEnvironment(process.cwd(), new Date());
  const progress = createProgress(process.stderr, Date.now);
  const context = {
    pairs,
    threads,
    interpreter: process.env.PYTHON ?? DEFAULT_PYTHON,
    peers: PEERS,
    environment: process.env,
    clock: () => performance.now() / 1000,
    load: () => measureBusyCores(LOAD_INTERVAL),
    rest: REST,
    onProgress: progress.show,
    signal,
  };
  const outcome = await runBenchmarks(benchmarks, context, {
    measured(measurement) {
      if (json) process.stdout.write(`${formatJsonLine(measurement)}\n`);
      else progress.print(`${measurement.name}: ratio ${measurement.ratio?.toPrecision(3) ?? 'unknown'}`);
    },
    failed: (name, reason) => progress.print(`${name} failed: ${reason}`),
  });
  return { version: 1, environment, pairs, threads, ...outcome };
}

function listOf(benchmarks: readonly Benchmark[]): string {
  return benchmarks
    .map(({ name, title, peer, aim }) => `${name.padEnd(22)}${title}; ${peer.name}, ≤ ${aim}\n`)
    .join('');
}

/** A part of the benchmarks does not take the place of the day's whole report. */
function outputOf({ output, names }: SpeedArguments, { environment }: SpeedReport): string | null {
  if (output !== null) return resolve(output);
  return names.length > 0 ? null : resolve('bench/results', environment.date.slice(0, 10));
}

function writeReport(output: string, report: SpeedReport): void {
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(`${output}.md`, formatSpeedReport(report));
  writeFileSync(`${output}.json`, `${JSON.stringify(report, null, 2)}\n`);
}

process.exitCode = await runCommand(process.argv.slice(2), {
  name: 'bench',
  parse: parseSpeedArguments,
  run,
});
