import { createGraph, type Graph, type GraphValue, operators } from '@ganscout/autodiff';
import { cosineBasis } from './cosine-basis.js';
import { LayerArrays, type LayerArraysOptions } from './layer-arrays.js';
import { filled, heNormal, type Initializer, uniformByFan, type WeightTensor } from './weights.js';

const {
  add,
  batchNorm,
  channelMajorConvolution,
  channelMajorDepthwise,
  clip,
  convolution,
  leakyRelu,
  linear,
  matMul,
  maxPool,
  mul,
  relu,
} = operators;

type ConvolutionOptions = operators.ConvolutionOptions;

/**
 * Order of a feature map in memory: N × C × H × W, or C × N × H × W, in which convolutions by single pixels and depthwise ones
 * train quicker.
 */
export type MapLayout = 'image-major' | 'channel-major';

/** What a network is built for. */
export interface LayersOptions extends LayerArraysOptions {
  /** Order of the feature maps in memory; by default image-major, the only one without layers that are learned. */
  readonly layout?: MapLayout;
}

/** Numbers of a convolution. Sizes are of both axes, or [height, width]. */
export interface ConvolutionLayer {
  readonly kernels: number;
  readonly size: number | readonly [number, number];
  readonly stride?: number;
  readonly padding?: number | readonly [number, number];
  readonly dilation?: number;
  readonly groups?: number;
  /** By default false: batch norm follows. */
  readonly bias?: boolean;
  /** How the weights start; by default by He's rule over the outputs. */
  readonly initializer?: Initializer;
}

/** Sizes of a feature map. */
export interface MapSizes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Numbers of a pooling window. */
export interface PoolingLayer {
  readonly size: number;
  readonly stride: number;
  readonly padding?: number;
}

/** A dropout mask to be fed: 0, or 1 / (1 - rate). */
export interface DropoutMask {
  readonly input: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

/**
 * The layers that networks are written in, adding to one graph. Each takes feature maps (linear layers N × D) and names its
 * arrays as PyTorch does: `name.weight`, `name.bias`, `name.running_mean`, `name.running_var`.
 *
 * Images come in as N × 3 × H × W. What {@link MapLayout} the maps between the layers have is no concern of a network.
 */
export class Layers {
  readonly graph: Graph;
  /** The arrays of its layers. */
  readonly arrays: LayerArrays;
  readonly dropoutMasks: DropoutMask[] = [];
  readonly #isChannelMajor: boolean;
  /** Maps that are C × N × H × W. */
  readonly #channelMajor = new WeakSet<GraphValue>();
  /** What convolutions by single pixels were made of, after which batch norm knows a shorter way. */
  readonly #pointwise = new WeakMap<GraphValue, { maps: GraphValue; weight: GraphValue }>();

  constructor(name: string, options: LayersOptions = {}) {
    this.#isChannelMajor = options.layout === 'channel-major';
    this.graph = createGraph(name);
    this.arrays = new LayerArrays(this.graph, options);
  }

  /** Convolution; weights drawn by He's rule over the outputs, as in torchvision. */
  convolution(x: GraphValue, name: string, layer: ConvolutionLayer): GraphValue {
    const { kernels, stride = 1, padding = 0, dilation = 1, groups = 1, bias = false } = layer;
    const size = pair(layer.size);
    const channels = this.sizes(x).channels;
    const initializer = layer.initializer ?? heNormal(kernels * size[0] * size[1]);
    const options = {
      strides: [stride, stride],
      padding: pair(padding).map((amount) => [amount, amount] as const),
      dilations: [dilation, dilation],
      groups,
    };
    const kernel = { shape: [kernels, channels / groups, ...size], initializer };
    if (this.#fitsChannelMajor(channels, layer))
      return this.#channelMajorConvolution(x, name, kernel, options);
    const weight = this.arrays.add(name, 'weight', kernel.shape, initializer);
    const fan = (channels / groups) * size[0] * size[1];
    const shift = bias ? this.arrays.add(name, 'bias', [kernels], uniformByFan(fan)) : null;
    return convolution(this.imageMajor(x), weight, shift, options);
  }

  /** Convolution with kernels that are never learned. @param weight kernels × channels / groups × height × width. */
  fixedConvolution(
    x: GraphValue,
    weight: WeightTensor,
    { padding = 0, groups = 1 }: Pick<ConvolutionLayer, 'padding' | 'groups'> = {},
  ): GraphValue {
    return convolution(this.imageMajor(x), this.graph.constant(weight.data, weight.shape), null, {
      padding: pair(padding).map((size) => [size, size] as const),
      groups,
    });
  }

  /** 2-D DCT-II of each channel over its whole height and width; see {@link cosineBasis}. */
  dct2d(x: GraphValue): GraphValue {
    const { height, width } = this.sizes(x);
    const rows = this.graph.constant(cosineBasis(height), [height, height]);
    const columns = this.graph.constant(cosineBasis(width), [width, width]);
    return this.#like(x, matMul(matMul(rows, x), operators.transpose(columns)));
  }

  /** Batch norm: by the batch where the layer is learned, else by the running averages. */
  batchNorm(x: GraphValue, name: string, epsilon = 1e-5): GraphValue {
    const channels = [this.sizes(x).channels];
    const scale = this.arrays.add(name, 'weight', channels, filled(1));
    const shift = this.arrays.add(name, 'bias', channels, filled(0));
    const channelAxis = this.#channelMajor.has(x) ? 0 : 1;
    if (!this.arrays.isTrained(name)) {
      const mean = this.arrays.add(name, 'running_mean', channels, filled(0));
      const variance = this.arrays.add(name, 'running_var', channels, filled(1));
      const statistics = { mean, variance, scale, shift };
      if (channelAxis === 1) return operators.frozenBatchNorm(x, statistics, epsilon);
      return this.#like(x, operators.normalizeBy(x, statistics, { epsilon, channelAxis }));
    }
    const pixels = this.#pointwise.get(x);
    const { result, mean, variance } =
      pixels === undefined
        ? batchNorm(x, scale, shift, { epsilon, channelAxis })
        : operators.normalizedPointwise(pixels.maps, pixels.weight, { scale, shift, epsilon });
    const count = (x.shape as number[]).reduce((a, b) => a * b, 1) / channels[0]!;
    this.arrays.addAverage(name, 'running_mean', channels, filled(0), mean);
    this.arrays.addAverage(
      name,
      'running_var',
      channels,
      filled(1),
      mul(variance, count / Math.max(1, count - 1)),
    );
    return this.#like(x, result);
  }

  /** Fully connected layer with bias. @param x N × D. */
  linear(x: GraphValue, name: string, size: number, initializer?: Initializer): GraphValue {
    const inputs = x.shape[1] as number;
    const weight = this.arrays.add(name, 'weight', [size, inputs], initializer ?? uniformByFan(inputs));
    return linear(x, weight, this.arrays.add(name, 'bias', [size], uniformByFan(inputs)));
  }

  /** Zeros a share of the elements while the layer is learned, and scales the others. */
  dropout(x: GraphValue, name: string, rate: number): GraphValue {
    if (rate === 0 || !this.arrays.isTrained(name)) return x;
    const shape = x.shape as readonly number[];
    const input = `mask/${name}`;
    this.dropoutMasks.push({ input, shape, rate });
    return mul(x, this.graph.input(input, shape));
  }

  relu(x: GraphValue): GraphValue {
    return this.#like(x, relu(x));
  }

  /** min(max(x, 0), 6). */
  relu6(x: GraphValue): GraphValue {
    return this.#like(x, clip(x, 0, 6));
  }

  /** min(max(x, low), high). */
  clip(x: GraphValue, low: number, high: number): GraphValue {
    return this.#like(x, clip(x, low, high));
  }

  leakyRelu(x: GraphValue, slope: number): GraphValue {
    return this.#like(x, leakyRelu(x, slope));
  }

  add(a: GraphValue, b: GraphValue): GraphValue {
    if (this.#channelMajor.has(a) === this.#channelMajor.has(b)) return this.#like(a, add(a, b));
    return add(this.imageMajor(a), this.imageMajor(b));
  }

  maxPool(x: GraphValue, { size, stride, padding = 0 }: PoolingLayer): GraphValue {
    return this.#like(x, maxPool(x, poolingOptions(size, stride, padding)));
  }

  /** N × C. */
  globalAveragePool(x: GraphValue): GraphValue {
    const means = operators.reduceMean(x, [2, 3]);
    return this.#channelMajor.has(x) ? operators.transpose(means) : means;
  }

  /** Sizes of a feature map. */
  sizes(x: GraphValue): MapSizes {
    const [first, second, height, width] = x.shape as number[];
    return { channels: this.#channelMajor.has(x) ? first! : second!, height: height!, width: width! };
  }

  /** A feature map as N × C × H × W. */
  imageMajor(x: GraphValue): GraphValue {
    return this.#channelMajor.has(x) ? operators.transpose(x, [1, 0, 2, 3]) : x;
  }

  /** N × (C · H · W). */
  flatten(x: GraphValue): GraphValue {
    const rows = this.imageMajor(x);
    const [n, ...rest] = rows.shape;
    const length = (rest as number[]).reduce((a, b) => a * b, 1);
    return operators.reshape(rows, [typeof n === 'number' ? n : 0, length]);
  }

  /** Marks a map made of another one as being in the same layout. */
  #like(x: GraphValue, result: GraphValue): GraphValue {
    if (this.#channelMajor.has(x)) this.#channelMajor.add(result);
    return result;
  }

  #fitsChannelMajor(channels: number, { kernels, groups = 1, bias = false }: ConvolutionLayer): boolean {
    const isDepthwise = groups === channels && kernels === channels;
    return this.#isChannelMajor && !bias && (groups === 1 || isDepthwise);
  }

  #channelMajorConvolution(
    x: GraphValue,
    name: string,
    { shape, initializer }: { readonly shape: readonly number[]; readonly initializer: Initializer },
    options: Required<ConvolutionOptions>,
  ): GraphValue {
    const maps = this.#channelMajor.has(x) ? x : operators.transpose(x, [1, 0, 2, 3]);
    this.#channelMajor.add(maps);
    if (options.groups > 1) {
      const weight = this.arrays.add(name, 'weight', shape, initializer);
      return this.#like(maps, channelMajorDepthwise(maps, weight, options));
    }
    const weight = this.arrays.addKernels(name, shape, initializer);
    const result = channelMajorConvolution(maps, weight, options);
    const [kernels, channels, height, width] = shape as [number, number, number, number];
    const isPlain =
      height * width * options.strides[0]! === 1 && options.padding.flat().every((size) => size === 0);
    const places = (maps.shape as number[]).slice(1).reduce((a, b) => a * b, 1);
    const pays = operators.normalizedPointwisePays(channels, kernels, places);
    if (isPlain && pays) this.#pointwise.set(result, { maps, weight });
    return this.#like(maps, result);
  }
}

function pair(size: number | readonly [number, number]): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}

function poolingOptions(size: number, stride: number, padding: number) {
  return {
    kernel: [size, size],
    strides: [stride, stride],
    padding: [[padding, padding] as const, [padding, padding] as const],
  };
}
