import { z } from 'zod';

/** Options of the descriptor: which crops of an image are described beside the whole. */
export const descriptorOptionsSchema = z
  .strictObject({
    grid: z.int().min(1).max(16).default(4).describe('Tiles a side into which an image is divided.'),
    cropTiles: z.int().min(1).max(16).default(2).describe('Tiles a side of one crop.'),
    cropStep: z
      .int()
      .min(1)
      .max(16)
      .default(2)
      .describe('Tiles from one crop to the next; fewer than cropTiles makes crops overlap.'),
  })
  .refine((options) => options.cropTiles <= options.grid, {
    error: 'cropTiles must be at most grid',
    path: ['cropTiles'],
  });

export type DescriptorOptions = z.output<typeof descriptorOptionsSchema>;
