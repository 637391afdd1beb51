import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpy } from '@ganscout/data-model';
import { quantile } from '@ganscout/numeric';
import type { Benchmark, Comparison, PeerResult, Prepared } from './benchmark.js';
import { type MeasuredProcess, ProcessMissingError } from './measured-process.js';
import { startPeer } from './peer-process.js';

/** Median and least of some times, in seconds. */
export interface Times {
  readonly median: number;
  readonly least: number;
  readonly all: readonly number[];
}

/** What came of one benchmark. */
export interface Measurement {
  readonly name: string;
  readonly title: string;
  readonly aim: number;
  readonly peer: string;
  readonly ours: Times;
  /** Null if the peer is missing. */
  readonly peerTimes: Times | null;
  /** Median of the ratios ours / peer of the pairs; null without a peer. */
  readonly ratio: number | null;
  /** How the results agree, or why there is no peer. */
  readonly note: string;
  /** Whether the ratio is at most the aim and the results agree as they should; null without a peer. */
  readonly meetsAim: boolean | null;
  readonly versions: Readonly<Record<string, string>>;
  /** Cores that other programs kept busy just before. */
  readonly load: number;
}

/** How benchmarks are measured. */
export interface MeasuringContext {
  readonly pairs: number;
  readonly threads: number;
  readonly interpreter: string;
  /** Folder of the peers' scripts. */
  readonly peers: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Seconds since any fixed time. */
  readonly clock: () => number;
  /** Cores that are busy now, while the benchmark waits. */
  readonly load: () => Promise<number>;
  /** Milliseconds of rest before each run: threads that wait for work in a busy loop have gone to sleep by then. */
  readonly rest: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A run of this length in seconds needs no warm-up, and is not repeated for a median. */
export const LONG_RUN = 120;

interface Pair {
  readonly ours: number;
  readonly peer: number;
}

/**
 * Runs a benchmark beside its peer on the same arrays.
 *
 * Both are warmed up by a run that does not count, the peer first. Then pairs alternate: ours, peer, ours, peer. Where
 * a warm-up takes more than {@link LONG_RUN} seconds there is one pair, and the run of that side is its warm-up.
 *
 * @throws {Error} if ours or the peer fails; a peer that is missing is no failure.
 */
export async function measure<Result>(
  benchmark: Benchmark<Result>,
  context: MeasuringContext,
): Promise<Measurement> {
  const load = await context.load();
  const folder = mkdtempSync(join(tmpdir(), 'ganscout-bench-'));
  let prepared: Prepared<Result> | null = null;
  let peer: MeasuredProcess | string = '';
  try {
    context.onProgress(`${benchmark.name}: preparing`);
    prepared = await benchmark.prepare({
      threads: context.threads,
      folder,
      save(name, array) {
        const file = join(folder, name);
        writeFileSync(file, encodeNpy(array));
        return file;
      },
    });
    peer = await findPeer(benchmark, prepared, context);
    return { ...(await runPairs(benchmark, prepared, peer, context)), load };
  } finally {
    if (typeof peer !== 'string') peer.stop();
    await prepared?.release?.();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The peer's process, or why there is none. */
async function findPeer<Result>(
  benchmark: Benchmark<Result>,
  { peerInput }: Prepared<Result>,
  { interpreter, peers, threads, environment }: MeasuringContext,
): Promise<MeasuredProcess | string> {
  const script = join(peers, benchmark.peer.script);
  try {
    return await startPeer({ interpreter, script, input: peerInput, threads, environment });
  } catch (error) {
    if (error instanceof ProcessMissingError) return error.message;
    throw error;
  }
}

async function runPairs<Result>(
  benchmark: Benchmark<Result>,
  prepared: Prepared<Result>,
  peer: MeasuredProcess | string,
  context: MeasuringContext,
): Promise<Omit<Measurement, 'load'>> {
  const { name, title, aim, repetitions = 1 } = benchmark;
  const hasPeer = typeof peer !== 'string';
  let result: Result;
  let peerResult: PeerResult | null = null;
  const runOurs = async () => {
    const run = await timeOurs(prepared, repetitions, context);
    result = run.result;
    return run.seconds;
  };
  const runPeer = async () => {
    if (!hasPeer) return Number.NaN;
    await pause(context);
    const run = await peer.run(repetitions);
    peerResult = run.result;
    return run.seconds;
  };
  context.onProgress(`${name}: warm-up`);
  const warmPeer = await runPeer();
  if (peerResult !== null) await prepared.adapt?.(peerResult);
  const warmOurs = await runOurs();
  const isLong = (seconds: number) => seconds * repetitions > LONG_RUN;
  const pairs: Pair[] = [];
  const count = isLong(warmOurs) || isLong(warmPeer) ? 1 : context.pairs;
  while (pairs.length < count) {
    context.onProgress(`${name}: ${pairs.length + 1} of ${count}`);
    const ours = isLong(warmOurs) ? warmOurs : await runOurs();
    pairs.push({ ours, peer: isLong(warmPeer) ? warmPeer : await runPeer() });
  }
  const comparison = prepared.compare(result!, peerResult);
  const ours = summarize(pairs.map((pair) => pair.ours));
  const common = { name, title, aim, peer: benchmark.peer.name, ours };
  if (!hasPeer) return { ...common, ...alone(peer, comparison) };
  const ratio = medianRatio(pairs);
  return {
    ...common,
    peerTimes: summarize(pairs.map((pair) => pair.peer)),
    ratio,
    note: comparison.note,
    meetsAim: comparison.holds && ratio <= aim,
    versions: peer.versions,
  };
}

function alone(reason: string, { note }: Comparison) {
  const text = [`peer missing: ${reason}`, note].filter((part) => part !== '').join('; ');
  return { peerTimes: null, ratio: null, note: text, meetsAim: null, versions: {} };
}

async function timeOurs<Result>(
  prepared: Prepared<Result>,
  repetitions: number,
  context: MeasuringContext,
): Promise<{ result: Result; seconds: number }> {
  await pause(context);
  const start = context.clock();
  let result = await prepared.run();
  for (let i = 1; i < repetitions; i++) result = await prepared.run();
  const seconds = (context.clock() - start) / repetitions;
  return { result, seconds: prepared.seconds?.(result) ?? seconds };
}

async function pause({ rest, signal }: MeasuringContext): Promise<void> {
  signal.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, rest));
}

/** Median of the ratios ours / peer. Both runs of a pair meet about the same load, so it does not move with it. */
export function medianRatio(pairs: readonly Pair[]): number {
  return quantile(
    pairs.map(({ ours, peer }) => ours / peer),
    0.5,
  );
}

function summarize(all: readonly number[]): Times {
  return { median: quantile(all, 0.5), least: Math.min(...all), all };
}
