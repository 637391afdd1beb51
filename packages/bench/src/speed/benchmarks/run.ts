import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseConfig,
  type ResolvedConfig,
  type RunOutcome,
  resolveConfig,
  runDiscovery,
} from '@ganscout/pipeline';
import type { Benchmark, Prepared, Setting } from '../benchmark.js';
import { drawMixture } from './mixture.js';

/** How large a run is. */
export interface RunSize {
  readonly knownSources: number;
  readonly unknownSources: number;
  readonly labelledPerSource: number;
  readonly discovery: number;
  readonly dims: number;
  /** `path=value` options on top of the preset. */
  readonly settings: readonly string[];
}

const FULL: RunSize = {
  knownSources: 12,
  unknownSources: 12,
  labelledPerSource: 500,
  discovery: 20_000,
  dims: 512,
  settings: [],
};

/** A run, with what each stage took in all rounds. */
interface TimedRun {
  readonly outcome: RunOutcome;
  readonly secondsByStage: ReadonlyMap<string, number>;
}

/** Writes features with the table beside them, and returns their place. */
function writeFeatures(
  { folder, save }: Setting,
  name: string,
  { data, components }: { data: Float32Array; components: Int32Array },
): string {
  const rows = components.length;
  const file = save(`${name}.npy`, { shape: [rows, data.length / rows], data });
  const lines = Array.from(components, (component, i) => `${name}-${i},source-${component}`);
  writeFileSync(join(folder, `${name}.csv`), `${['id,source', ...lines].join('\n')}\n`);
  return file;
}

/** Balanced rows of the known sources. */
function drawLabelled(size: RunSize): { data: Float32Array; components: Int32Array } {
  const { knownSources, unknownSources, labelledPerSource, dims } = size;
  const components = knownSources + unknownSources;
  const mixture = { dims, components, separation: 0.5, noise: 0, seed: 6 };
  const drawn = drawMixture({ ...mixture, rows: 2 * components * labelledPerSource });
  const counts = new Int32Array(components);
  const rows = [...drawn.components.keys()].filter((row) => {
    const component = drawn.components[row]!;
    return component < knownSources && counts[component]!++ < labelledPerSource;
  });
  const data = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    data.set(drawn.data.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return { data, components: Int32Array.from(rows, (row) => drawn.components[row]!) };
}

/** Prepares a run of this size and the same in Python. */
export function prepareRun(size: RunSize, setting: Setting): Prepared<TimedRun> {
  const { folder, threads } = setting;
  const { knownSources, unknownSources, discovery, dims } = size;
  const components = knownSources + unknownSources;
  const labelled = drawLabelled(size);
  const drawn = drawMixture({ rows: discovery, dims, components, separation: 0.5, noise: 0, seed: 6 });
  const known = writeFeatures(setting, 'known', labelled);
  const features = writeFeatures(setting, 'discovery', drawn);
  const text = `preset: girish2021\nrun: { threads: ${threads}, output: run }\ndata: { knownFeatures: known.npy, discoveryFeatures: discovery.npy }\n`;
  const config = resolveConfig(parseConfig(text, join(folder, 'pipeline.yaml')), {
    settings: size.settings,
    workingDirectory: folder,
  });
  return {
    peerInput: {
      known,
      labels: setting.save('labels.npy', { shape: [labelled.components.length], data: labelled.components }),
      discovery: features,
      rounds: config.rounds.map(optionsForPeer),
    },
    run: () => runTimed(config),
    compare: ({ outcome, secondsByStage }, peer) => {
      const { discoveredSources, unassigned } = outcome.summary.counts;
      const stages = [...secondsByStage].map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s`);
      const own = `${stages.join(', ')}; ${discoveredSources} discovered, ${unassigned} unassigned`;
      const theirs = peer === null ? '' : `; peer ${peer.stages}; ${peer.discovered}, ${peer.unassigned}`;
      return { note: `${own}${theirs}`, holds: true };
    },
  };
}

/** What the script needs to know of a round. */
function optionsForPeer({ extractor, ood, kmeans, refine }: ResolvedConfig['rounds'][number]) {
  const { hiddenSizes, dropout, learningRate, batchSize, epochs } = extractor.embedding;
  const { hashCount, windowSize, thresholdQuantile } = ood;
  const { clusterCount, maxIterations } = kmeans;
  const { minimumSize, minimumShare, cost } = refine;
  return {
    ...{ hiddenSizes, dropout, learningRate, batchSize, epochs },
    ...{ hashCount, windowSize, thresholdQuantile },
    ...{ clusterCount, maxIterations, minimumSize, minimumShare, cost },
  };
}

async function runTimed(config: ResolvedConfig): Promise<TimedRun> {
  rmSync(config.run.output, { recursive: true, force: true });
  const secondsByStage = new Map<string, number>();
  const outcome = await runDiscovery(config, {
    resume: false,
    force: null,
    signal: new AbortController().signal,
    now: () => new Date(),
    listener(event) {
      if (event.type !== 'stage-end') return;
      secondsByStage.set(event.stage, (secondsByStage.get(event.stage) ?? 0) + event.seconds);
    },
  });
  return { outcome, secondsByStage };
}

/** Everything that `ganscout run` does: reading features, four rounds, writing the run directory. */
export const runBenchmark: Benchmark<TimedRun> = {
  name: 'run-20k',
  title: `discovery from features, ${FULL.discovery.toLocaleString('en')} images × ${FULL.dims}, preset girish2021, four rounds at the most`,
  aim: 0.05,
  peer: { name: 'PyTorch, scikit-learn', script: 'run_reference.py' },
  prepare: (setting) => prepareRun(FULL, setting),
};
