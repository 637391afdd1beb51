import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ImageRecord, InputError, inspectImages, listGivenImages } from '@ganscout/images';
import { type Classifier, type ClassifierFacts, createPatchScorer, openClassifier } from '@ganscout/networks';
import { threadCount } from '../inputs.js';
import { type Judgement, judgeImages, likeliest } from './judge-images.js';
import type { TrainingListener } from './training-events.js';
import type { ComputingOptions } from './training-options.js';

/** What a classifier says of one image. */
export interface ClassifiedImage {
  readonly path: string;
  readonly status: ImageRecord['status'];
  /** Why the image could not be judged, or ''. */
  readonly reason: string;
  /** The likeliest label; null if the image could not be judged. */
  readonly label: string | null;
  /** One a label, in the order of the classifier's labels; null if the image could not be judged. */
  readonly probabilities: Float64Array | null;
}

/** Images with the classifier that judged them. */
export interface Classification {
  readonly facts: ClassifierFacts;
  readonly images: readonly ClassifiedImage[];
}

/** How images are classified. */
export interface ClassifyingSettings {
  readonly computing: ComputingOptions;
  readonly workingDirectory: string;
  readonly listener: TrainingListener;
  readonly signal: AbortSignal;
}

/**
 * Reads a classifier's file.
 *
 * @param path relative to `workingDirectory`. @throws {InputError} if it cannot be read, or is no classifier.
 */
export async function readClassifier(path: string, workingDirectory: string): Promise<Classifier> {
  try {
    return openClassifier(await readFile(resolve(workingDirectory, path)));
  } catch (cause) {
    throw new InputError(
      `Cannot use ${path} as a classifier: ${cause instanceof Error ? cause.message : cause}; name the model.onnx that "ganscout train" wrote`,
    );
  }
}

/**
 * Names the source of images by a classifier, from patches at their own resolution.
 *
 * An image that cannot be read, or is smaller than a patch, has its status and the reason.
 *
 * @param paths images. @returns one a path, in the order of their listing.
 * @throws {InputError} if the model cannot be used, or there is no image.
 */
export async function classifyImages(
  model: string,
  paths: readonly string[],
  { computing, workingDirectory, listener, signal }: ClassifyingSettings,
): Promise<Classification> {
  const classifier = await readClassifier(model, workingDirectory);
  const { facts } = classifier;
  const threads = threadCount(computing.threads);
  const listing = await listGivenImages(paths, workingDirectory);
  const { records } = await inspectImages(listing, { minimumSide: facts.patchSize, threads, signal });
  const usable = records.filter(({ status }) => status === 'ok');
  const scorer = await createPatchScorer(classifier.model, facts.patchSize, {
    threads,
    device: computing.device,
  });
  try {
    const judgements = await judgeImages(usable, facts, scorer, {
      threads,
      signal,
      onProgress: (done, total) => listener({ type: 'progress', task: 'classify', done, total }),
    });
    const byId = new Map(usable.map(({ id }, i) => [id, judgements[i] as Judgement]));
    return { facts, images: records.map((record) => answer(record, byId.get(record.id), facts.labels)) };
  } finally {
    await scorer.release();
  }
}

/** @param judgement of the image, or of the one it is a copy of. */
function answer(
  { path, status, reason }: ImageRecord,
  judgement: Judgement | undefined,
  labels: readonly string[],
): ClassifiedImage {
  if (judgement === undefined) return { path, status, reason, label: null, probabilities: null };
  const { probabilities } = judgement;
  if (probabilities === null)
    return { path, status: 'unreadable', reason: judgement.reason, label: null, probabilities };
  return { path, status: 'ok', reason: '', label: labels[likeliest(probabilities)] as string, probabilities };
}
