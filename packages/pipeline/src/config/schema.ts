import { DEVICES } from '@ganscout/autodiff';
import { descriptorOptionsSchema, embeddingOptionsSchema, whiteningOptionsSchema } from '@ganscout/extractor';
import { kmeansOptionsSchema } from '@ganscout/kmeans';
import { mergeOptionsSchema } from '@ganscout/nn-merge';
import { refineOptionsSchema } from '@ganscout/refine';
import { wtaOptionsSchema } from '@ganscout/wta-ood';
import * as z from 'zod';
import { backboneSchema } from './backbone-options.js';

/** The representations of an image that a stage can work in. */
export const SPACE_NAMES = [
  'descriptor',
  'backbone',
  'whitened',
  'hidden1',
  'hidden2',
  'embedding',
  'logits',
] as const;
export type SpaceName = (typeof SPACE_NAMES)[number];

function spaces(names: [SpaceName, ...SpaceName[]]) {
  return z
    .array(z.enum(SPACE_NAMES))
    .min(1)
    .default(names)
    .describe(
      'Representations the stage works in, side by side: the descriptor standardized by the known set, ' +
        'the features of the backbone, either of them content-whitened, or a layer of the network.',
    );
}

const file = (text: string) => z.string().min(1).nullable().default(null).describe(text);

const runSchema = z.strictObject({
  seed: z.int().min(0).default(1).describe('Seed of everything random; the same seed gives the same bytes.'),
  rounds: z
    .int()
    .min(1)
    .max(99)
    .default(4)
    .describe('Rounds at the most; a run ends early when a round changes nothing.'),
  output: file("The run's own directory; without it runs/NAME beside the configuration."),
  threads: z
    .union([z.int().min(1).max(256), z.literal('auto')])
    .default('auto')
    .describe('Threads that decode and describe images; results do not depend on it.'),
  device: z
    .enum(DEVICES)
    .default('cpu')
    .describe('Where networks run; on another device than the CPU the last digits of results may vary.'),
});

const dataSchema = z.strictObject({
  known: file(
    'Labelled images: a folder with one sub-folder a source, a folder with metadata.csv or metadata.jsonl, ' +
      'a table in that form, or annotation lines path<TAB>integer.',
  ),
  classes: file('Class list of annotation lines, one name a line; line 1 is class 0.'),
  discovery: file('Unlabelled images: a folder, searched recursively, or a text file with one path a line.'),
  knownFeatures: file(
    'Features of the known set computed elsewhere, N × D .npy, with a .csv beside it (id, source).',
  ),
  discoveryFeatures: file(
    'Features of the discovery set computed elsewhere, N × D .npy, with a .csv beside it (id).',
  ),
  truth: file('Table with the columns path and source: true sources of discovery images, for scoring only.'),
  minimumSide: z
    .int()
    .min(32)
    .default(32)
    .describe('Images with a shorter side than this, in pixels, are too small.'),
  maximumPixels: z
    .int()
    .min(1024)
    .default(134_217_728)
    .describe('Images with more pixels than this are not decoded.'),
  patchSize: z
    .int()
    .min(32)
    .nullable()
    .default(null)
    .describe(
      'Side in pixels of the native patches each image is cut into, never resized; null takes whole images.',
    ),
  patchesPerImage: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Patches taken of an image at the most; null takes all.'),
});

const extractorSchema = z.strictObject({
  descriptor: descriptorOptionsSchema.prefault({}),
  backbone: backboneSchema,
  whitening: whiteningOptionsSchema
    .extend({
      cropSample: z
        .int()
        .min(2)
        .default(4000)
        .describe('Images whose crops are kept to learn content from, at the most; chosen by their digests.'),
      compressedSample: z
        .int()
        .min(2)
        .default(512)
        .describe(
          'Labelled images of which a compressed copy is described too, at the most, if compressionWeight is not 0; chosen by their digests.',
        ),
    })
    .prefault({}),
  embedding: embeddingOptionsSchema.extend({ space: spaces(['whitened']) }).prefault({}),
});

const detectionSchema = wtaOptionsSchema.extend({
  space: spaces(['whitened']),
  scores: z
    .array(z.enum(['wta', 'mahalanobis']))
    .min(1)
    .refine((scores) => scores.includes('wta'), 'expected "wta" among the scores')
    .default(['wta', 'mahalanobis'])
    .describe(
      'What decides: the hash alone, by its own calibration, or the hash and the Mahalanobis distance, added as normal scores and calibrated on labelled images scored by what was fitted without them.',
    ),
  images: z
    .enum(['all', 'unassigned'])
    .default('all')
    .describe(
      'Which images are tested in later rounds: all again, against the known sources, or those without a source, against the discovered ones too.',
    ),
  pooling: z
    .enum(['fragments', 'none'])
    .default('fragments')
    .describe(
      'Whether images like each other decide together, by the majority of the small cluster they are in, or each alone.',
    ),
  poolingIterations: z
    .int()
    .min(1)
    .default(50)
    .describe(
      'Largest number of k-means iterations for these clusters: more cost time with many images, and change hardly a verdict.',
    ),
  folds: z
    .int()
    .min(2)
    .max(20)
    .default(5)
    .describe('Folds in which labelled images are scored, with "mahalanobis".'),
  shrinkage: z
    .number()
    .gt(0)
    .max(1)
    .default(0.05)
    .describe('Weight of a multiple of the identity in the covariance within sources, with "mahalanobis".'),
});
/** Options of the out-of-distribution test. */
export type DetectionOptions = z.output<typeof detectionSchema>;

const clusteringSchema = kmeansOptionsSchema.extend({
  space: spaces(['whitened']),
  images: z
    .enum(['unknown', 'unassigned'])
    .default('unknown')
    .describe(
      'Which images are clustered in later rounds: all that no known source accepted, anew, or those in no cluster yet.',
    ),
});
/** Options of clustering. */
export type ClusteringOptions = z.output<typeof clusteringSchema>;

/** The options of the stages of one round. */
export const stagesSchema = z.strictObject({
  extractor: extractorSchema.prefault({}),
  ood: detectionSchema.prefault({}),
  kmeans: clusteringSchema.prefault({}),
  merge: mergeOptionsSchema.extend({ space: spaces(['whitened']) }).prefault({}),
  refine: refineOptionsSchema.extend({ space: spaces(['whitened']) }).prefault({}),
});
export type StageOptions = z.output<typeof stagesSchema>;

export const PRESET_NAMES = ['default', 'girish2021'] as const;

/** The whole configuration. Stage blocks stand beside `run` and `data`. */
export const configSchema = z.strictObject({
  run: runSchema.prefault({}),
  data: dataSchema.prefault({}),
  preset: z
    .enum(PRESET_NAMES)
    .default('default')
    .describe('Options to start from: the default, or the published recipe.'),
  ...stagesSchema.shape,
  rounds: z
    .record(z.string().regex(/^[1-9]\d?$/, 'expected a round number from 1 to 99'), stagesSchema)
    .default({})
    .describe(
      'Stage options that hold from the named round on, e.g. rounds: { 2: { kmeans: { clusterCount: 100 } } }.',
    ),
});

export type RunOptions = z.output<typeof runSchema>;
export type DataOptions = z.output<typeof dataSchema>;
export type PresetName = (typeof PRESET_NAMES)[number];

/** JSON Schema (draft 7) of a configuration file, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) as Record<string, unknown>;
}
