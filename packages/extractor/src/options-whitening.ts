import { z } from 'zod';

/** Options of content whitening. */
export const whiteningOptionsSchema = z.strictObject({
  clip: z
    .number()
    .positive()
    .nullable()
    .default(3)
    .describe(
      'Standardized features z become clip · tanh(z / clip), so that no extreme value rules the rest; null leaves them.',
    ),
  components: z
    .int()
    .min(1)
    .default(450)
    .describe(
      'Principal components of all images that are kept before whitening; fewer if there are fewer images.',
    ),
  shrinkage: z
    .number()
    .min(1e-6)
    .max(1)
    .default(0.05)
    .describe('Weight of a multiple of the identity in the covariance of content.'),
  leading: z
    .int()
    .min(1)
    .nullable()
    .default(40)
    .describe('Leading principal components of the whitened images that are kept; null keeps all.'),
  clusterWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'From the second round on: weight of the covariance within the clusters found so far, beside that of content.',
    ),
  compressionWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'Weight of the covariance of what JPEG compression changes in an image, beside that of content. For dumps that were compressed after the fact, as by a social network, where the labelled images were not: 0.3. Elsewhere it costs some of the differences between sources.',
    ),
  unitLength: z
    .boolean()
    .default(true)
    .describe(
      'Whether whitened images are scaled to unit length, before and after the leading components are taken.',
    ),
});

export type WhiteningOptions = z.output<typeof whiteningOptionsSchema>;
