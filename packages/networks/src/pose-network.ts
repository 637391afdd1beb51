import type { GraphValue } from '@ganscout/autodiff';
import { type Backbone, type BackboneOutputs, defineBackbone, SYMMETRIC } from './backbone.js';
import type { ConvolutionLayer, Layers } from './layers.js';
import { uniformByFan } from './weights.js';

/** Options of {@link poseNetwork}. */
export interface PoseOptions {
  /** Height and width of the images, a multiple of 16; by default 128. */
  readonly image?: number;
  /** Whether the first convolution sees the 2-D DCT of the image, or the image; by default `dct`. */
  readonly input?: 'dct' | 'image';
}

const CHANNELS = [64, 128, 256, 512];
const SLOPE = 0.2;

/**
 * The network of POSE: a 2-D DCT over the whole image, four blocks of two convolutions, one linear layer: 512 features.
 *
 * The transform is not orthonormal: 2 Σ x cos(π (2 n + 1) k / (2 N)) along each axis, as its authors' code computes it.
 *
 * @throws {RangeError} if `image` is not a positive multiple of 16, or `input` is not known.
 *
 * Source: T. Yang et al., "Progressive Open Space Expansion for Open-Set Model Attribution", CVPR 2023.
 */
export function poseNetwork({ image = 128, input = 'dct' }: PoseOptions = {}): Backbone {
  if (!Number.isInteger(image) || image < 16 || image % 16 !== 0) {
    throw new RangeError(`pose: image must be a positive multiple of 16, got ${image}`);
  }
  if (input !== 'dct' && input !== 'image') {
    throw new RangeError(`pose: input must be dct or image, got ${input}`);
  }
  return defineBackbone({
    name: 'pose',
    smallestImage: image,
    fixedImage: image,
    trainingLayout: 'image-major',
    normalization: SYMMETRIC,
    layers: [...CHANNELS.map((_, i) => `block${i + 1}`), 'fc'],
    ourName,
    build: (layers, images) => buildPose(layers, input === 'dct' ? layers.dct2d(images) : images),
  });
}

function buildPose(layers: Layers, input: GraphValue): BackboneOutputs {
  const maps = new Map<string, GraphValue>();
  let x = input;
  CHANNELS.forEach((kernels, i) => {
    const name = `block${i + 1}`;
    x = addUnit(layers, x, `${name}.0`, { kernels, size: 4, stride: 2, padding: 1 });
    x = addUnit(layers, x, `${name}.1`, { kernels, size: 3, padding: 1 });
    maps.set(name, x);
  });
  return { features: layers.linear(layers.flatten(x), 'fc', 512), maps };
}

function addUnit(layers: Layers, x: GraphValue, name: string, layer: ConvolutionLayer): GraphValue {
  const [height, width] = [layer.size as number, layer.size as number];
  const initializer = uniformByFan(layers.sizes(x).channels * height * width);
  const convolved = layers.convolution(x, `${name}.conv`, { ...layer, bias: true, initializer });
  return layers.leakyRelu(layers.batchNorm(convolved, `${name}.bn`), SLOPE);
}

/** From the authors' `main.UNIT.main.PART`, two units a block, part 0 the convolution and 1 the batch norm. */
function ourName(published: string): string {
  const [, unit, part, array] = /^main\.([0-7])\.main\.([01])\.(\w+)$/.exec(published) ?? [];
  if (unit !== undefined) {
    const block = Math.floor(Number(unit) / 2) + 1;
    return `block${block}.${Number(unit) % 2}.${part === '0' ? 'conv' : 'bn'}.${array}`;
  }
  return published.replace(/^classification_head\.1\./, 'head.0.');
}
