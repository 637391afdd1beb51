import { reduceSum } from './broadcast.js';
import { add, div, mul, neg, relu, sqrt, sub } from './elementwise.js';
import { gemm, matMul, steadyGemm } from './linear.js';
import { type GraphValue, staticShape } from './rule.js';
import { reshape } from './shape.js';

/** A normalized batch with the statistics it was normalized by. */
export interface NormalizedBatch {
  readonly result: GraphValue;
  /** C, mean over images and places. */
  readonly mean: GraphValue;
  /** C, variance over images and places, divided by their number. */
  readonly variance: GraphValue;
}

/** What a normalized batch is scaled and shifted by, C values each, and what is added to its variance. */
interface BatchScale {
  readonly scale: GraphValue;
  readonly shift: GraphValue;
  readonly epsilon: number;
}

/**
 * Batch norm with the statistics of the batch itself, as in training. There is no gradient through mean and variance alone.
 *
 * @param x N × C × spatial axes, or C × N × spatial axes. @param scale C. @param shift C.
 * @param options `epsilon`: added to the variance, by default 1e-5; `channelAxis`: 1, or 0 for channels first.
 *
 * The variance is the mean square less the square of the mean, so it loses digits where the mean is many times the deviation.
 * Source: S. Ioffe, C. Szegedy, "Batch Normalization", ICML 2015, algorithm 1 and the gradients of section 3.
 */
export function batchNorm(
  x: GraphValue,
  scale: GraphValue,
  shift: GraphValue,
  { epsilon = 1e-5, channelAxis = 1 }: { readonly epsilon?: number; readonly channelAxis?: 0 | 1 } = {},
): NormalizedBatch {
  const maps = flattened(x, channelAxis);
  const batch = normalizeMaps(maps, { scale, shift, epsilon });
  const shape = staticShape(x, 'batchNorm');
  const result = x.graph.derive(reshape(batch.normalized, shape), [x, scale, shift], (upstream) => {
    const slopes = flattened(upstream, channelAxis).values;
    const product = sumOfChannels(mul(slopes, maps.values), maps);
    const sums = backwardSums(batch, sumOfChannels(slopes, maps), product);
    const corrected = scaleAndShift(maps.values, sums.perValue, sums.constant);
    const scaled = mul(slopes, reshape(batch.factor, [1, maps.channels, 1]));
    return [reshape(add(scaled, corrected), shape), sums.scale, sums.shift];
  });
  return { result, mean: batch.mean, variance: batch.variance };
}

/**
 * A convolution by single pixels of channel-major maps, then batch norm: `batchNorm` of `channelMajorConvolution`.
 *
 * With Y = W X the gradient needs no map as large as Y but that of the result itself: what batch norm adds to the gradient is
 * linear in Y, so that it becomes a C × C matrix times X. {@link normalizedPointwisePays} says where that is quicker.
 *
 * @param x C × N × H × W. @param weight M × 1 × 1 × C. @param scale M. @param shift M. @param epsilon added to the variance.
 */
export function normalizedPointwise(
  x: GraphValue,
  weight: GraphValue,
  { scale, shift, epsilon }: BatchScale,
): NormalizedBatch {
  const [c, n, h, w] = staticShape(x, 'normalizedPointwise') as [number, number, number, number];
  const m = weight.shape[0] as number;
  const places = n * h * w;
  const pixels = reshape(x, [c, places]);
  const kernels = reshape(weight, [m, c]);
  const maps = {
    values: reshape(steadyGemm(kernels, pixels), [1, m, places]),
    images: 1,
    channels: m,
    places,
  };
  const batch = normalizeMaps(maps, { scale, shift, epsilon });
  const result = reshape(batch.normalized, [m, n, h, w]);
  x.graph.derive(result, [x, weight, scale, shift], (upstream) => {
    const slopes = reshape(upstream, [m, places]);
    const products = steadyGemm(slopes, pixels, { transposeB: true });
    const upstreamSum = sumOfChannels(slopes, maps);
    const sums = backwardSums(batch, upstreamSum, reduceSum(mul(products, kernels), [1]));
    const [factor, perValue, constant] = [batch.factor, sums.perValue, sums.constant].map((value) =>
      reshape(value, [m, 1]),
    ) as [GraphValue, GraphValue, GraphValue];
    const mixing = gemm(kernels, mul(kernels, perValue), null, { transposeA: true });
    const corrected = add(steadyGemm(mixing, pixels), gemm(kernels, constant, null, { transposeA: true }));
    const pixelGradient = add(steadyGemm(mul(kernels, factor), slopes, { transposeA: true }), corrected);
    const gram = steadyGemm(pixels, pixels, { transposeB: true });
    const pixelSum = sumOfChannels(pixels, { images: 1, channels: c, places });
    const offset = matMul(constant, reshape(pixelSum, [1, c]));
    const kernelGradient = add(mul(products, factor), gemm(mul(kernels, perValue), gram, offset));
    return [
      reshape(pixelGradient, [c, n, h, w]),
      reshape(kernelGradient, [m, 1, 1, c]),
      sums.scale,
      sums.shift,
    ];
  });
  return { result, mean: batch.mean, variance: batch.variance };
}

/**
 * Whether {@link normalizedPointwise} is quicker than its two parts: it saves eleven passes over the M × places values of the
 * result at the cost of 4 C² (M + places) multiply-adds; the runtime makes about 40 of these in the time that one value takes in one pass.
 */
export function normalizedPointwisePays(channels: number, kernels: number, places: number): boolean {
  return 4 * channels ** 2 * (kernels + places) < 11 * 40 * kernels * places;
}

/** Maps normalized by their own mean and variance; all but `normalized` are of one number a channel. */
interface NormalizedMaps {
  readonly normalized: GraphValue;
  readonly mean: GraphValue;
  readonly variance: GraphValue;
  /** 1 / √(variance + ε). */
  readonly inverse: GraphValue;
  /** What the maps are multiplied by: scale · inverse. */
  readonly factor: GraphValue;
  readonly count: number;
}

function normalizeMaps(maps: Maps, { scale, shift, epsilon }: BatchScale): NormalizedMaps {
  const count = maps.images * maps.places;
  const mean = mul(sumOfChannels(maps.values, maps), 1 / count);
  const square = mul(sumOfChannels(mul(maps.values, maps.values), maps), 1 / count);
  const variance = relu(sub(square, mul(mean, mean)));
  const inverse = div(scale.graph.scalar(1), sqrt(add(variance, epsilon)));
  const factor = mul(scale, inverse);
  const normalized = scaleAndShift(maps.values, factor, sub(shift, mul(mean, factor)));
  return { normalized, mean, variance, inverse, factor, count };
}

/**
 * The gradients of scale and shift, and that of a value x, which is factor · upstream + perValue · x + constant.
 *
 * @param upstream sum of the upstream gradient of each channel. @param product sum of it times x.
 */
function backwardSums(
  { mean, inverse, factor, count }: NormalizedMaps,
  upstream: GraphValue,
  product: GraphValue,
): Readonly<Record<'scale' | 'shift' | 'perValue' | 'constant', GraphValue>> {
  const scale = mul(inverse, sub(product, mul(mean, upstream)));
  const perValue = neg(mul(mul(factor, inverse), mul(scale, 1 / count)));
  const constant = neg(add(mul(perValue, mean), mul(factor, mul(upstream, 1 / count))));
  return { scale, shift: upstream, perValue, constant };
}

/** Batch norm with given statistics, as in inference. @param channelAxis 1, or 0 for channels first. */
export function normalizeBy(
  x: GraphValue,
  { mean, variance, scale, shift }: Readonly<Record<'mean' | 'variance' | 'scale' | 'shift', GraphValue>>,
  { epsilon = 1e-5, channelAxis = 1 }: { readonly epsilon?: number; readonly channelAxis?: 0 | 1 } = {},
): GraphValue {
  const maps = flattened(x, channelAxis);
  const factor = div(scale, sqrt(add(variance, epsilon)));
  const result = scaleAndShift(maps.values, factor, sub(shift, mul(mean, factor)));
  return reshape(result, staticShape(x, 'normalizeBy'));
}

interface MapSizes {
  readonly images: number;
  readonly channels: number;
  readonly places: number;
}

interface Maps extends MapSizes {
  /** images × channels × places; one image if the channels come first. */
  readonly values: GraphValue;
}

function flattened(x: GraphValue, channelAxis: 0 | 1): Maps {
  const shape = staticShape(x, 'batchNorm');
  const images = channelAxis === 0 ? 1 : shape[0]!;
  const channels = shape[channelAxis]!;
  const places = shape.slice(channelAxis + 1).reduce((a, b) => a * b, 1);
  return { values: reshape(x, [images, channels, places]), images, channels, places };
}

/** Numbers that are added up in one row. */
const LONGEST_ROW = 1024;

/**
 * C; the places first, which is what the runtime does quickest. It adds up a row from one end to the other, which over many
 * thousand places loses two digits, so rows are short and their sums are added up in turn.
 */
function sumOfChannels(values: GraphValue, { images, channels, places }: MapSizes): GraphValue {
  const row = largestDivisor(places, LONGEST_ROW);
  const sums = reduceSum(reshape(values, [images * channels * (places / row), row]), [1]);
  if (images === 1 && row === places) return sums;
  return reduceSum(reshape(sums, [images, channels, places / row]), [0, 2]);
}

/** The largest divisor of a positive integer that is not above the limit. */
function largestDivisor(value: number, limit: number): number {
  let divisor = Math.min(value, limit);
  while (value % divisor !== 0) divisor--;
  return divisor;
}

/** values · factor + offset of each channel, as a depthwise convolution: one pass. */
function scaleAndShift(values: GraphValue, factor: GraphValue, offset: GraphValue): GraphValue {
  const channels = values.shape[1] as number;
  return values.graph.apply('Conv', [values, reshape(factor, [channels, 1, 1]), offset], {
    kernel_shape: [1],
    strides: [1],
    dilations: [1],
    pads: [0, 0],
    group: channels,
  });
}
