import type { GraphValue } from '@ganscout/autodiff';
import { type Backbone, type BackboneOutputs, defineBackbone, SYMMETRIC } from './backbone.js';
import type { Layers } from './layers.js';

/** Separable convolutions with a shortcut around them. */
interface Block {
  readonly name: string;
  /** Channels that each of its convolutions makes. */
  readonly channels: readonly number[];
  readonly stride: 1 | 2;
  readonly startsWithRelu: boolean;
}

const BLOCKS: readonly Block[] = [
  { name: 'block1', channels: [128, 128], stride: 2, startsWithRelu: false },
  { name: 'block2', channels: [256, 256], stride: 2, startsWithRelu: true },
  { name: 'block3', channels: [728, 728], stride: 2, startsWithRelu: true },
  ...Array.from({ length: 8 }, (_, i): Block => {
    return { name: `block${i + 4}`, channels: [728, 728, 728], stride: 1, startsWithRelu: true };
  }),
  { name: 'block12', channels: [728, 1024], stride: 2, startsWithRelu: true },
];

/**
 * Xception with the names of Cadene's and timm's PyTorch versions: 2048 features.
 *
 * Source: F. Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017, figure 5.
 */
export function xception(): Backbone {
  return defineBackbone({
    name: 'xception',
    smallestImage: 32,
    fixedImage: null,
    trainingLayout: 'channel-major',
    normalization: SYMMETRIC,
    layers: [
      'conv1',
      'bn1',
      'conv2',
      'bn2',
      ...BLOCKS.map(({ name }) => name),
      'conv3',
      'bn3',
      'conv4',
      'bn4',
    ],
    ourName: (published: string) => published.replace(/^(fc|last_linear)\./, 'head.0.'),
    build: (layers, images) => buildXception(layers, images),
  });
}

function buildXception(layers: Layers, images: GraphValue): BackboneOutputs {
  const maps = new Map<string, GraphValue>();
  const first = layers.convolution(images, 'conv1', { kernels: 32, size: 3, stride: 2 });
  const second = layers.convolution(layers.relu(layers.batchNorm(first, 'bn1')), 'conv2', {
    kernels: 64,
    size: 3,
  });
  let x = layers.relu(layers.batchNorm(second, 'bn2'));
  maps.set('act2', x);
  for (const block of BLOCKS) {
    x = addBlock(layers, x, block);
    maps.set(block.name, x);
  }
  for (const [i, kernels] of [[3, 1536] as const, [4, 2048] as const]) {
    x = layers.relu(layers.batchNorm(separable(layers, x, `conv${i}`, kernels), `bn${i}`));
    maps.set(`act${i}`, x);
  }
  return { features: layers.globalAveragePool(x), maps };
}

function addBlock(layers: Layers, input: GraphValue, block: Block): GraphValue {
  const { name, channels, stride, startsWithRelu } = block;
  let x = input;
  // The published names count ReLU, convolution and batch norm, each a place of its own.
  let place = 0;
  channels.forEach((kernels, i) => {
    if (i > 0 || startsWithRelu) {
      x = layers.relu(x);
      place++;
    }
    x = separable(layers, x, `${name}.rep.${place++}`, kernels);
    x = layers.batchNorm(x, `${name}.rep.${place++}`);
  });
  if (stride === 1) return layers.add(x, input);
  const kernels = channels.at(-1)!;
  const skip = layers.convolution(input, `${name}.skip`, { kernels, size: 1, stride });
  const pooled = layers.maxPool(x, { size: 3, stride, padding: 1 });
  return layers.add(pooled, layers.batchNorm(skip, `${name}.skipbn`));
}

/** A 3 × 3 convolution of each channel by itself, then a 1 × 1 convolution. */
function separable(layers: Layers, x: GraphValue, name: string, kernels: number): GraphValue {
  const { channels } = layers.sizes(x);
  const depthwise = { kernels: channels, size: 3, padding: 1, groups: channels };
  return layers.convolution(layers.convolution(x, `${name}.conv1`, depthwise), `${name}.pointwise`, {
    kernels,
    size: 1,
  });
}
