import { nearestKnownSource } from '@ganscout/baselines';
import { type FeatureSet, selectRows, UNASSIGNED, unassignedRows } from '@ganscout/data-model';
import {
  completeLabels,
  type DescribedImages,
  discoverInMemory,
  type KeptStages,
  type Listener,
  type ResolvedConfig,
  type SpaceRows,
  type StageOptions,
} from '@ganscout/pipeline';
import type { BaselineDefinition } from './baseline-methods.js';
import type { BenchSplit } from './bench-split.js';
import type { Outcome } from './outcome.js';
import { type ConfiguredMethod, REFERENCE } from './presets-and-ablations.js';

/** Which images a baseline clusters: those that the test of the first round rejected, or all. */
export type BaselineImages = 'rejected' | 'all';

/** What methods are run on, and with. */
export interface MethodInput {
  readonly split: BenchSplit;
  /** Every image of the split is in one of these. */
  readonly described: readonly DescribedImages[];
  /** Seed of everything random in every method. */
  readonly seed: number;
  /** The configuration with more settings. */
  readonly configure: (settings: readonly string[]) => ResolvedConfig;
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

/** Runs methods on one split with one seed; what several of them do alike is done once. */
export class MethodRunner {
  readonly #input: MethodInput;
  readonly #kept: KeptStages = new Map();
  #first: Promise<FirstRound> | null = null;

  constructor(input: MethodInput) {
    this.#input = input;
  }

  /** The configuration that a method has. */
  configOf({ settings }: ConfiguredMethod): ResolvedConfig {
    return this.#input.configure([...settings, `run.seed=${this.#input.seed}`]);
  }

  /** Discovers with a preset, or one of its stages left out. @throws as `discoverInMemory`. */
  async discover(method: ConfiguredMethod): Promise<Outcome> {
    const { assignment, attribution } = await this.#discover(this.configOf(method), this.#input.listener);
    return { ...assignment, completed: attribution.completed, namesKnown: true };
  }

  /** Clusters the features that k-means of the reference sees in its first round. */
  async cluster({ cluster }: BaselineDefinition, images: BaselineImages): Promise<Outcome> {
    const { rows, labels: tested } = await this.#firstRound();
    const { split, seed } = this.#input;
    const { knownSources, knownLabels, unknownSources, truth } = split;
    const knownCount = knownSources.length;
    const labels = images === 'all' ? new Int32Array(tested.length).fill(UNASSIGNED) : tested.slice();
    const chosen = unassignedRows({ labels, knownCount, clusterCount: knownCount });
    const present = new Set(truth.truth.labels.filter((source) => source !== UNASSIGNED)).size;
    const sourceCount = Math.max(1, images === 'all' ? present : unknownSources.length);
    if (chosen.length > 0) {
      const found = cluster({ features: selectRows(rows.discovery, chosen), sourceCount, seed });
      chosen.forEach((row, i) => {
        if (found[i] !== UNASSIGNED) labels[row] = knownCount + (found[i] as number);
      });
    }
    const clusterCount = Math.max(knownCount, ...labels.map((label) => label + 1));
    const assignment = { labels, knownCount, clusterCount };
    const completed =
      images === 'all'
        ? completeAmongClusters(rows, labels, knownCount, clusterCount)
        : completeLabels(rows, knownLabels, { assignment });
    return { ...assignment, completed, namesKnown: images === 'rejected' };
  }

  /** Gives each image the nearest known source. */
  async nearestKnown(): Promise<Outcome> {
    const { rows } = await this.#firstRound();
    const knownCount = this.#input.split.knownSources.length;
    const labels = nearestKnownSource(rows.known, this.#input.split.knownLabels, rows.discovery);
    return { labels, completed: labels, knownCount, clusterCount: knownCount, namesKnown: true };
  }

  #firstRound(): Promise<FirstRound> {
    this.#first ??= this.#doFirstRound();
    return this.#first;
  }

  async #doFirstRound(): Promise<FirstRound> {
    const settings = [...REFERENCE.settings, 'run.rounds=1', `run.seed=${this.#input.seed}`];
    const config = this.#input.configure(settings);
    let labels: Int32Array | null = null;
    const { rowsIn } = await this.#discover(config, (event) => {
      if (event.type === 'stage-end' && event.stage === 'ood')
        labels = event.state?.assignment.labels ?? null;
      this.#input.listener(event);
    });
    const { kmeans } = config.rounds[0] as StageOptions;
    if (labels === null) throw new Error('the first round ended without an out-of-distribution test');
    return { rows: rowsIn(kmeans.space), labels };
  }

  #discover(config: ResolvedConfig, listener: Listener) {
    const { split, described, signal, clock } = this.#input;
    const { known, discovery } = split;
    const input = { config, known, discovery, described, kept: this.#kept };
    return discoverInMemory(input, { listener, signal, clock });
  }
}

interface FirstRound {
  readonly rows: SpaceRows;
  /** After the test: a known label, or -1. */
  readonly labels: Int32Array;
}

/** Gives unassigned images to the clusters found, where known sources play no part. */
function completeAmongClusters(
  { known, discovery }: SpaceRows,
  labels: Int32Array,
  knownCount: number,
  clusterCount: number,
): Int32Array {
  const none: FeatureSet = { ...known, ids: [], data: new Float32Array(0) };
  const shifted = labels.map((label) => (label === UNASSIGNED ? UNASSIGNED : label - knownCount));
  const assignment = { labels: shifted, knownCount: 0, clusterCount: clusterCount - knownCount };
  const completed = completeLabels({ known: none, discovery }, new Int32Array(0), { assignment });
  return completed.map((label) => (label === UNASSIGNED ? UNASSIGNED : label + knownCount));
}
