import { z } from 'zod';

/** Options of {@link refineClusters}; one sentence each, with range and default. */
export const refineOptionsSchema = z.strictObject({
  solver: z
    .enum(['nystrom', 'svm'])
    .default('nystrom')
    .describe(
      'Regularized least squares on landmarks, each row judged without itself; or one support vector machine a cluster.',
    ),
  minimumSize: z
    .int()
    .min(1)
    .default(10)
    .describe('A cluster dissolves if fewer of its rows than this are judged to belong to it.'),
  minimumShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('A cluster dissolves if this share of its rows or less are judged to belong to it.'),
  gamma: z
    .union([z.literal('scale'), z.number().positive()])
    .default('scale')
    .describe('Kernel exp(-gamma · squared distance); "scale" is 1 / (D · variance of all values).'),
  landmarkCount: z
    .int()
    .min(1)
    .default(512)
    .describe('With solver "nystrom": number of rows that span the kernel features.'),
  regularization: z
    .number()
    .positive()
    .default(1)
    .describe('With solver "nystrom": weight of the squared norm against the sum of squared errors.'),
  cost: z.number().positive().default(1).describe('With solver "svm": largest weight C of a row.'),
  kernelCacheMegabytes: z
    .number()
    .positive()
    .default(1024)
    .describe(
      'With solver "svm": memory for the kernel matrix; where it does not fit, for rows of it, which is slower.',
    ),
});

/** Parsed options of {@link refineClusters}. */
export type RefineOptions = z.output<typeof refineOptionsSchema>;

/** The published recipe's values, where they differ from the defaults: at most 100 positive rows dissolve. */
export const refineGirish2021 = {
  solver: 'svm',
  minimumSize: 101,
} as const satisfies Partial<RefineOptions>;
