import { resolve } from 'node:path';
import type { ClassifierOptions, TrainingOutcome } from '@ganscout/pipeline';
import { defineCommand } from '../command.js';
import { DEVICE_OPTIONS, readDevice } from '../device-options.js';
import { formatJson } from '../escape-text.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { createProgress } from '../progress.js';
import { quoteWord, type Shell, tableWidth } from '../shell.js';
import { formatCount } from '../tables.js';
import { trainingListener } from '../training-progress.js';
import { formatTraining } from '../training-text.js';

const number = (describe: string, defaultDescription: string) =>
  ({ type: 'number', requiresArg: true, describe, defaultDescription }) as const;
const text = (describe: string, defaultDescription?: string) =>
  ({ type: 'string', requiresArg: true, describe, defaultDescription }) as const;

/** Those of the networks package, which would load native libraries; a test compares them. */
export const BACKBONES = [
  'resnet18',
  'resnet50',
  'resnet101',
  'mobilenet-v2',
  'xception',
  'pose',
  'residual-cnn',
] as const;

/** `ganscout train`: trains a classifier on labelled images and judges it by a test part. */
export const trainCommand = defineCommand({
  usage: 'train <folder>',
  summary: 'Train a network to tell sources, or real from fake, apart',
  positionals: {
    folder: {
      type: 'string',
      demandOption: true,
      describe: 'Labelled images: one sub-folder a source, or a table with the columns path and source',
    },
  },
  options: {
    output: { ...text('Directory that is written'), demandOption: true },
    backbone: { ...text('Network', 'residual-cnn'), choices: BACKBONES },
    weights: text('File with weights of the backbone to start from, .onnx or .safetensors', 'random'),
    'train-from': text('Layer from which on the backbone learns, or head for none of it', 'all of it'),
    head: { ...text('One linear layer, or those of 512, 512 and 128', 'plain'), choices: ['plain', 'paper'] },
    binary: { type: 'boolean', default: false, describe: 'Tell real from fake' },
    real: {
      type: 'string',
      array: true,
      requiresArg: true,
      defaultDescription: 'real',
      describe: 'Source that is real, for --binary; may be repeated',
    },
    patch: number('Side of the patches in pixels', '64'),
    'patches-per-image': number('Most patches that an image is judged by', '16'),
    'patches-per-source': number(
      'Training patches of each source in an epoch',
      'images of the largest source',
    ),
    'held-back': number('Share of the images that chooses the best epoch', '0.15'),
    test: number('Share of the images for the test', '0.2'),
    epochs: number('Times through the training part', '20'),
    batch: number('Patches of a step', '32'),
    optimizer: { ...text('Optimizer', 'adamw'), choices: ['adam', 'adamw', 'sgd'] },
    'learning-rate': number('Largest learning rate', '0.001'),
    schedule: { ...text('How the learning rate goes', 'cosine'), choices: ['cosine', 'constant'] },
    'weight-decay': number('Weight decay', '0.0001'),
    'label-smoothing': number('Share of each target spread over all labels', '0'),
    'max-gradient-norm': number('Longer gradients are cut to it; 0 for no limit', '5'),
    patience: number('Epochs without a lower held-back loss before training ends', 'no end'),
    augment: {
      ...text('What is done to training patches: paper is flips, blur and JPEG', 'flips'),
      choices: ['none', 'flips', 'paper'],
    },
    seed: number('Seed of the split, the weights and the patches', '0'),
    ...DEVICE_OPTIONS,
    resume: { type: 'boolean', default: false, describe: 'Go on after the last finished epoch' },
    json: { type: 'boolean', default: false, describe: 'Print the summary as JSON' },
  },
  examples: [
    ['ganscout train labelled --output runs/cnn', 'one label a source'],
    ['ganscout train labelled --output runs/fake --binary --real camera', 'real against fake'],
    ['ganscout train labelled --output runs/cnn --resume', 'go on after an interruption'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  run: trainAndReport,
});

interface TrainArguments {
  readonly folder: string;
  readonly output: string;
  readonly binary: boolean;
  readonly real: readonly string[] | undefined;
  readonly threads: string;
  readonly device: string;
  readonly resume: boolean;
  readonly json: boolean;
}

async function trainAndReport(values: TrainArguments, shell: Shell): Promise<ExitCode> {
  const computing = await readDevice(values);
  const options = await readOptions(values as unknown as Record<string, unknown>);
  const { trainClassifier } = await import('@ganscout/pipeline');
  const progress = createProgress(shell);
  const { workingDirectory: baseDirectory, signal } = shell;
  const output = resolve(baseDirectory, values.output);
  let outcome: TrainingOutcome;
  try {
    outcome = await trainClassifier(
      { folder: values.folder, baseDirectory, output, options, computing },
      { resume: values.resume, listener: trainingListener(progress), signal, now: () => new Date() },
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.close();
    const place = [values.folder, '--output', values.output].map(quoteWord).join(' ');
    shell.stderr.write(
      `Stopped. To go on: the same command with --resume (ganscout train ${place} … --resume)\n`,
    );
    return EXIT.interrupted;
  } finally {
    progress.close();
  }
  const { summary, failedInputs } = outcome;
  shell.stdout.write(
    values.json
      ? `${formatJson(summary)}\n`
      : formatTraining(summary, values.output, tableWidth(shell.stdout)),
  );
  if (failedInputs === 0) return EXIT.done;
  shell.stderr.write(
    `${formatCount(failedInputs, 'image')} could not be used; split.csv says which and why.\n`,
  );
  return EXIT.someInputsFailed;
}

/** Options of the command line whose names are not those of a classifier's options. */
const OTHER_NAMES: Readonly<Record<string, keyof ClassifierOptions>> = {
  patch: 'patchSize',
  batch: 'batchSize',
};

/** What is asked for, over the defaults. @throws {UsageError} if an option is out of its range. */
async function readOptions(values: Record<string, unknown>): Promise<ClassifierOptions> {
  const { CLASSIFIER_DEFAULTS, checkClassifierOptions } = await import('@ganscout/pipeline');
  const asked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const key = OTHER_NAMES[name] ?? name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (value !== undefined && key in CLASSIFIER_DEFAULTS) asked[key] = value;
  }
  if (asked.maxGradientNorm === 0) asked.maxGradientNorm = null;
  const options = { ...CLASSIFIER_DEFAULTS, ...asked };
  try {
    checkClassifierOptions(options);
    return options;
  } catch (cause) {
    throw cause instanceof RangeError ? new UsageError(cause.message) : cause;
  }
}
