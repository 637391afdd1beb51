import type { Device, LearningRateSchedule, OptimizerOptions } from '@ganscout/autodiff';
import type { Augmentation } from '@ganscout/images';
import {
  type BackboneName,
  type BackboneOptions,
  checkPlan,
  createBackbone,
  type HeadName,
  trainedFrom,
} from '@ganscout/networks';

/** What is done to training patches besides placing them at random. */
export const AUGMENTATIONS: Readonly<Record<AugmentationName, Augmentation>> = {
  none: {},
  flips: { flipHorizontal: true },
  paper: {
    flipHorizontal: true,
    blur: { probability: 0.1, sigma: [0, 3] },
    jpeg: { probability: 0.1, quality: [30, 100] },
  },
};

/** `paper`: a Gaussian blur and JPEG, each of a tenth of the patches, as in S.-Y. Wang et al., CVPR 2020, "Blur+JPEG (0.1)". */
export const AUGMENTATION_NAMES = ['none', 'flips', 'paper'] as const;

export type AugmentationName = (typeof AUGMENTATION_NAMES)[number];

export const OPTIMIZER_NAMES = ['adam', 'adamw', 'sgd'] as const;
export const SCHEDULE_NAMES = ['cosine', 'constant'] as const;

/** How a classifier is trained. All of it bears on the result. */
export interface ClassifierOptions {
  readonly backbone: BackboneName;
  /** Path of a file with weights to start from; null to start from random ones. */
  readonly weights: string | null;
  /** Layer of the backbone from which on it learns, or `head`; null for all of it. */
  readonly trainFrom: string | null;
  readonly head: HeadName;
  /** Whether to tell real from fake instead of one source from another. */
  readonly binary: boolean;
  /** Sources that are real; for `binary` only. */
  readonly real: readonly string[];
  /** Side of the patches, in the images' own pixels. */
  readonly patchSize: number;
  /** Most patches that an image is judged by. */
  readonly patchesPerImage: number;
  /** Training patches of each source in an epoch; null for as many as the largest source has images. */
  readonly patchesPerSource: number | null;
  /** Share of each source that decides which epoch is best, in [0, 1). */
  readonly heldBack: number;
  /** Share of each source that the classifier is judged by, in (0, 1). */
  readonly test: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: (typeof OPTIMIZER_NAMES)[number];
  readonly learningRate: number;
  /** `cosine`: a rise over a twentieth of the steps, then half a cosine down to 0. */
  readonly schedule: (typeof SCHEDULE_NAMES)[number];
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** Null for no limit. */
  readonly maxGradientNorm: number | null;
  /** Epochs without a lower held-back loss after which training ends; null for none. */
  readonly patience: number | null;
  readonly augment: AugmentationName;
  readonly seed: number;
}

/** Where it is trained; bears on the speed, and on a GPU on the last digits. */
export interface ComputingOptions {
  readonly threads: number | 'auto';
  readonly device: Device;
}

/** Used where nothing else is asked for. */
export const CLASSIFIER_DEFAULTS: ClassifierOptions = {
  backbone: 'residual-cnn',
  weights: null,
  trainFrom: null,
  head: 'plain',
  binary: false,
  real: ['real'],
  patchSize: 64,
  patchesPerImage: 16,
  patchesPerSource: null,
  heldBack: 0.15,
  test: 0.2,
  epochs: 20,
  batchSize: 32,
  optimizer: 'adamw',
  learningRate: 1e-3,
  schedule: 'cosine',
  weightDecay: 1e-4,
  labelSmoothing: 0,
  maxGradientNorm: 5,
  patience: null,
  augment: 'flips',
  seed: 0,
};

/** Share of the steps over which the learning rate rises. */
const WARMUP_SHARE = 0.05;

/**
 * Checks all options by themselves, before anything is read.
 *
 * @throws {RangeError} if one is out of its range, or the patches or the layer to train from do not fit the backbone.
 */
export function checkClassifierOptions(options: ClassifierOptions): void {
  const check = (name: keyof ClassifierOptions, isRight: boolean, expected: string) => {
    if (!isRight) throw new RangeError(`${name} must be ${expected}, got ${options[name]}`);
  };
  const choose = (name: keyof ClassifierOptions, names: readonly string[]) =>
    check(name, names.includes(String(options[name])), `one of ${names.join(', ')}`);
  const count = (name: keyof ClassifierOptions, least: number) => {
    const value = options[name];
    const isRight = Number.isSafeInteger(value) && (value as number) >= least;
    check(name, isRight || (value === null && MAY_BE_NULL.has(name)), `an integer of at least ${least}`);
  };
  choose('augment', AUGMENTATION_NAMES);
  choose('optimizer', OPTIMIZER_NAMES);
  choose('schedule', SCHEDULE_NAMES);
  for (const name of ['patchSize', 'patchesPerImage', 'patchesPerSource', 'epochs', 'patience'] as const)
    count(name, 1);
  count('batchSize', 2);
  count('seed', 0);
  const { heldBack, test, learningRate, weightDecay, labelSmoothing, maxGradientNorm } = options;
  check('learningRate', learningRate > 0 && learningRate < Number.POSITIVE_INFINITY, 'positive');
  check('weightDecay', weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY, 'at least 0');
  check('labelSmoothing', labelSmoothing >= 0 && labelSmoothing < 1, 'in [0, 1)');
  check('maxGradientNorm', maxGradientNorm === null || maxGradientNorm > 0, 'positive, or null');
  check('heldBack', heldBack >= 0 && heldBack < 1, 'in [0, 1)');
  check(
    'test',
    test > 0 && test + heldBack < 1,
    `in (0, 1), and below 1 together with heldBack (${heldBack})`,
  );
  const backbone = createBackbone(options.backbone, backboneOptionsOf(options));
  checkPlan({ backbone, head: options.head, classCount: 2, patchSize: options.patchSize });
  if (options.trainFrom !== null) trainedFrom(backbone, options.trainFrom);
}

const MAY_BE_NULL: ReadonlySet<keyof ClassifierOptions> = new Set(['patchesPerSource', 'patience']);

/** The options that the backbone itself has. */
export function backboneOptionsOf({ backbone, patchSize }: ClassifierOptions): BackboneOptions {
  return backbone === 'pose' ? { image: patchSize } : {};
}

export function optimizerOf({ optimizer, weightDecay }: ClassifierOptions): OptimizerOptions {
  return { kind: optimizer, weightDecay };
}

/** @param stepCount steps of all epochs. */
export function scheduleOf(
  { schedule, learningRate }: Pick<ClassifierOptions, 'schedule' | 'learningRate'>,
  stepCount: number,
): LearningRateSchedule {
  if (schedule === 'constant') return { kind: schedule, learningRate };
  return { kind: schedule, learningRate, warmupSteps: Math.floor(WARMUP_SHARE * stepCount) };
}
