import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from '@ganscout/autodiff';
import { type Classifier, createBackbone, createPatchScorer } from '@ganscout/networks';
import { lockFolder, writeDurably } from '@ganscout/storage';
import { threadCount } from '../inputs.js';
import { describeMachine } from '../software.js';
import { scoreTest } from './classifier-figures.js';
import {
  buildClassifier,
  type ClassifierSummary,
  requestOf,
  summarizeTraining,
} from './classifier-summary.js';
import { readInitialWeights } from './initial-weights.js';
import { type Judgement, judgeImages } from './judge-images.js';
import { type LabelledImages, readLabelledImages } from './labelled-images.js';
import { plotLearningCurves } from './learning-curves.js';
import {
  type PreparedTraining,
  type TrainingSettings,
  trainFromCheckpoint,
} from './train-from-checkpoint.js';
import { noteRequest, refuseExistingTraining, TRAINING_FILES } from './training-files.js';
import {
  backboneOptionsOf,
  type ClassifierOptions,
  type ComputingOptions,
  checkClassifierOptions,
} from './training-options.js';
import { formatConfusion, formatPredictions, formatSplit } from './training-tables.js';

/** What a training is made of, and where it goes. */
export interface ClassifierTraining {
  /** Labelled images, as `data.known` of a configuration; relative to `baseDirectory`. */
  readonly folder: string;
  readonly baseDirectory: string;
  /** The directory that the training writes. */
  readonly output: string;
  readonly options: ClassifierOptions;
  readonly computing: ComputingOptions;
}

/** A finished training. */
export interface TrainingOutcome {
  readonly directory: string;
  readonly summary: ClassifierSummary;
  /** Inputs that are unreadable or too small. */
  readonly failedInputs: number;
}

/**
 * Trains an attribution classifier on labelled images, judges it by a test part that shares no group with what it learned
 * from, and writes a directory with the model, checkpoints, figures and tables.
 *
 * @throws {RunExistsError} if the output holds a training and `resume` is not set, or one that was asked for something else.
 * @throws {FolderLockedError} if another process is writing to it.
 * @throws {InputError} if the images or the weights cannot be used.
 * @throws {RangeError} if an option is out of range, or the device cannot be used.
 * @throws {Error} if the loss is not finite; the last checkpoint is kept.
 * @throws the signal's reason if it is aborted; finished epochs are kept for `resume`.
 */
export async function trainClassifier(
  training: ClassifierTraining,
  settings: TrainingSettings,
): Promise<TrainingOutcome> {
  const { folder, baseDirectory, output, options, computing } = training;
  const { resume, listener, signal, now } = settings;
  checkClassifierOptions(options);
  await openDevice(computing.device);
  refuseExistingTraining(output, resume);
  const threads = threadCount(computing.threads);
  const backbone = createBackbone(options.backbone, backboneOptionsOf(options));
  const initial = await readInitialWeights(options.weights, baseDirectory, backbone);
  const images = await readLabelledImages(folder, options, {
    baseDirectory,
    threads,
    signal,
    onProgress: (done, total) => listener({ type: 'progress', task: 'inputs', done, total }),
  });
  const unlock = lockFolder(output, now);
  try {
    // Another process may have begun its training in the meantime.
    refuseExistingTraining(output, resume);
    rmSync(join(output, TRAINING_FILES.summary), { force: true });
    noteRequest(output, requestOf(options, initial.digest, images));
    return await trainInDirectory({ ...training, threads, weights: initial.weights, images }, settings);
  } finally {
    unlock();
  }
}

async function trainInDirectory(
  training: PreparedTraining,
  settings: TrainingSettings,
): Promise<TrainingOutcome> {
  const { output, options, computing, threads, images } = training;
  const write = (name: keyof typeof TRAINING_FILES, content: string | Uint8Array) =>
    writeDurably(join(output, TRAINING_FILES[name]), content);
  write('split', formatSplit(images));
  const { trained, imagesPerSecond } = await trainFromCheckpoint(training, settings);
  const classifier = buildClassifier(options, images, trained);
  write('model', classifier.model);
  const judgements = await judgeTest(classifier, images, { ...computing, threads }, settings);
  const figures = scoreTest(images, judgements, options.seed);
  const summary = summarizeTraining(options, computing, images, trained, figures);
  write('predictions', formatPredictions(images, judgements));
  write('confusion', formatConfusion(figures));
  write('curves', plotLearningCurves(trained.history, trained.bestEpoch));
  write('timings', `${JSON.stringify({ machine: describeMachine(), threads, imagesPerSecond }, null, 2)}\n`);
  write('summary', `${JSON.stringify(summary, null, 2)}\n`);
  return { directory: output, summary, failedInputs: summary.counts.failedInputs };
}

async function judgeTest(
  { facts, model }: Classifier,
  { records, split }: LabelledImages,
  { threads, device }: { readonly threads: number; readonly device: Device },
  { listener, signal }: TrainingSettings,
): Promise<Judgement[]> {
  const scorer = await createPatchScorer(model, facts.patchSize, { threads, device });
  const test = Array.from(split.test, (row) => records[row] as (typeof records)[number]);
  try {
    return await judgeImages(test, facts, scorer, {
      threads,
      signal,
      onProgress: (done, total) => listener({ type: 'progress', task: 'test', done, total }),
    });
  } finally {
    await scorer.release();
  }
}
