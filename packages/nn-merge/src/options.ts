import { z } from 'zod';

/** Options of {@link mergeClusters}; one sentence each, with default. */
export const mergeOptionsSchema = z.strictObject({
  connection: z
    .enum(['mutual', 'chained'])
    .default('mutual')
    .describe(
      'Clusters join if each is the nearest of the other (strongly connected), or along chains (weakly connected).',
    ),
  linkage: z
    .enum(['average', 'centroid'])
    .default('average')
    .describe(
      'Distance of two clusters: the mean squared distance between their rows, or the squared distance of their centroids.',
    ),
  limit: z
    .enum(['known', 'spread', 'none'])
    .default('known')
    .describe(
      'Which links count: those shorter than the known sources suggest, those short against the spread inside the two clusters, or all.',
    ),
  limitFactor: z
    .number()
    .positive()
    .default(1)
    .describe(
      'With limit "spread": largest squared distance of two centroids over the mean spread inside; with "known": multiplies that limit.',
    ),
  limitWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'With limit "known": weight of the distances within known sources; those between the nearest of them have the rest.',
    ),
  repeat: z
    .boolean()
    .default(true)
    .describe('Merges the merged clusters again until no link is left; needs a limit.'),
  search: z
    .enum(['exact', 'hnsw'])
    .default('exact')
    .describe(
      'How nearest clusters are found: exactly, or nearly so, for very many clusters; the latter needs the package hnswlib-node.',
    ),
});

/** Parsed options of {@link mergeClusters}. */
export type MergeOptions = z.output<typeof mergeOptionsSchema>;

/** The published recipe's values, where they differ from the defaults. */
export const mergeGirish2021 = {
  connection: 'mutual',
  linkage: 'centroid',
  limit: 'none',
  repeat: false,
} as const satisfies Partial<MergeOptions>;
