import type { GraphValue } from '@ganscout/autodiff';
import { type Backbone, type BackboneOutputs, defineBackbone, IMAGENET } from './backbone.js';
import type { ConvolutionLayer, Layers } from './layers.js';

/** Options of {@link mobilenetV2}. */
export interface MobilenetOptions {
  /** Factor of the number of channels, positive; by default 1. */
  readonly width?: number;
}

/** Rows of table 2 of the source: expansion, channels, blocks, stride of the first block. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** One inverted residual block. */
interface Block {
  readonly name: string;
  readonly expansion: number;
  readonly channels: number;
  readonly stride: number;
}

/**
 * MobileNetV2 with the names of torchvision: 1280 features, or more if the width is above 1.
 *
 * @throws {RangeError} if the width is not a positive number.
 *
 * Source: M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2.
 */
export function mobilenetV2({ width = 1 }: MobilenetOptions = {}): Backbone {
  if (!(width > 0 && Number.isFinite(width))) {
    throw new RangeError(`mobilenet-v2: width must be a positive number, got ${width}`);
  }
  const blocks = listBlocks(width);
  return defineBackbone({
    name: 'mobilenet-v2',
    smallestImage: 32,
    fixedImage: null,
    trainingLayout: 'channel-major',
    normalization: IMAGENET,
    layers: ['features.0', ...blocks.map(({ name }) => name), `features.${blocks.length + 1}`],
    ourName,
    build: (layers, images) => buildMobilenet(layers, images, blocks, width),
  });
}

function listBlocks(width: number): Block[] {
  const blocks: Block[] = [];
  for (const [expansion, channels, count, stride] of STAGES) {
    for (let i = 0; i < count; i++) {
      const name = `features.${blocks.length + 1}`;
      blocks.push({ name, expansion, channels: scaled(channels, width), stride: i === 0 ? stride : 1 });
    }
  }
  return blocks;
}

/** The multiple of 8 nearest to channels · width, at least 8 and at least nine tenths of it. */
function scaled(channels: number, width: number): number {
  const exact = channels * width;
  const nearest = Math.max(8, Math.floor((exact + 4) / 8) * 8);
  return nearest < 0.9 * exact ? nearest + 8 : nearest;
}

function buildMobilenet(
  layers: Layers,
  images: GraphValue,
  blocks: readonly Block[],
  width: number,
): BackboneOutputs {
  const maps = new Map<string, GraphValue>();
  let x = activeUnit(layers, images, 'features.0', {
    kernels: scaled(32, width),
    size: 3,
    stride: 2,
    padding: 1,
  });
  maps.set('features.0', x);
  for (const block of blocks) {
    x = addBlock(layers, x, block);
    maps.set(block.name, x);
  }
  const last = `features.${blocks.length + 1}`;
  x = activeUnit(layers, x, last, { kernels: scaled(1280, Math.max(1, width)), size: 1 });
  maps.set(last, x);
  return { features: layers.globalAveragePool(x), maps };
}

/** A 1 × 1 convolution that widens (if at all), a depthwise one, and a linear 1 × 1 one that narrows. */
function addBlock(layers: Layers, x: GraphValue, { name, expansion, channels, stride }: Block): GraphValue {
  const inputs = layers.sizes(x).channels;
  const kernels = inputs * expansion;
  const wide = expansion === 1 ? x : activeUnit(layers, x, `${name}.conv.0`, { kernels, size: 1 });
  const i = expansion === 1 ? 0 : 1;
  const depthwise = { kernels, size: 3, stride, padding: 1, groups: kernels };
  const moved = activeUnit(layers, wide, `${name}.conv.${i}`, depthwise);
  const narrow = layers.convolution(moved, `${name}.conv.${i + 1}`, { kernels: channels, size: 1 });
  const result = layers.batchNorm(narrow, `${name}.conv.${i + 2}`);
  return stride === 1 && inputs === channels ? layers.add(x, result) : result;
}

function activeUnit(layers: Layers, x: GraphValue, name: string, layer: ConvolutionLayer): GraphValue {
  return layers.relu6(layers.batchNorm(layers.convolution(x, `${name}.0`, layer), `${name}.1`));
}

/** Arrays of a block in timm's order: names in a block that does not widen, and in one that does. */
const TIMM_PARTS: Readonly<Record<string, readonly [narrow: string, wide: string]>> = {
  conv_dw: ['conv.0.0', 'conv.1.0'],
  conv_pw: ['conv.1', 'conv.0.0'],
  conv_pwl: ['', 'conv.2'],
  bn1: ['conv.0.1', 'conv.0.1'],
  bn2: ['conv.2', 'conv.1.1'],
  bn3: ['', 'conv.3'],
};

/** From torchvision's classes, or from timm's names `conv_stem`, `blocks.STAGE.BLOCK.PART`, `conv_head`. */
function ourName(published: string): string {
  const [, stage, block, part, array] = /^blocks\.([0-6])\.(\d+)\.(\w+)\.(\w+)$/.exec(published) ?? [];
  const names = TIMM_PARTS[part ?? ''];
  if (names !== undefined) {
    const before = STAGES.slice(0, Number(stage)).reduce((sum, [, , count]) => sum + count, 0);
    return `features.${before + Number(block) + 1}.${names[stage === '0' ? 0 : 1]}.${array}`;
  }
  return published
    .replace(/^conv_stem\./, 'features.0.0.')
    .replace(/^bn1\./, 'features.0.1.')
    .replace(/^conv_head\./, 'features.18.0.')
    .replace(/^bn2\./, 'features.18.1.')
    .replace(/^classifier\.(1\.)?/, 'head.0.');
}
