import type { Assignment, FeatureSet, ImageId } from '@ganscout/data-model';
import type { ImageRecord } from '@ganscout/images';
import type { ResolvedConfig } from './config/resolve.js';
import type { StageOptions } from './config/schema.js';
import type { Listener } from './events.js';
import { initialState, isSameDiscovery, type LabelState, readState } from './label-state.js';
import { labelSteps } from './label-steps.js';
import { offerTrainedBackbone, type TrainedBackbone } from './round-backbone.js';
import { whySettled, whyUndone } from './round-margin.js';
import {
  type Content,
  type FittedBasis,
  offerLayers,
  offerWhitened,
  type TrainedNetwork,
} from './round-spaces.js';
import { trainsBackbone } from './round-stages.js';
import { type OfferedSpace, offerLazily, Spaces, standardizeByKnown } from './spaces.js';
import { type StageRunner, stageSeed } from './stage-runner.js';
import type { RoundConstraints } from './stages/constrain.js';
import { readScores } from './stages/detect.js';
import { loadRows } from './stored-rows.js';

/** What the rounds work on. */
export interface RoundsInput {
  readonly config: ResolvedConfig;
  readonly ids: { readonly known: readonly ImageId[]; readonly discovery: readonly ImageId[] };
  /** All images, the known ones first; none where features came from elsewhere. */
  readonly records: readonly ImageRecord[];
  /** Descriptors, features of a frozen backbone, or features from elsewhere; null where a trained backbone does without. */
  readonly described: Content | null;
  readonly knownLabels: Int32Array;
  /** Labelled images of one group show the same content. */
  readonly knownGroups: Int32Array;
  readonly knownCount: number;
  /** Digest of the known sources and what is known of their images. */
  readonly knownDigest: string;
  /** Digest of the images of both sets. */
  readonly imagesDigest: string;
  /** Digest of images, labels and features. */
  readonly digest: string;
  /** What people said of discovery images; null if they said nothing. */
  readonly constraints: RoundConstraints | null;
}

/** What surrounds the rounds. */
export interface RoundContext {
  readonly input: RoundsInput;
  readonly runner: StageRunner;
  readonly listener: Listener;
  readonly signal: AbortSignal;
}

/** What one round hands to the next, and where the last one ended. */
export interface RoundState {
  readonly labels: LabelState;
  /** Digest of the stage that made the labels. */
  readonly digest: string;
  readonly spaces: Spaces;
  readonly network: TrainedNetwork | null;
  readonly backbone: TrainedBackbone | null;
  readonly basis: FittedBasis | null;
  /** N, conformal p-values of being of a known source, by the last test made; 0 before the first. */
  readonly knownPValue: Float32Array;
}

/** Where the rounds ended. */
export interface RoundsResult extends RoundState {
  /** What the first round found, as it left it. */
  readonly afterFirstRound: Assignment;
  readonly lastRound: number;
  readonly endedBecause: string;
}

/**
 * Makes discovery rounds until one changes nothing or the last is done.
 *
 * What a round hands to the next is what was discovered. A round that leaves it as it was has changed nothing, and the
 * next is made only if its options are others. Where a round makes its clusters anew, no further one is made if hardly
 * anything moved, and a round whose clusters have collapsed is undone.
 */
export async function runRounds(context: RoundContext): Promise<RoundsResult> {
  const { config, ids, knownCount, digest } = context.input;
  let state: RoundState = {
    labels: initialState(ids.discovery.length, knownCount),
    digest,
    spaces: new Spaces(describedSpaces(context.input)),
    network: null,
    backbone: null,
    basis: null,
    knownPValue: new Float32Array(ids.discovery.length),
  };
  let afterFirstRound = state.labels.assignment;
  let round = 0;
  let firstSpace: FeatureSet | null = null;
  for (const options of config.rounds) {
    round += 1;
    const earlier = state;
    const before = earlier.labels.assignment;
    state = await runRound(context, earlier, options, round);
    const after = state.labels.assignment;
    if (round === 1) afterFirstRound = after;
    firstSpace ??= state.spaces.rows(options.kmeans.space).discovery;
    const isAnew = round > 1 && options.kmeans.images === 'unknown';
    const undone = isAnew ? whyUndone(firstSpace, before, after, round) : null;
    if (undone !== null) {
      context.listener({ type: 'round-end', round, state: earlier.labels, changed: false, undone });
      return { ...earlier, afterFirstRound, lastRound: round - 1, endedBecause: undone };
    }
    const changed = !isSameDiscovery(before, after);
    context.listener({ type: 'round-end', round, state: state.labels, changed });
    const hardly = isAnew ? whySettled(before, after, round) : null;
    const settled = changed ? hardly : `round ${round} changed nothing`;
    const isSameNext = JSON.stringify(config.rounds[round]) === JSON.stringify(options);
    if (settled !== null && isSameNext)
      return { ...state, afterFirstRound, lastRound: round, endedBecause: settled };
  }
  return { ...state, afterFirstRound, lastRound: round, endedBecause: `run.rounds is ${round}` };
}

async function runRound(
  context: RoundContext,
  before: RoundState,
  options: StageOptions,
  round: number,
): Promise<RoundState> {
  let state: RoundState = await makeSpaces(context, before, options, round);
  for (const step of labelSteps(context.input, options, round)) {
    const { config, knownDigest } = context.input;
    const seed = stageSeed(config.run.seed, step.stage, round);
    const features = state.spaces.digest(step.spaces);
    const inputs = { labels: state.digest, features, known: knownDigest, seed: String(seed), ...step.inputs };
    const key = { round, stage: step.stage, options: step.options, inputs };
    const { result, digest } = await context.runner.run(
      key,
      async (writer) => step.compute(state, writer, seed),
      (output) => ({ labels: readState(output), scores: readScores(output) }),
      ({ labels, scores }) => ({ state: labels, oodScore: scores?.oodScore ?? null }),
    );
    const knownPValue = result.scores?.pValue ?? state.knownPValue;
    state = { ...state, labels: result.labels, digest, knownPValue };
  }
  return state;
}

/** The described rows standardized, as `descriptor`; of a frozen backbone that stands in for it as `backbone` too. */
function describedSpaces({ described, config }: RoundsInput): OfferedSpace[] {
  if (described === null) return [];
  const { rows, digest } = described;
  const descriptor = offerLazily('descriptor', digest, () => standardizeByKnown(loadRows(rows)));
  const isBackbone = !trainsBackbone(config.rounds) && config.rounds[0]?.extractor.backbone !== null;
  const backbone = offerLazily('backbone', digest, () => descriptor.rows);
  return isBackbone ? [descriptor, backbone] : [descriptor];
}

/** Makes the spaces of a round: by training the backbone and whitening its features, or by whitening and the network on it. */
async function makeSpaces(
  context: RoundContext,
  before: RoundState,
  options: StageOptions,
  round: number,
): Promise<RoundState> {
  const { labels } = before;
  if (trainsBackbone(context.input.config.rounds)) {
    const trained = await offerTrainedBackbone(
      context,
      before.spaces,
      labels,
      before.backbone,
      options,
      round,
    );
    const { content, backbone } = trained;
    const whitened = await offerWhitened(context, content, trained.spaces, labels, null, options, round);
    return { ...before, ...whitened, backbone };
  }
  const described = context.input.described as Content;
  const whitened = await offerWhitened(
    context,
    described,
    before.spaces,
    labels,
    before.basis,
    options,
    round,
  );
  const layers = await offerLayers(context, whitened.spaces, labels, before.network, options, round);
  return { ...before, ...layers, basis: whitened.basis };
}
