import type { GraphValue } from '@ganscout/autodiff';
import { type Backbone, type BackboneOutputs, defineBackbone, IMAGENET } from './backbone.js';
import type { Layers } from './layers.js';

/** Residual networks that are known here. */
export type ResnetName = 'resnet18' | 'resnet50' | 'resnet101';

/** One residual block. */
interface Block {
  readonly name: string;
  /** Kernels of its 3 × 3 convolutions. */
  readonly width: number;
  readonly stride: number;
  /** Whether the shortcut is a convolution, because the size changes. */
  readonly projects: boolean;
}

/** What lies between the input of a block and the addition; of `expansion` times `width` channels. */
interface Branch {
  readonly expansion: number;
  build(layers: Layers, x: GraphValue, block: Block): GraphValue;
}

const BASIC: Branch = {
  expansion: 1,
  build(layers, x, { name, width, stride }) {
    const first = layers.convolution(x, `${name}.conv1`, { kernels: width, size: 3, stride, padding: 1 });
    const active = layers.relu(layers.batchNorm(first, `${name}.bn1`));
    const second = layers.convolution(active, `${name}.conv2`, { kernels: width, size: 3, padding: 1 });
    return layers.batchNorm(second, `${name}.bn2`);
  },
};

const BOTTLENECK: Branch = {
  expansion: 4,
  build(layers, x, { name, width, stride }) {
    const first = layers.convolution(x, `${name}.conv1`, { kernels: width, size: 1 });
    const narrow = layers.relu(layers.batchNorm(first, `${name}.bn1`));
    const second = layers.convolution(narrow, `${name}.conv2`, {
      kernels: width,
      size: 3,
      stride,
      padding: 1,
    });
    const moved = layers.relu(layers.batchNorm(second, `${name}.bn2`));
    const third = layers.convolution(moved, `${name}.conv3`, { kernels: 4 * width, size: 1 });
    return layers.batchNorm(third, `${name}.bn3`);
  },
};

const ARCHITECTURES: Readonly<Record<ResnetName, { branch: Branch; blocks: readonly number[] }>> = {
  resnet18: { branch: BASIC, blocks: [2, 2, 2, 2] },
  resnet50: { branch: BOTTLENECK, blocks: [3, 4, 6, 3] },
  resnet101: { branch: BOTTLENECK, blocks: [3, 4, 23, 3] },
};

/**
 * A residual network with the names of torchvision: 512 features (18 layers) or 2048 (50 and 101).
 *
 * Source: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1.
 * Departs from the source, as torchvision does: a bottleneck moves by its stride in the 3 × 3 convolution.
 */
export function resnet(name: ResnetName): Backbone {
  const { branch, blocks } = ARCHITECTURES[name];
  return defineBackbone({
    name,
    smallestImage: 32,
    fixedImage: null,
    trainingLayout: 'channel-major',
    normalization: IMAGENET,
    layers: ['conv1', 'bn1', ...blocks.map((_, stage) => `layer${stage + 1}`)],
    ourName: (published: string) => published.replace(/^fc\./, 'head.0.'),
    build: (layers, images) => buildResnet(layers, images, branch, blocks),
  });
}

function buildResnet(
  layers: Layers,
  images: GraphValue,
  branch: Branch,
  blocks: readonly number[],
): BackboneOutputs {
  const maps = new Map<string, GraphValue>();
  const stem = layers.convolution(images, 'conv1', { kernels: 64, size: 7, stride: 2, padding: 3 });
  const active = layers.relu(layers.batchNorm(stem, 'bn1'));
  let x = layers.maxPool(active, { size: 3, stride: 2, padding: 1 });
  blocks.forEach((count, stage) => {
    const width = 64 * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const projects = i === 0 && (stage > 0 || branch.expansion > 1);
      x = addBlock(layers, x, branch, { name: `layer${stage + 1}.${i}`, width, stride, projects });
    }
    maps.set(`layer${stage + 1}`, x);
  });
  return { features: layers.globalAveragePool(x), maps };
}

function addBlock(layers: Layers, x: GraphValue, branch: Branch, block: Block): GraphValue {
  const { name, width, stride, projects } = block;
  const result = branch.build(layers, x, block);
  if (!projects) return layers.relu(layers.add(result, x));
  const kernels = branch.expansion * width;
  const projected = layers.convolution(x, `${name}.downsample.0`, { kernels, size: 1, stride });
  return layers.relu(layers.add(result, layers.batchNorm(projected, `${name}.downsample.1`)));
}
