import { cutBox, fourSizes, type Pair, padBox, tapsOf } from './boxes.js';
import { reduceSum } from './broadcast.js';
import { type ConvolutionOptions, convolution, transposedConvolution } from './convolution.js';
import { depthwiseKernelGradient } from './depthwise-gradient.js';
import { matMul, steadyGemm } from './linear.js';
import { type GraphValue, staticShape } from './rule.js';
import { concat, reshape, slice, transpose } from './shape.js';

type Window = Required<ConvolutionOptions>;

/**
 * Gradient with respect to the input of a convolution from `x`, where `upstream` is that of its result.
 *
 * Elements at the end of an axis that no kernel reached have the gradient 0. Without strides it is a convolution with the
 * kernels turned around, which is quicker than the transposed convolution that it is in general.
 */
export function inputGradient(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  window: Window,
): GraphValue {
  const { strides, dilations, padding, groups } = window;
  const kernel = weight.shape.slice(2) as number[];
  const around = turnedPadding(kernel, window);
  const isDepthwise = groups === weight.shape[0] && weight.shape[1] === 1;
  if (around !== null && kernel.length === 2 && (groups === 1 || isDepthwise)) {
    return convolution(upstream, turnedKernels(weight, isDepthwise), null, { ...window, padding: around });
  }
  const extra = strides.map((stride, axis) => {
    const seen =
      stride * ((upstream.shape[axis + 2] as number) - 1) + dilations[axis]! * (kernel[axis]! - 1) + 1;
    return (x.shape[axis + 2] as number) + padding[axis]![0] + padding[axis]![1] - seen;
  });
  return transposedConvolution(upstream, weight, null, { ...window, extra });
}

/** Padding of the convolution with turned kernels that gives an input its gradient; null if it takes a transposed one. */
export function turnedPadding(
  kernel: readonly number[],
  { strides, padding, dilations }: Window,
): Window['padding'] | null {
  const around = padding.map(([before, after], axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1);
    return [reach - before, reach - after] as const;
  });
  const turns = strides.every((stride) => stride === 1) && around.flat().every((size) => size >= 0);
  return turns ? around : null;
}

/** Kernels with rows and columns reversed and, unless depthwise, inputs and outputs exchanged. */
function turnedKernels(weight: GraphValue, isDepthwise: boolean): GraphValue {
  const exchanged = isDepthwise ? weight : transpose(weight, [1, 0, 2, 3]);
  const [, , height, width] = fourSizes(weight);
  if (height === 1 && width === 1) return exchanged;
  const bounds = [
    [-1, -1],
    [-height - 1, -width - 1],
    [2, 3],
    [-1, -1],
  ];
  const { graph } = weight;
  return graph.apply('Slice', [exchanged, ...bounds.map((numbers) => graph.integers(numbers))]);
}

/** Gradient with respect to the kernels of a convolution from `x`, in the shape of `weight`. */
export function kernelGradient(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  window: Window,
): GraphValue {
  const { strides, padding, groups } = window;
  const [m, inner, ...kernel] = staticShape(weight, 'gradient of a convolution');
  const isPlain =
    [...strides, ...kernel].every((value) => value === 1) && padding.flat().every((size) => size === 0);
  if (isPlain && groups === 1) return pointwiseKernelGradient(x, upstream, weight);
  if (kernel.length !== 2) return exchangedKernelGradient(x, upstream, weight, window);
  if (groups === 1) return tapKernelGradient(x, upstream, weight, window);
  if (groups === m && inner === 1 && x.shape[1] === m) {
    const [planes, slopes] = [x, upstream].map((value) => transpose(value, [1, 0, 2, 3]));
    return depthwiseKernelGradient(planes!, slopes!, kernel as [number, number], window);
  }
  return exchangedKernelGradient(x, upstream, weight, window);
}

/** Kernels of one element that see every element once: a product of matrices for each image. */
function pointwiseKernelGradient(x: GraphValue, upstream: GraphValue, weight: GraphValue): GraphValue {
  const [n, c, ...sizes] = staticShape(x, 'gradient of a convolution');
  const m = upstream.shape[1] as number;
  const places = sizes.reduce((a, b) => a * b, 1);
  const columns = transpose(reshape(x, [n!, c!, places]), [0, 2, 1]);
  const products = matMul(reshape(upstream, [n!, m, places]), columns);
  return reshape(reduceSum(products, [0]), staticShape(weight, 'gradient of a convolution'));
}

/**
 * One product of matrices for each element (tap) of the kernel, over all images and places at once.
 *
 * With rows and columns of zeros added, the places of all images lie in one line, in which a tap is a distance: the input
 * moves by its rows, the upstream gradient against it by its columns, so that few moved copies serve all taps. With strides
 * there is one line of the input for each remainder of rows and columns.
 */
function tapKernelGradient(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  { strides, dilations, padding }: Window,
): GraphValue {
  const [m, c, ...kernel] = fourSizes(weight);
  const [, , ...sizes] = fourSizes(x);
  const [n, , ...moved] = fourSizes(upstream);
  const steps = strides as Pair;
  const reach = kernel.map((size, axis) => Math.floor((dilations[axis]! * (size - 1)) / steps[axis]!));
  // A row of zeros at least, for the columns to move into.
  const rowReach = Math.max(reach[0]!, Math.min(1, reach[1]!));
  const grid: Pair = [moved[0]! + rowReach, moved[1]! + reach[1]!];
  const total = n * grid[0] * grid[1];
  const length = total - rowReach * grid[1];
  const missing = grid.map((size, axis) =>
    Math.max(0, steps[axis]! * size - sizes[axis]! - padding[axis]![0]),
  ) as [number, number];
  const padded = padBox(x, [padding[0]![0], padding[1]![0]], missing);
  const lineOf = (value: GraphValue, channels: number) =>
    reshape(transpose(value, [1, 0, 2, 3]), [channels, total]);
  const upstreamLine = lineOf(padBox(upstream, [0, reach[1]!], [rowReach, 0]), m);
  const slopes = remembered((columns: number) => {
    const start = reach[1]! - columns;
    return slice(upstreamLine, 1, [start, start + length]);
  });
  const line = remembered((row: number, column: number) =>
    lineOf(cutBox(padded, grid, [row, column], steps), c),
  );
  const seen = remembered((row: number, column: number, rows: number) =>
    slice(line(row, column), 1, [rows * grid[1], rows * grid[1] + length]),
  );
  const parts = tapsOf(kernel as [number, number], dilations).map(([row, column]) => {
    const [rows, columns] = [Math.floor(row / steps[0]), Math.floor(column / steps[1])];
    const pixels = seen(row % steps[0], column % steps[1], rows);
    return reshape(steadyGemm(slopes(columns), pixels, { transposeB: true }), [1, m, c]);
  });
  return reshape(transpose(concat(parts, 0), [1, 2, 0]), [m, c, ...kernel]);
}

/** A function that makes the value of equal arguments once. */
function remembered<A extends readonly number[]>(make: (...key: A) => GraphValue): (...key: A) => GraphValue {
  const made = new Map<string, GraphValue>();
  return (...key) => {
    const name = key.join();
    const value = made.get(name) ?? make(...key);
    made.set(name, value);
    return value;
  };
}

/**
 * The gradient as a convolution in which images take the place of channels and `upstream` that of the kernels, while stride
 * and dilation change places: for any number of axes and groups.
 *
 * Source: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.
 */
function exchangedKernelGradient(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  { strides, dilations, padding, groups }: Window,
): GraphValue {
  const shape = staticShape(weight, 'gradient of a convolution');
  const [n, c, ...sizes] = staticShape(x, 'gradient of a convolution');
  const [, m, ...moved] = staticShape(upstream, 'gradient of a convolution');
  const spatial = sizes.map((_, axis) => axis + 3);
  const grouped = reshape(x, [n!, groups, c! / groups, ...sizes]);
  const images = reshape(transpose(grouped, [2, 1, 0, ...spatial]), [c! / groups, groups * n!, ...sizes]);
  const kernels = reshape(
    transpose(reshape(upstream, [n!, groups, m! / groups, ...moved]), [1, 2, 0, ...spatial]),
    [m!, n!, ...moved],
  );
  const exchanged = { strides: dilations, dilations: strides, padding, groups };
  const whole = convolution(images, kernels, null, exchanged);
  // Elements at the end that no kernel reached make the result larger than the kernel.
  const cut = shape
    .slice(2)
    .reduce(
      (value, size, axis) => (value.shape[axis + 2] === size ? value : slice(value, axis + 2, [0, size])),
      whole,
    );
  return transpose(cut, [1, 0, ...shape.slice(2).map((_, axis) => axis + 2)]);
}
