import { z } from 'zod';

/** Options of {@link kmeans}; one sentence each, with range and default. */
export const kmeansOptionsSchema = z.strictObject({
  clusterCount: z
    .union([z.literal('auto'), z.int().min(1)])
    .default('auto')
    .describe('Number of clusters k, or "auto": one for each rowsPerCluster rows, at least 2.'),
  rowsPerCluster: z
    .number()
    .positive()
    .default(8)
    .describe('Mean number of rows in a cluster when clusterCount is "auto".'),
  largestClusterCount: z
    .int()
    .min(1)
    .default(500)
    .describe(
      'Largest number of clusters when clusterCount is "auto"; it keeps the time linear in the rows.',
    ),
  maxIterations: z.int().min(1).default(300).describe('Largest number of iterations.'),
  tolerance: z
    .number()
    .min(0)
    .default(1e-4)
    .describe(
      'Stops when the centroids moved by less: sum of squared moves over the mean variance of a feature.',
    ),
  restarts: z.int().min(1).default(1).describe('Number of seedings; the result of least inertia is kept.'),
  initialization: z
    .enum(['k-means++', 'k-means++-greedy', 'k-means++-distance', 'random'])
    .default('k-means++')
    .describe(
      'Seeding: a row is drawn by its squared distance to the seeds so far; the best of 2 + ln k such rows; a row by its distance; or any rows.',
    ),
  emptyCluster: z
    .enum(['reseed', 'keep'])
    .default('reseed')
    .describe(
      'A cluster that loses all its rows moves to the row farthest from its centroid, or stays in place.',
    ),
  engine: z
    .enum(['ganscout', 'ml-kmeans'])
    .default('ganscout')
    .describe(
      'What iterates: this package, or ml-kmeans from the same seeds, which is slow and there to compare with.',
    ),
});

/** Parsed options of {@link kmeans}. */
export type KMeansOptions = z.output<typeof kmeansOptionsSchema>;

/** The published recipe's values, where they differ from the defaults. */
export const kmeansGirish2021 = {
  clusterCount: 500,
  maxIterations: 300,
  tolerance: 0,
  initialization: 'k-means++-distance',
} as const satisfies Partial<KMeansOptions>;

/**
 * Number of clusters that `clusterCount: 'auto'` stands for: rows / rowsPerCluster, rounded, in [2, largestClusterCount].
 *
 * It over-clusters on purpose: a merge can join the fragments of a source, nothing can split a mixture. But a few times as many
 * fragments as there are sources are enough, however many rows; a count that grew with the rows would make the time
 * quadratic in them.
 *
 * @returns an integer in [1, largestClusterCount]; at most the number of rows, if there is any.
 */
export function automaticClusterCount(
  rows: number,
  { rowsPerCluster, largestClusterCount }: Pick<KMeansOptions, 'rowsPerCluster' | 'largestClusterCount'>,
): number {
  const count = Math.min(largestClusterCount, Math.max(2, Math.round(rows / rowsPerCluster)));
  return Math.max(1, Math.min(count, rows));
}
