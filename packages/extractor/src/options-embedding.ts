import * as z from 'zod';

/** Options of `trainEmbedding`. */
export const embeddingOptionsSchema = z.strictObject({
  hiddenSizes: z
    .array(z.int().min(1).max(65536))
    .min(1)
    .max(8)
    .default([512, 512, 128])
    .describe('Sizes of the hidden layers; the last one is the embedding.'),
  dropout: z
    .number()
    .min(0)
    .max(0.95)
    .default(0.5)
    .describe('Probability that a hidden unit is left out in a training step.'),
  learningRate: z
    .number()
    .positive()
    .max(1)
    .default(1e-3)
    .describe('Learning rate of Adam; the published recipe uses 1e-4.'),
  batchSize: z.int().min(1).default(256).describe('Images in a training step.'),
  epochs: z.int().min(1).default(30).describe('Passes over the training images.'),
  classWeights: z
    .enum(['balanced', 'none'])
    .default('balanced')
    .describe('Weight of each class in the loss: size of the largest class over its own size, or 1.'),
  warmStart: z
    .boolean()
    .default(true)
    .describe('Whether training continues from the weights of the round before, except the last layer.'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('Multiple of each parameter that is added to its gradient.'),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of each target that is spread evenly over all classes.'),
  earlyStopping: z
    .nullable(
      z.strictObject({
        patience: z
          .int()
          .min(1)
          .default(5)
          .describe('Epochs without a lower loss on the held-back images after which training stops.'),
        share: z
          .number()
          .gt(0)
          .max(0.5)
          .default(0.1)
          .describe('Share of the images of each class held back.'),
      }),
    )
    .default(null)
    .describe('Keeps the epoch that is best on held-back images; null trains on all images for all epochs.'),
});

/** Parsed options of `trainEmbedding`. */
export type EmbeddingOptions = z.output<typeof embeddingOptionsSchema>;
