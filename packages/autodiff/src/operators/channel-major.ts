import { cutBox, EVERY, fourSizes, type Pair, padBox, spreadBox, tapsOf } from './boxes.js';
import { type ConvolutionOptions, convolution } from './convolution.js';
import { inputGradient, turnedPadding } from './convolution-gradients.js';
import { depthwiseKernelGradient, tapPairs } from './depthwise-gradient.js';
import { add } from './elementwise.js';
import { gemm, matMul, steadyGemm } from './linear.js';
import type { GraphValue } from './rule.js';
import { concat, reshape, reverse, slice, transpose } from './shape.js';

/*
 * Convolutions on feature maps C × N × H × W. With the channels first, a convolution by single pixels is one product of
 * matrices for all images, forward and backward, however small the maps are.
 */

type Window = Required<ConvolutionOptions>;

/** Product of places before and after up to which a depthwise convolution is a product with one matrix a channel. */
const SMALL_PLANES = 64 * 64;

/**
 * Convolution of channel-major maps.
 *
 * @param x C × N × H × W. @param weight M × height × width × C: the channels last, unlike in `convolution`.
 * @returns M × N × H' × W'.
 *
 * Cost: the patches that kernels larger than one pixel see are kept until the gradient is made: H' · W' · N · C · height · width values.
 */
export function channelMajorConvolution(
  x: GraphValue,
  weight: GraphValue,
  options: ConvolutionOptions = {},
): GraphValue {
  const window = completed(options);
  const [, height, width] = fourSizes(weight);
  const isPlain = height === 1 && width === 1 && window.padding.flat().every((size) => size === 0);
  return isPlain ? pointwise(x, weight, window.strides as Pair) : patchConvolution(x, weight, window);
}

/**
 * Depthwise convolution of channel-major maps.
 *
 * @param x C × N × H × W. @param weight C × 1 × height × width. @returns C × N × H' × W'.
 */
export function channelMajorDepthwise(
  x: GraphValue,
  weight: GraphValue,
  options: ConvolutionOptions = {},
): GraphValue {
  const window = completed(options);
  const [, , ...before] = fourSizes(x);
  const [, , ...kernel] = fourSizes(weight);
  const after = sizesAfter(before, kernel, window);
  const isSmall = before[0]! * before[1]! * after[0] * after[1] <= SMALL_PLANES;
  return isSmall ? smallDepthwise(x, weight, window) : largeDepthwise(x, weight, window);
}

function completed(options: ConvolutionOptions): Window {
  const none = [0, 0] as const;
  return { strides: [1, 1], padding: [none, none], dilations: [1, 1], groups: 1, ...options };
}

function sizesAfter(
  before: readonly number[],
  kernel: readonly number[],
  { strides, padding, dilations }: Window,
): Pair {
  const [height, width] = before.map((size, axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1;
    return Math.floor((size + padding[axis]![0] + padding[axis]![1] - reach) / strides[axis]!) + 1;
  });
  return [height!, width!];
}

function pointwise(x: GraphValue, weight: GraphValue, strides: Pair): GraphValue {
  const seen = everyStep(x, strides);
  const [c, n, h, w] = fourSizes(seen);
  const m = weight.shape[0] as number;
  const [kernels, pixels] = [reshape(weight, [m, c]), reshape(seen, [c, n * h * w])];
  const result = reshape(steadyGemm(kernels, pixels), [m, n, h, w]);
  return x.graph.derive(result, [seen, weight], (upstream) => {
    const slopes = reshape(upstream, [m, n * h * w]);
    const pixelGradient = steadyGemm(kernels, slopes, { transposeA: true });
    return [
      reshape(pixelGradient, [c, n, h, w]),
      reshape(steadyGemm(slopes, pixels, { transposeB: true }), [m, 1, 1, c]),
    ];
  });
}

function everyStep(x: GraphValue, steps: Pair): GraphValue {
  const [, , h, w] = fourSizes(x);
  const seen = cutBox(x, [Math.ceil(h / steps[0]), Math.ceil(w / steps[1])], [0, 0], steps);
  if (seen === x) return x;
  return x.graph.derive(seen, [x], (upstream) => [spreadBox(upstream, [h, w], [0, 0], steps)]);
}

/** A product of the kernels with the patches they see. */
function patchConvolution(x: GraphValue, weight: GraphValue, window: Window): GraphValue {
  const [m, height, width, c] = fourSizes(weight);
  const seen = patches(x, [height, width], window);
  const [, n, ...after] = fourSizes(seen);
  const places = n * after[0]! * after[1]!;
  const columns = reshape(seen, [height * width * c, places]);
  const rows = reshape(weight, [m, height * width * c]);
  const result = reshape(steadyGemm(rows, columns), [m, n, ...after]);
  return x.graph.derive(result, [x, weight], (upstream) => {
    const slopes = reshape(upstream, [m, places]);
    const kernels = steadyGemm(slopes, columns, { transposeB: true });
    return [patchInputGradient(x, upstream, weight, window), reshape(kernels, [m, height, width, c])];
  });
}

/** (height · width · C) × N × H' × W': for each element of the kernel, row by row, the elements it sees. */
function patches(x: GraphValue, kernel: Pair, { strides, padding, dilations }: Window): GraphValue {
  const [[top, bottom], [left, right]] = padding as readonly [Pair, Pair];
  const source = padBox(x, [top, left], [bottom, right]);
  const [, , ...before] = fourSizes(x);
  const after = sizesAfter(before, kernel, { strides, padding, dilations, groups: 1 });
  const taps = tapsOf(kernel, dilations).map((from) => cutBox(source, after, from, strides as Pair));
  return concat(taps, 0);
}

/** By patches of the upstream gradient and kernels turned around, or, where that is less to move, by adding up overlaps. */
function patchInputGradient(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  window: Window,
): GraphValue {
  const [m, height, width, c] = fourSizes(weight);
  const [, n, h, w] = fourSizes(x);
  const around = turnedPadding([height, width], window);
  if (around === null || n * h * w < m) return overlapAdd(x, upstream, weight, window);
  const taps = height * width;
  const kernels = transpose(reshape(weight, [m, taps, c]), [1, 0, 2]);
  const rows = reshape(reverse(kernels, 0), [taps * m, c]);
  const columns = reshape(patches(upstream, [height, width], { ...window, padding: around }), [
    taps * m,
    n * h * w,
  ]);
  return reshape(steadyGemm(rows, columns, { transposeA: true }), [c, n, h, w]);
}

/** Adds up what each element of the kernel gives to each element of the input, columns first. */
function overlapAdd(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  { strides, padding, dilations }: Window,
): GraphValue {
  const [m, height, width, c] = fourSizes(weight);
  const [, n, h, w] = fourSizes(x);
  const [, , rows, columns] = fourSizes(upstream);
  const [[top, bottom], [left, right]] = padding as readonly [Pair, Pair];
  const size: Pair = [h + top + bottom, w + left + right];
  const slopes = reshape(upstream, [m, n * rows * columns]);
  const given = steadyGemm(reshape(weight, [m, height * width * c]), slopes, { transposeA: true });
  const taps = reshape(given, [height, width, c * n * rows * columns]);
  const wide = sumOf(width, (j) => {
    const part = reshape(slice(taps, 1, [j, j + 1]), [height * c, n, rows, columns]);
    return spreadBox(part, [rows, size[1]], [0, j * dilations[1]!], [1, strides[1]!]);
  });
  const lines = reshape(wide, [height, c * n * rows * size[1]]);
  const whole = sumOf(height, (i) => {
    const part = reshape(slice(lines, 0, [i, i + 1]), [c, n, rows, size[1]]);
    return spreadBox(part, size, [i * dilations[0]!, 0], [strides[0]!, 1]);
  });
  return cutBox(whole, [h, w], [top, left], EVERY);
}

function sumOf(count: number, part: (i: number) => GraphValue): GraphValue {
  let sum = part(0);
  for (let i = 1; i < count; i++) sum = add(sum, part(i));
  return sum;
}

/** One matrix a channel takes each plane to the next. */
function smallDepthwise(x: GraphValue, weight: GraphValue, window: Window): GraphValue {
  const { graph } = x;
  const [c, n, h, w] = fourSizes(x);
  const [, , ...kernel] = fourSizes(weight);
  const after = sizesAfter([h, w], kernel, window);
  const [before, moved, taps] = [h * w, after[0] * after[1], kernel[0]! * kernel[1]!];
  const pairs = graph.constant(tapPairs([h, w], after, kernel as unknown as Pair, window), [
    taps,
    before * moved,
  ]);
  const matrices = reshape(gemm(reshape(weight, [c, taps]), pairs), [c, before, moved]);
  const planes = reshape(x, [c, n, before]);
  const result = reshape(matMul(planes, matrices), [c, n, ...after]);
  return graph.derive(result, [x, weight], (upstream) => {
    const slopes = reshape(upstream, [c, n, moved]);
    const products = reshape(matMul(transpose(planes, [0, 2, 1]), slopes), [c, before * moved]);
    return [
      reshape(matMul(slopes, transpose(matrices, [0, 2, 1])), [c, n, h, w]),
      reshape(gemm(products, pairs, null, { transposeB: true }), [c, 1, ...kernel]),
    ];
  });
}

/** The planes of all images as channels of one image. */
function largeDepthwise(x: GraphValue, weight: GraphValue, window: Window): GraphValue {
  const { graph } = x;
  const [c, n, h, w] = fourSizes(x);
  const [, , ...kernel] = fourSizes(weight);
  const after = sizesAfter([h, w], kernel, window);
  const planes = { ...window, groups: c * n };
  const repeated = graph.apply('Expand', [weight, graph.integers([c, n, ...kernel])]);
  const kernels = reshape(repeated, [c * n, 1, ...kernel]);
  const image = reshape(x, [1, c * n, h, w]);
  const result = reshape(convolution(image, kernels, null, planes), [c, n, ...after]);
  return graph.derive(result, [x, weight], (upstream) => {
    const slopes = reshape(upstream, [1, c * n, ...after]);
    return [
      reshape(inputGradient(image, slopes, kernels, planes), [c, n, h, w]),
      depthwiseKernelGradient(x, upstream, kernel as unknown as Pair, window),
    ];
  });
}
