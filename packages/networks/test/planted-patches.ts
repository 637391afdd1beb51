import { createRandom } from '@ganscout/numeric';
import type { Backbone, BatchSource, LabelledPatches } from '../src/index.js';

/** A network of two small convolutions, for tests of what is around networks. */
export const TINY: Backbone = {
  name: 'tiny',
  smallestImage: 8,
  fixedImage: null,
  normalization: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  layers: ['first', 'second'],
  ourName: (published) => published,
  build(layers, images) {
    const unit = (x: typeof images, name: string, kernels: number) => {
      const convolved = layers.convolution(x, `${name}.conv`, { kernels, size: 3, padding: 1, stride: 2 });
      return layers.relu(layers.batchNorm(convolved, `${name}.bn`));
    };
    const first = unit(images, 'first', 6);
    const second = unit(first, 'second', 8);
    return {
      features: layers.globalAveragePool(second),
      maps: new Map([
        ['first', first],
        ['second', second],
      ]),
    };
  },
};

/**
 * Noise with stripes: upright ones in class 0, level ones in class 1, none in class 2.
 *
 * @param name of the stream; equal names give equal patches.
 */
export function stripedPatches(name: string, count: number, patchSize = 8): LabelledPatches {
  const random = createRandom(7, name);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const data = new Uint8Array(count * 3 * patchSize * patchSize);
  data.forEach((_, i) => {
    const [x, y] = [i % patchSize, Math.floor(i / patchSize) % patchSize];
    const label = labels[Math.floor(i / (3 * patchSize * patchSize))]!;
    const stripe = label === 2 ? 0 : 60 * ((label === 0 ? x : y) % 2);
    data[i] = 60 + stripe + random.integer(80);
  });
  return { patches: { count, patchSize, data }, labels };
}

/** Batches of {@link stripedPatches}, others in each epoch. */
export function stripedBatches(batchCount: number, batchSize: number): BatchSource {
  return { batchCount, load: async (epoch, index) => stripedPatches(`${epoch}/${index}`, batchSize) };
}

/** The same batches in every epoch. */
export function heldBackBatches(batchCount: number, batchSize: number): BatchSource {
  return { batchCount, load: async (_, index) => stripedPatches(`held back/${index}`, batchSize) };
}
