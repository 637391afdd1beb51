import type { FeatureSet } from '@ganscout/data-model';
import { loadMlKMeans } from '@ganscout/kmeans';
import { loadHnswSearch } from '@ganscout/nn-merge';
import type { SpaceName, StageOptions } from './config/schema.js';
import { type LabelState, writeState } from './label-state.js';
import type { RoundState, RoundsInput } from './rounds.js';
import type { StageName } from './stage-name.js';
import type { StageWriter } from './stage-store.js';
import { clusterStage } from './stages/cluster.js';
import { constrain, digestOfConstraints } from './stages/constrain.js';
import { detectStage, writeScores } from './stages/detect.js';
import { type KnownLabels, mergeStage } from './stages/merge.js';
import { refineStage } from './stages/refine.js';

/** A stage that sets labels. */
export interface LabelStep {
  readonly stage: StageName;
  readonly options: unknown;
  readonly spaces: readonly SpaceName[];
  /** Digests of what it depends on beside labels and features. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly compute: (state: RoundState, writer: StageWriter, seed: number) => void | Promise<void>;
}

/** The stages of a round that set labels, in order; what people said of images holds after merging and after refinement. */
export function labelSteps(
  { knownLabels, knownGroups, constraints }: RoundsInput,
  options: StageOptions,
  round: number,
): readonly LabelStep[] {
  const known = { labels: knownLabels, groups: knownGroups };
  const said: Said =
    constraints === null
      ? { inputs: {}, obey: (_, state) => state }
      : {
          inputs: { constraints: digestOfConstraints(constraints) },
          obey: (discovery, state) => constrain(discovery, state, constraints, round),
        };
  return [
    detectStep(known, options, round),
    clusterStep(options, round),
    mergeStep(known, said, options, round),
    refineStep(said, options, round),
  ];
}

/** What people said of images. */
interface Said {
  readonly inputs: Readonly<Record<string, string>>;
  readonly obey: (discovery: FeatureSet, state: LabelState) => LabelState;
}

function detectStep(known: KnownLabels, { ood }: StageOptions, round: number): LabelStep {
  const attribution: readonly SpaceName[] = ood.attribution === 'argmax' ? ['logits'] : [];
  return {
    stage: 'ood',
    options: ood,
    spaces: [...ood.space, ...attribution],
    inputs: {},
    compute({ labels, spaces }, writer, seed) {
      const logits = attribution.length === 0 ? null : spaces.rows(attribution).discovery;
      const rows = spaces.rows(ood.space);
      const detected = detectStage({ rows, known, state: labels, logits }, ood, round, seed);
      writeState(writer, detected.state);
      writeScores(writer, detected.scores);
    },
  };
}

function clusterStep({ kmeans }: StageOptions, round: number): LabelStep {
  return {
    stage: 'kmeans',
    options: kmeans,
    spaces: kmeans.space,
    inputs: {},
    async compute({ labels, spaces }, writer, seed) {
      const mlKMeans = kmeans.engine === 'ml-kmeans' ? await loadMlKMeans() : null;
      const { discovery } = spaces.rows(kmeans.space);
      writeState(writer, clusterStage(discovery, labels, kmeans, round, seed, mlKMeans).state);
    },
  };
}

function mergeStep(
  known: KnownLabels,
  { inputs, obey }: Said,
  { merge }: StageOptions,
  round: number,
): LabelStep {
  return {
    stage: 'merge',
    options: merge,
    spaces: merge.space,
    inputs,
    async compute({ labels, spaces }, writer) {
      const search = merge.search === 'hnsw' ? await loadHnswSearch() : null;
      const rows = spaces.rows(merge.space);
      writeState(writer, obey(rows.discovery, mergeStage(rows, known, labels, merge, round, search)));
    },
  };
}

function refineStep({ inputs, obey }: Said, { refine }: StageOptions, round: number): LabelStep {
  return {
    stage: 'refine',
    options: refine,
    spaces: refine.space,
    inputs,
    compute({ labels, spaces }, writer, seed) {
      const { discovery } = spaces.rows(refine.space);
      const { state, result } = refineStage(discovery, labels, refine, round, seed);
      writeState(writer, obey(discovery, state));
      writer.write('clusters.json', `${JSON.stringify(result?.clusters ?? [], null, 2)}\n`);
    },
  };
}
