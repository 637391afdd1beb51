import { type GraphValue, operators } from '@ganscout/autodiff';
import type { Backbone } from '../src/backbone.js';
import type { Layers } from '../src/layers.js';

const BLOCKS = [
  { kernels: 16, stride: 2 },
  { kernels: 32, stride: 2 },
  { kernels: 32, stride: 1 },
];

/** Three convolutions with batch norm and ReLU; its last map has cells of 4 pixels that see 15 × 15 pixels. */
export const SMALL_NETWORK: Backbone = {
  name: 'small',
  smallestImage: 16,
  fixedImage: null,
  normalization: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  layers: BLOCKS.map((_, i) => `block${i + 1}`),
  ourName: (published) => published,
  build(layers: Layers, images: GraphValue) {
    const maps = new Map<string, GraphValue>();
    let x = images;
    for (const [i, { kernels, stride }] of BLOCKS.entries()) {
      const name = `block${i + 1}`;
      const convolved = layers.convolution(x, `${name}.conv`, { kernels, size: 3, stride, padding: 1 });
      x = operators.relu(layers.batchNorm(convolved, `${name}.bn`));
      maps.set(name, x);
    }
    return { features: layers.globalAveragePool(x), maps };
  },
};
