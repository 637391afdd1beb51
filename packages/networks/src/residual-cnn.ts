import type { GraphValue } from '@ganscout/autodiff';
import { type Backbone, type BackboneOutputs, defineBackbone, SYMMETRIC } from './backbone.js';
import type { Layers } from './layers.js';
import type { WeightTensor } from './weights.js';

/** High-pass kernels, 3 × 3: differences to the next pixel, second differences, and both axes' second differences. */
const KERNELS: readonly (readonly number[])[] = [
  [0, 0, 0, 0, -1, 1, 0, 0, 0],
  [0, 0, 0, 0, -1, 0, 0, 1, 0],
  [0, 0, 0, 0.5, -1, 0.5, 0, 0, 0],
  [0, 0.5, 0, 0, -1, 0, 0, 0.5, 0],
  [-0.25, 0.5, -0.25, 0.5, -1, 0.5, -0.25, 0.5, -0.25],
];

/** Residuals are cut off at so many gray levels of 255, which becomes 1. */
const LARGEST_RESIDUAL = 16;

/** Kernels of each block; a stride of 2 halves height and width. */
const BLOCKS = [
  { kernels: 32, stride: 1 },
  { kernels: 48, stride: 2 },
  { kernels: 64, stride: 2 },
  { kernels: 128, stride: 2 },
  { kernels: 128, stride: 1 },
] as const;

/**
 * A small network of our own on high-pass residuals, for images of about 64 pixels: 128 features.
 *
 * Fixed high-pass kernels take what the image shows away from each color; the residuals are cut off and go through five
 * blocks of a 3 × 3 convolution, batch norm and ReLU, then a global average.
 *
 * Source: residuals and their truncation as in J. Fridrich, J. Kodovský, "Rich Models for Steganalysis of Digital
 * Images", IEEE Trans. Information Forensics and Security 7(3), 2012, section II.
 */
export function residualCnn(): Backbone {
  return defineBackbone({
    name: 'residual-cnn',
    smallestImage: 16,
    fixedImage: null,
    trainingLayout: 'image-major',
    normalization: SYMMETRIC,
    layers: BLOCKS.map((_, i) => `block${i + 1}`),
    ourName: (published: string) => published,
    build: (layers, images) => buildResidualCnn(layers, images),
  });
}

function buildResidualCnn(layers: Layers, images: GraphValue): BackboneOutputs {
  const maps = new Map<string, GraphValue>();
  const residuals = layers.fixedConvolution(images, residualKernels(), { padding: 1, groups: 3 });
  let x = layers.clip(residuals, -1, 1);
  BLOCKS.forEach(({ kernels, stride }, i) => {
    const name = `block${i + 1}`;
    const convolved = layers.convolution(x, `${name}.conv`, { kernels, size: 3, stride, padding: 1 });
    x = layers.relu(layers.batchNorm(convolved, `${name}.bn`));
    maps.set(name, x);
  });
  return { features: layers.globalAveragePool(x), maps };
}

/** Every kernel for each of the three colors, scaled from images in [-1, 1] to residuals of up to 1. */
function residualKernels(): WeightTensor {
  const scale = 255 / 2 / LARGEST_RESIDUAL;
  const values = KERNELS.flat().map((value) => value * scale);
  return {
    shape: [3 * KERNELS.length, 1, 3, 3],
    data: Float32Array.from([...values, ...values, ...values]),
  };
}
