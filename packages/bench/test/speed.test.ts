import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { UsageError } from '../src/command-line.js';
import { ALL_BENCHMARKS } from '../src/speed/all-benchmarks.js';
import type { Benchmark, PeerResult } from '../src/speed/benchmark.js';
import { chooseBenchmarks } from '../src/speed/choose-benchmarks.js';
import { measureBusyCores } from '../src/speed/environment.js';
import {
  LONG_RUN,
  type Measurement,
  type MeasuringContext,
  measure,
  medianRatio,
} from '../src/speed/measure.js';
import { runBenchmarks } from '../src/speed/run-benchmarks.js';
import { parseSpeedArguments } from '../src/speed/speed-arguments.js';
import { formatJsonLine, formatSpeedReport } from '../src/speed/table.js';

/** A context whose clock moves only when `spend` is called. */
function createContext(changes: Partial<MeasuringContext> = {}) {
  let now = 0;
  const context: MeasuringContext = {
    pairs: 3,
    threads: 2,
    interpreter: process.execPath,
    peers: fileURLToPath(new URL('.', import.meta.url)),
    environment: { ...process.env, OPENBLAS_CORETYPE: 'slow' },
    clock: () => now,
    load: async () => 0.25,
    rest: 0,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  };
  const spend = (seconds: number) => {
    now += seconds;
  };
  return { context, spend };
}

/** A benchmark that takes the given seconds, one run after the other. */
function fakeBenchmark(
  spend: (seconds: number) => void,
  seconds: readonly number[],
  peerInput: Readonly<Record<string, unknown>>,
  changes: Partial<Benchmark<number>> = {},
): Benchmark<number> & { readonly calls: string[]; readonly peerResults: (PeerResult | null)[] } {
  const calls: string[] = [];
  const peerResults: (PeerResult | null)[] = [];
  let run = 0;
  return {
    name: 'fake',
    title: 'nothing at all',
    aim: 0.5,
    peer: { name: 'other', script: 'fake-peer.mjs' },
    prepare: () => ({
      peerInput,
      adapt: () => void calls.push('adapt'),
      run() {
        calls.push('run');
        spend(seconds[run]!);
        return run++;
      },
      compare(result, peer) {
        peerResults.push(peer);
        return { note: `run ${result}`, holds: true };
      },
      release: () => void calls.push('release'),
    }),
    ...changes,
    calls,
    peerResults,
  };
}

it('medianRatio() is the median of the ratios, not the ratio of the medians', () => {
  // Ratios 2, 1/2 and 1; the medians are 4 and 2.
  const pairs = [
    { ours: 4, peer: 2 },
    { ours: 1, peer: 2 },
    { ours: 8, peer: 8 },
  ];
  expect(medianRatio(pairs)).toBe(1);
});

it('measure() warms both up, adapts ours to the first result of the peer, and times pairs', async () => {
  const { context, spend } = createContext();
  const benchmark = fakeBenchmark(spend, [9, 1, 2, 6], { seconds: [7, 4, 4, 8], result: { inertia: 3 } });
  const measurement = await measure(benchmark, context);
  expect(benchmark.calls).toEqual(['adapt', 'run', 'run', 'run', 'run', 'release']);
  expect(measurement).toMatchObject({
    ours: { median: 2, least: 1, all: [1, 2, 6] },
    peerTimes: { median: 4, least: 4, all: [4, 4, 8] },
    ratio: 0.5,
    meetsAim: true,
    note: 'run 3',
    versions: { fake: '1.2' },
    load: 0.25,
  });
  // The variable that slows OpenBLAS down is gone, and the threads are set.
  expect(benchmark.peerResults).toEqual([{ inertia: 3, kept: 'none', counts: '2 2', repetitions: 1 }]);
});

it('measure() divides the time of repeated runs by their number', async () => {
  const { context, spend } = createContext({ pairs: 1 });
  const seconds = [1, 1, 2, 4];
  const benchmark = fakeBenchmark(spend, seconds, { seconds: [1, 1] }, { repetitions: 2 });
  const { ours } = await measure(benchmark, context);
  expect(ours.all).toEqual([3]);
  expect(benchmark.peerResults[0]).toMatchObject({ repetitions: 2 });
});

it('measure() runs a long peer once', async () => {
  const { context, spend } = createContext();
  const benchmark = fakeBenchmark(spend, [9, 2], { seconds: [LONG_RUN + 10] });
  const { ours, peerTimes, ratio } = await measure(benchmark, context);
  expect([ours.all, peerTimes?.all]).toEqual([[2], [LONG_RUN + 10]]);
  expect(ratio).toBe(2 / (LONG_RUN + 10));
});

it('measure() does not meet the aim if the results do not agree', async () => {
  const { context, spend } = createContext({ pairs: 1 });
  const fake = fakeBenchmark(spend, [1, 1], { seconds: [9, 9] });
  const benchmark: Benchmark<number> = {
    ...fake,
    prepare: async (setting) => ({
      ...(await fake.prepare(setting)),
      compare: () => ({ note: 'worse', holds: false }),
    }),
  };
  expect(await measure(benchmark, context)).toMatchObject({ meetsAim: false, note: 'worse' });
});

it.each([
  ['python', { interpreter: '/nowhere/python3' }, {}, /^peer missing: \/nowhere\/python3 cannot run: /],
  ['a module', {}, { missing: 'faiss' }, /^peer missing: Python module faiss is missing; run 3$/],
])('measure() runs ours alone where %s is missing', async (_, changes, peerInput, note) => {
  const { context, spend } = createContext(changes);
  const measurement = await measure(fakeBenchmark(spend, [9, 1, 2, 6], peerInput), context);
  expect(measurement).toMatchObject({ ours: { median: 2 }, peerTimes: null, ratio: null, meetsAim: null });
  expect(measurement.note).toMatch(note);
  expect(formatJsonLine(measurement)).toBe(
    '{"name":"fake","ours_s":2,"peer":"other","peer_s":null,"ratio":null,"aim":0.5}',
  );
});

it('runBenchmarks() goes on after a failure, and gives the last line that the peer complained with', async () => {
  const { context, spend } = createContext({ pairs: 1 });
  const broken = fakeBenchmark(spend, [1, 1], { failure: 'ValueError: no' }, { name: 'broken' });
  const sound = fakeBenchmark(spend, [1, 1], { seconds: [1, 2] });
  const heard: string[] = [];
  const outcome = await runBenchmarks([broken, sound], context, {
    measured: ({ name }) => void heard.push(name),
    failed: (name, reason) => void heard.push(`${name}: ${reason}`),
  });
  expect(heard).toEqual(['broken: the peer failed: ValueError: no', 'fake']);
  expect(outcome.measurements).toHaveLength(1);
  expect(broken.calls).toEqual(['release']);
});

it('chooseBenchmarks() keeps the order of the list, and takes all where none is named', () => {
  const all = [{ name: 'b' }, { name: 'a' }, { name: 'c' }];
  expect(chooseBenchmarks(all, ['c', 'b'])).toEqual([{ name: 'b' }, { name: 'c' }]);
  expect(chooseBenchmarks(all, [])).toBe(all);
});

it('chooseBenchmarks() offers the nearest names in place of an unknown one', () => {
  const all = ['kmeans-20k-faiss', 'wta', 'merge-50k', 'merge-500', 'refine'].map((name) => ({ name }));
  expect(() => chooseBenchmarks(all, ['merge-5k'])).toThrow(
    new UsageError(
      'there is no benchmark "merge-5k"; the nearest names are merge-50k, merge-500, kmeans-20k-faiss, all: --list',
    ),
  );
});

const MEASURED: Measurement = {
  name: 'fast',
  title: 'something',
  aim: 1,
  peer: 'other',
  ours: { median: 0.01234, least: 0.0123, all: [] },
  peerTimes: { median: 123.4, least: 12.34, all: [] },
  ratio: 0.0001,
  note: 'same results',
  meetsAim: true,
  versions: { fake: '1.2' },
  load: 0,
};

it('formatSpeedReport() lines the columns up and tells machine, versions and what failed', () => {
  const alone = { ...MEASURED, name: 'alone', peerTimes: null, ratio: null, meetsAim: null, versions: {} };
  const text = formatSpeedReport({
    version: 1,
    environment: {
      date: '2026-01-02 03:04',
      processor: 'Chip',
      cores: 2,
      memoryGigabytes: 16,
      revision: null,
      versions: { node: '20.0.0' },
    },
    pairs: 5,
    threads: 2,
    measurements: [MEASURED, { ...alone, note: 'peer missing: Python module faiss is missing' }],
    failures: [{ name: 'broken', reason: 'no' }],
  });
  const lines = text.split('\n');
  expect(lines[2]).toBe('2026-01-02 03:04. Chip, 2 cores, 16 GB; 2 threads each; revision unknown.');
  expect(lines[4]).toBe('Versions: node 20.0.0, fake 1.2.');
  expect(lines.slice(8)).toEqual([
    '| benchmark | ours   | least  | peer         | median | least | ratio  | aim | met | load |',
    '| --------- | ------ | ------ | ------------ | ------ | ----- | ------ | --- | --- | ---- |',
    '| fast      | 0.0123 | 0.0123 | other        | 123    | 12.3  | 0.0001 | ≤ 1 | yes | 0.0  |',
    '| alone     | 0.0123 | 0.0123 | peer missing |        |       |        | ≤ 1 |     | 0.0  |',
    '',
    '- fast: something. same results.',
    '- alone: something. peer missing: Python module faiss is missing.',
    '- broken failed: no',
    '',
  ]);
});

it('formatJsonLine() gives the medians, the ratio and the aim', () => {
  expect(JSON.parse(formatJsonLine(MEASURED))).toEqual({
    name: 'fast',
    ours_s: 0.01234,
    peer: 'other',
    peer_s: 123.4,
    ratio: 0.0001,
    aim: 1,
  });
});

it('parseSpeedArguments() reads names and options, and fills in the others', async () => {
  expect(await parseSpeedArguments(['wta', '--pairs', '7', 'refine', '--json'])).toEqual({
    names: ['wta', 'refine'],
    list: false,
    json: true,
    pairs: 7,
    threads: 2,
    output: null,
  });
  expect(await parseSpeedArguments(['--help'])).toContain('--pairs');
});

it.each([
  [['--pairs', '0']],
  [['--threads', '1.5']],
  [['--nothing']],
])('parseSpeedArguments() refuses %j', async (args) => {
  await expect(parseSpeedArguments(args)).rejects.toThrow(UsageError);
});

it('every benchmark has a name of its own and a script', () => {
  expect(new Set(ALL_BENCHMARKS.map(({ name }) => name)).size).toBe(ALL_BENCHMARKS.length);
  for (const { peer } of ALL_BENCHMARKS) {
    expect(existsSync(new URL(`../peers/${peer.script}`, import.meta.url))).toBe(true);
  }
});

it('measureBusyCores() is between none and all cores', async () => {
  const busy = await measureBusyCores(20);
  expect(busy).toBeGreaterThanOrEqual(0);
});
