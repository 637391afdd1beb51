import type { EpochReport, Weights } from '@ganscout/networks';
import { digestOf } from '@ganscout/storage';
import { digestOfBackbone, withoutPaths } from './backbone/backbone-files.js';
import { readInitialWeights } from './classifier/initial-weights.js';
import type { NetworkOptions } from './config/backbone-options.js';
import type { StageOptions } from './config/schema.js';
import type { LabelState } from './label-state.js';
import type { Content } from './round-spaces.js';
import type { RoundContext } from './rounds.js';
import { type OfferedSpace, offerLazily, type SpaceRows, type Spaces, standardizeByKnown } from './spaces.js';
import { stageSeed } from './stage-runner.js';
import { sampleIds } from './stages/describe.js';
import { backboneOf, readTrainedBackbone, trainBackboneStage } from './stages/train-backbone.js';
import { pairsOfLabelled } from './stages/whiten.js';
import { storedInMemory } from './stored-rows.js';

/** A backbone with the digest of the stage that trained it. */
export interface TrainedBackbone {
  readonly weights: Weights;
  readonly digest: string;
}

/**
 * Trains the backbone on the known and the discovered images, from where the round before left it, and offers its layers.
 *
 * @returns the spaces, the backbone, and what may be whitened.
 */
export async function offerTrainedBackbone(
  context: RoundContext,
  spaces: Spaces,
  labels: LabelState,
  previous: TrainedBackbone | null,
  options: StageOptions,
  round: number,
): Promise<{ spaces: Spaces; backbone: TrainedBackbone; content: Content }> {
  const { config, records, ids, knownLabels } = context.input;
  const backbone = options.extractor.backbone as NetworkOptions;
  const { cropSample } = options.extractor.whitening;
  const training = { records, knownLabels, state: labels, cropsOf: sampleIds(records, cropSample) };
  const seed = stageSeed(config.run.seed, 'train', round);
  const key = {
    round,
    stage: 'train',
    options: { backbone: withoutPaths(backbone), cropSample },
    inputs: {
      images: context.input.imagesDigest,
      labels: digestOf(new Uint8Array(labels.assignment.labels.buffer)),
      known: context.input.knownDigest,
      weights: digestOfBackbone(backbone),
      previous: previous?.digest ?? '',
      seed: String(seed),
    },
  } as const;
  const { result, digest } = await context.runner.run(
    key,
    async (writer) => {
      const weights = previous?.weights ?? (await startingWeights(backbone));
      await trainBackboneStage(
        { ...training, weights },
        backbone,
        writer,
        trainingContext(context, backbone, seed, round),
      );
    },
    (output) => readTrainedBackbone(output, ids, round),
  );
  const offered = [...result.layers].map(
    ([name, rows]): OfferedSpace =>
      name === 'logits' ? { name, rows, digest } : offerLazily(name, digest, () => standardizeByKnown(rows)),
  );
  const features = result.layers.get('backbone') as SpaceRows;
  const crops = result.crops ?? pairsOfLabelled(features.known, knownLabels, seed);
  const content = { rows: storedInMemory(features), crops, digest };
  return { spaces: spaces.with(offered), backbone: { weights: result.weights, digest }, content };
}

async function startingWeights(backbone: NetworkOptions): Promise<Weights> {
  return (await readInitialWeights(backbone.weights, '/', backboneOf(backbone))).weights;
}

function trainingContext(
  { input, listener, signal }: RoundContext,
  { epochs }: NetworkOptions,
  seed: number,
  round: number,
) {
  const { device } = input.config.run;
  return {
    seed,
    device,
    signal,
    now: () => performance.now(),
    onProgress: (done: number, total: number, unit: string) =>
      listener({ type: 'progress', stage: 'train', done, total, unit }),
    onEpoch: ({ epoch, trainingLoss, trainingAccuracy, imagesPerSecond }: EpochReport) =>
      listener({
        type: 'epoch',
        round,
        epoch,
        epochs,
        loss: trainingLoss,
        accuracy: trainingAccuracy,
        cropsPerSecond: imagesPerSecond,
      }),
  };
}
