import { BACKBONE_NAMES, createBackbone } from '@ganscout/networks';
import * as z from 'zod';
import { AUGMENTATION_NAMES, SCHEDULE_NAMES } from '../classifier/training-options.js';

/** Instead of a layer: nothing is trained, and the features are those of the weights as they came. */
export const FROZEN = 'frozen';

const tiles = z
  .int()
  .min(1)
  .default(16)
  .describe('Tiles of an image at the most, cut at native size; its features are the mean over them.');

const networkSchema = z
  .strictObject({
    name: z
      .enum(BACKBONE_NAMES)
      .default('residual-cnn')
      .describe('The network, trained with the head 512-512-128 of the published recipe.'),
    weights: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('Weights to start from, .onnx or .safetensors; null starts from random ones.'),
    trainFrom: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'Layer of the network from which on it learns, or head; null for all of it. frozen trains nothing: its features ' +
          'take the place of the descriptor.',
      ),
    patch: z
      .int()
      .min(16)
      .max(1024)
      .default(32)
      .describe(
        'Side in pixels of the crops that it learns from, and of the tiles; smaller images are too small.',
      ),
    tiles,
    epochs: z.int().min(1).default(8).describe('Passes over the training images in a round.'),
    batchSize: z.int().min(2).default(32).describe('Crops in a training step.'),
    learningRate: z.number().positive().max(1).default(1e-3).describe('Highest learning rate of Adam.'),
    schedule: z
      .enum(SCHEDULE_NAMES)
      .default('cosine')
      .describe(
        'A short rise, then half a cosine down to 0 over the steps of a round; or the same throughout.',
      ),
    sampling: z
      .enum(['balanced', 'weighted'])
      .default('balanced')
      .describe(
        'Each source as often as the largest; or each image once an epoch, with the loss of a source weighted by the size of ' +
          'the largest over its own.',
      ),
    threads: z
      .int()
      .min(1)
      .max(256)
      .default(2)
      .describe(
        'Threads inside an operator of the network. More than six may change the last digits, so it does not follow run.threads.',
      ),
    augmentation: z
      .enum(AUGMENTATION_NAMES)
      .default('flips')
      .describe('Of the crops: nothing, mirrored ones, or with them a blur and JPEG, each of a tenth.'),
  })
  .superRefine(({ name, weights, trainFrom, patch }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { smallestImage } = createBackbone(name);
    if (name === 'pose' ? patch % 16 !== 0 : patch < smallestImage) {
      refuse(
        'patch',
        `expected ${name === 'pose' ? 'a multiple of 16' : `at least ${smallestImage}`} for ${name}`,
      );
    }
    const layers = [...createBackbone(name).layers, 'head'];
    if (trainFrom !== null && trainFrom !== FROZEN && !layers.includes(trainFrom)) {
      refuse('trainFrom', `expected null, ${FROZEN}, or a layer of ${name}: ${layers.join(', ')}`);
    }
    if (trainFrom === FROZEN && weights === null) {
      refuse('weights', 'expected a file of weights, since a frozen network does not learn any');
    }
  });

const userModelSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe('A model file of your own: .onnx, or a model.json of TensorFlow.js. It stays as it is.'),
  output: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('The output that holds the features, or a value inside the model; null for the only output.'),
  normalization: z
    .enum(['half', 'imagenet', 'none', 'bytes'])
    .default('half')
    .describe(
      'Range of the pixels that it expects: -1 to 1, by the mean and deviation of ImageNet, 0 to 1, 0 to 255.',
    ),
  inputSize: z
    .strictObject({ width: z.int().min(1), height: z.int().min(1) })
    .nullable()
    .default(null)
    .describe('Size of the tiles, where the model leaves it open.'),
  layout: z
    .enum(['nchw', 'nhwc'])
    .nullable()
    .default(null)
    .describe('Order of the axes of its input, where the model leaves it open.'),
  tiles,
});

/** What takes the place of the descriptor; null for nothing. */
export const backboneSchema = z
  .union([userModelSchema, networkSchema])
  .nullable()
  .default(null)
  .describe(
    'A network in place of the descriptor: { name: residual-cnn } trains one on the known and discovered sources in each ' +
      'round, { model: FILE } takes the features of a model of your own.',
  );

/** Options of one of our networks. */
export type NetworkOptions = z.output<typeof networkSchema>;
/** Options of a model of the user's own. */
export type UserModelOptions = z.output<typeof userModelSchema>;
/** Options of what takes the place of the descriptor. */
export type BackboneConfig = NetworkOptions | UserModelOptions;

/** Which of the two kinds of backbone a block is meant for; `union` of {@link backboneSchema} has them in this order. */
export function backboneKind(block: object): 0 | 1 {
  return 'model' in block ? 0 : 1;
}

/** Whether the network is trained in each round. */
export function isTrained(backbone: BackboneConfig | null): backbone is NetworkOptions {
  return backbone !== null && 'name' in backbone && backbone.trainFrom !== FROZEN;
}
