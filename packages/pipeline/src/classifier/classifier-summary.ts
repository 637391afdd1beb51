import type { Classifier, ClassifierFacts, EpochFigures, TrainedNetwork } from '@ganscout/networks';
import { encodeClassifier, openClassifier } from '@ganscout/networks';
import { digestOfLists } from '@ganscout/storage';
import { SOFTWARE_VERSION, softwareVersions } from '../software.js';
import type { ClassifierFigures } from './classifier-figures.js';
import type { LabelledImages } from './labelled-images.js';
import type { TrainingRequest } from './training-files.js';
import { backboneOptionsOf, type ClassifierOptions, type ComputingOptions } from './training-options.js';

/** What `summary.json` holds. The same inputs and options give the same bytes, on up to six threads. */
export interface ClassifierSummary {
  readonly version: 1;
  readonly kind: 'classifier';
  readonly options: ClassifierOptions;
  readonly device: string;
  readonly software: Readonly<Record<string, string>>;
  readonly counts: {
    readonly images: number;
    readonly sources: number;
    readonly training: number;
    readonly heldBack: number;
    readonly test: number;
    readonly failedInputs: number;
  };
  readonly bestEpoch: number;
  readonly history: readonly EpochFigures[];
  readonly test: ClassifierFigures;
}

/** What the classifier's file says of it. @param training what it says of how it was trained. */
export function factsOf(
  options: ClassifierOptions,
  { labels }: Pick<LabelledImages, 'labels'>,
  training: ClassifierFacts['training'] = {},
): ClassifierFacts {
  const { backbone, head, patchSize, patchesPerImage } = options;
  return {
    labels,
    patchSize,
    patchesPerImage,
    backbone,
    backboneOptions: backboneOptionsOf(options),
    head,
    training,
  };
}

/** The classifier as its file gives it back. */
export function buildClassifier(
  options: ClassifierOptions,
  images: LabelledImages,
  trained: TrainedNetwork,
): Classifier {
  const { sources, split } = images;
  const { bestEpoch, history, weights } = trained;
  const parts = { training: split.training.length, heldBack: split.heldBack.length, test: split.test.length };
  const facts = {
    options,
    software: softwareVersions(),
    sources,
    images: parts,
    bestEpoch,
    epochs: history.length,
  };
  return openClassifier(encodeClassifier(factsOf(options, images, facts), weights));
}

/** All that the result depends on: software, options, the weights' bytes, and which images there are with which labels. */
export function requestOf(
  options: ClassifierOptions,
  weightsDigest: string,
  images: LabelledImages,
): TrainingRequest {
  const { records, sources } = images;
  const { real, weights: _, ...rest } = options;
  return {
    ...rest,
    software: SOFTWARE_VERSION,
    real: options.binary ? real.join(', ') : '',
    weightsDigest,
    images: records.length,
    sources: sources.length,
    imagesDigest: digestOfLists([
      records.map(({ id }) => id),
      records.map(({ source }) => source as string),
      records.map(({ group }) => group ?? ''),
    ]),
  };
}

/** Inputs that could not be used although they are no copies. */
function countFailed({ inspected }: LabelledImages): number {
  return inspected.records.filter(({ status }) => status === 'unreadable' || status === 'too_small').length;
}

/** Puts together what `summary.json` holds. */
export function summarizeTraining(
  options: ClassifierOptions,
  { device }: ComputingOptions,
  images: LabelledImages,
  { bestEpoch, history }: TrainedNetwork,
  test: ClassifierFigures,
): ClassifierSummary {
  const { records, sources, split } = images;
  return {
    version: 1,
    kind: 'classifier',
    options,
    device,
    software: softwareVersions(),
    counts: {
      images: records.length,
      sources: sources.length,
      training: split.training.length,
      heldBack: split.heldBack.length,
      test: split.test.length,
      failedInputs: countFailed(images) + test.unreadable,
    },
    bestEpoch,
    history,
    test,
  };
}
