import { z } from 'zod';

/** Options of the WTA detector; one sentence each, with range and default. */
export const wtaOptionsSchema = z.strictObject({
  hashCount: z.int().min(1).max(65536).default(2048).describe('Number of permutations H.'),
  windowSize: z
    .int()
    .min(2)
    .max(16)
    .default(2)
    .describe('Window size K: the code is the position of the largest of the first K permuted features.'),
  calibration: z
    .enum(['leave-one-out', 'pairwise'])
    .default('leave-one-out')
    .describe(
      'Threshold from the mean distances of labelled images to the rest of their source, or from single pairs.',
    ),
  falseRejectRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe('Share of images of known sources to reject; used by "leave-one-out".'),
  thresholdQuantile: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('Quantile of a source\'s pairwise distances that is its threshold; used by "pairwise".'),
  pairSampleSize: z
    .int()
    .min(1)
    .default(500_000)
    .describe('With more pairs in a source than this, "pairwise" draws so many of them at random.'),
  attribution: z
    .enum(['accepting-source', 'argmax'])
    .default('accepting-source')
    .describe("An accepted image gets the source that accepts it, or the network's largest logit."),
});

/** Parsed options of the WTA detector. */
export type WtaOptions = z.output<typeof wtaOptionsSchema>;

/** The published recipe's values, where they differ from the defaults. */
export const wtaGirish2021 = {
  calibration: 'pairwise',
  attribution: 'argmax',
} as const satisfies Partial<WtaOptions>;
