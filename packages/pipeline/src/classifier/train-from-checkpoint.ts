import { createPatchLoader } from '@ganscout/images';
import { finishedEpochs, planOf, type TrainedNetwork, trainNetwork, type Weights } from '@ganscout/networks';
import { countInputs } from '../inputs.js';
import { factsOf } from './classifier-summary.js';
import type { LabelledImages } from './labelled-images.js';
import { heldBackBatches, trainingBatches } from './patch-batches.js';
import type { TrainingListener } from './training-events.js';
import { readCheckpoint, writeCheckpoint } from './training-files.js';
import { logTraining } from './training-log.js';
import {
  AUGMENTATIONS,
  type ClassifierOptions,
  type ComputingOptions,
  optimizerOf,
  scheduleOf,
} from './training-options.js';

/** How a training is made. */
export interface TrainingSettings {
  /** Whether to go on with what the output directory holds. */
  readonly resume: boolean;
  readonly listener: TrainingListener;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** A training whose inputs are read. */
export interface PreparedTraining {
  readonly output: string;
  readonly options: ClassifierOptions;
  readonly computing: ComputingOptions;
  readonly threads: number;
  /** Arrays to start from. */
  readonly weights: Weights;
  readonly images: LabelledImages;
}

/**
 * Trains from the last checkpoint on, or from the start, and keeps a checkpoint after each epoch.
 *
 * @returns the network, and training patches a second of each epoch that this process did.
 */
export async function trainFromCheckpoint(
  { output, options, computing, threads, weights, images }: PreparedTraining,
  { listener, signal, now }: TrainingSettings,
): Promise<{ readonly trained: TrainedNetwork; readonly imagesPerSecond: readonly number[] }> {
  const { patchSize, seed, augment, batchSize, epochs } = options;
  const imagesPerSecond: number[] = [];
  const loader = createPatchLoader(images.records, { patchSize, seed, augmentation: AUGMENTATIONS[augment] });
  try {
    const training = trainingBatches(images, loader, options);
    const heldBack = heldBackBatches(images, loader, options);
    const checkpoint = readCheckpoint(output);
    const afterEpoch = checkpoint === null ? 0 : finishedEpochs(checkpoint.last);
    const tell = hearBoth(logTraining(output, afterEpoch, now), listener);
    tellInputs(images, tell);
    const batchesPerEpoch = training.batchCount;
    tell({
      type: 'start',
      afterEpoch,
      epochs,
      batchesPerEpoch,
      batchSize,
      device: computing.device,
      threads,
    });
    const trained = await trainNetwork(
      { plan: planOf(factsOf(options, images)), weights, trainFrom: options.trainFrom, training, heldBack },
      {
        ...options,
        optimizer: optimizerOf(options),
        schedule: scheduleOf(options, epochs * batchesPerEpoch),
        classWeights: null,
        threads,
        device: computing.device,
      },
      {
        now: () => now().getTime(),
        signal,
        onBatch: (report) => tell({ type: 'batch', ...report }),
        onCheckpoint: (made) => writeCheckpoint(output, made),
        onEpoch: (report) => {
          imagesPerSecond.push(report.imagesPerSecond);
          tell({ type: 'epoch', ...report });
        },
      },
      checkpoint,
    );
    return { trained, imagesPerSecond };
  } finally {
    await loader.close();
  }
}

function tellInputs({ inspected, records, sources, split }: LabelledImages, tell: TrainingListener): void {
  for (const message of inspected.warnings) tell({ type: 'warning', message });
  const copies = inspected.records.filter(({ reason }) => reason.includes('whose source is given as'));
  if (copies.length > 0) {
    tell({
      type: 'warning',
      message: `${copies.length} images are copies of one of another source and are left out; split.csv says which`,
    });
  }
  const { training, heldBack, test } = split;
  tell({
    type: 'inputs',
    images: { ...countInputs(inspected), ok: records.length },
    sources: sources.length,
    training: training.length,
    heldBack: heldBack.length,
    test: test.length,
  });
}

function hearBoth(first: TrainingListener, second: TrainingListener): TrainingListener {
  return (event) => {
    first(event);
    second(event);
  };
}
