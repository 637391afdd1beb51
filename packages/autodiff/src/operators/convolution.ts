import type { AttributeValue } from '../onnx-encoding.js';
import { reduceSum } from './broadcast.js';
import { matMul } from './linear.js';
import { formatShape, type GraphNode, type GraphValue, type OperatorRules, staticShape } from './rule.js';
import { reshape, slice, transpose } from './shape.js';

/** How a kernel moves over its input: one number for each spatial axis. */
export interface ConvolutionOptions {
  /** By default 1. */
  readonly strides?: readonly number[];
  /** Zeros before and after each axis, by default none. */
  readonly padding?: readonly (readonly [before: number, after: number])[];
  /** Distance of the kernel's elements, by default 1. */
  readonly dilations?: readonly number[];
  /** Groups of channels that do not see each other; as many as channels makes it depthwise. By default 1. */
  readonly groups?: number;
}

/**
 * Correlation of the input with kernels, as in PyTorch's `conv1d` to `conv3d`.
 *
 * @param x N × C × spatial axes. @param weight M × C / groups × kernel. @param bias M; null for none.
 * @returns N × M × floor((size + padding - dilation · (kernel - 1) - 1) / stride) + 1 along each spatial axis.
 * @throws {TypeError} if the shapes do not fit.
 */
export function convolution(
  x: GraphValue,
  weight: GraphValue,
  bias: GraphValue | null = null,
  options: ConvolutionOptions = {},
): GraphValue {
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  return x.graph.apply('Conv', inputs, attributesOf(weight, options));
}

/**
 * The adjoint of {@link convolution}: spreads each element of the input over the result by its kernel.
 *
 * @param x N × C × spatial axes. @param weight C × M / groups × kernel. @param bias M; null for none.
 * @param options `extra`: elements at the end of each axis that a convolution of the result would not see, smaller than
 *   stride or dilation; by default none.
 * @returns N × M × stride · (size - 1) + dilation · (kernel - 1) + 1 - padding + extra along each spatial axis.
 * @throws {TypeError} if the shapes do not fit.
 */
export function transposedConvolution(
  x: GraphValue,
  weight: GraphValue,
  bias: GraphValue | null = null,
  { extra, ...options }: ConvolutionOptions & { readonly extra?: readonly number[] } = {},
): GraphValue {
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  const attributes = attributesOf(weight, options);
  return x.graph.apply('ConvTranspose', inputs, {
    ...attributes,
    output_padding: extra ?? attributes.strides.map(() => 0),
  });
}

/** Conv and ConvTranspose, with any stride, padding, dilation and number of groups. */
export const convolutionRules: OperatorRules = {
  Conv: {
    infer(node) {
      const { x, weight, window } = partsOf(node);
      const { strides, dilations, padding, groups } = window;
      const [channels, kernels] = [weight.shape[1]! as number, weight.shape[0]! as number];
      const fits = x.shape[1] === channels * groups && kernels % groups === 0;
      if (!fits) refuse(node, '[N, C, …] and [M, C / groups, …], groups dividing M');
      const sizes = strides.map((stride, axis) => {
        const reach = dilations[axis]! * ((weight.shape[axis + 2] as number) - 1) + 1;
        const padded = (x.shape[axis + 2] as number) + padding[axis]![0] + padding[axis]![1];
        if (padded < reach) refuse(node, 'a kernel that is no larger than the padded input');
        return Math.floor((padded - reach) / stride) + 1;
      });
      return { type: x.type, shape: [x.shape[0]!, kernels, ...sizes] };
    },
    gradient(node, _output, upstream) {
      const { x, weight, window } = partsOf(node);
      return [
        inputGradient(x, upstream, weight, window),
        kernelGradient(x, upstream, weight, window),
        reduceSum(upstream, allButChannels(upstream)),
      ];
    },
  },
  ConvTranspose: {
    infer(node) {
      const { x, weight, window } = partsOf(node);
      const { strides, dilations, padding, groups } = window;
      if (x.shape[1] !== weight.shape[0] || (weight.shape[0] as number) % groups !== 0) {
        refuse(node, '[N, C, …] and [C, M / groups, …], groups dividing C');
      }
      const extra = node.attributes.output_padding as readonly number[];
      const sizes = strides.map((stride, axis) => {
        const reach = dilations[axis]! * ((weight.shape[axis + 2] as number) - 1) + 1;
        const [before, after] = padding[axis]!;
        return stride * ((x.shape[axis + 2] as number) - 1) + reach - before - after + extra[axis]!;
      });
      return { type: x.type, shape: [x.shape[0]!, (weight.shape[1] as number) * groups, ...sizes] };
    },
    gradient(node, _output, upstream) {
      const { x, weight, window } = partsOf(node);
      return [
        convolution(upstream, weight, null, window),
        // The adjoint has the same kernel gradient, with input and upstream gradient exchanged.
        kernelGradient(upstream, x, weight, window),
        reduceSum(upstream, allButChannels(upstream)),
      ];
    },
  },
};

type Window = Required<ConvolutionOptions>;

function attributesOf(weight: GraphValue, options: ConvolutionOptions) {
  const kernel = weight.shape.slice(2) as number[];
  const padding = options.padding ?? kernel.map(() => [0, 0] as const);
  return {
    kernel_shape: kernel,
    strides: options.strides ?? kernel.map(() => 1),
    dilations: options.dilations ?? kernel.map(() => 1),
    pads: padsOf(padding),
    group: options.groups ?? 1,
  } satisfies Record<string, AttributeValue>;
}

function partsOf(node: GraphNode): { x: GraphValue; weight: GraphValue; window: Window } {
  const [x, weight, bias] = node.inputs;
  const { strides, dilations, pads, group } = node.attributes as ReturnType<typeof attributesOf>;
  const axes = x!.shape.length - 2;
  const isFixed = [...x!.shape.slice(1), ...weight!.shape].every((size) => typeof size === 'number');
  if (axes < 1 || weight!.shape.length !== axes + 2 || strides.length !== axes || !isFixed) {
    refuse(node, 'of equal rank, at least 3, with sizes that are numbers but for N');
  }
  if (bias !== undefined && bias.shape.length !== 1) refuse(node, 'with a bias of one axis');
  return { x: x!, weight: weight!, window: { strides, dilations, padding: paddingOf(pads), groups: group } };
}

function refuse(node: GraphNode, expected: string): never {
  const shapes = node.inputs.map((input) => formatShape(input.shape)).join(', ');
  throw new TypeError(`${node.operator}: shapes must be ${expected}, got ${shapes}`);
}

/**
 * Gradient with respect to the input of a convolution from `x`, where `upstream` is that of its result.
 *
 * Elements at the end of an axis that no kernel reached have the gradient 0.
 */
export function inputGradient(
  x: GraphValue,
  upstream: GraphValue,
  weight: GraphValue,
  window: Required<ConvolutionOptions>,
): GraphValue {
  const { strides, dilations, padding } = window;
  const extra = strides.map((stride, axis) => {
    const seen =
      stride * ((upstream.shape[axis + 2] as number) - 1) +
      dilations[axis]! * ((weight.shape[axis + 2] as number) - 1) +
      1;
    return (x.shape[axis + 2] as number) + padding[axis]![0] + padding[axis]![1] - seen;
  });
  return transposedConvolution(upstream, weight, null, { ...window, extra });
}

/** ONNX's `pads`: all numbers before, then all after. */
export function padsOf(padding: Required<ConvolutionOptions>['padding']): number[] {
  return [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
}

/** The inverse of {@link padsOf}. */
export function paddingOf(pads: readonly number[]): (readonly [before: number, after: number])[] {
  const axes = pads.length / 2;
  return Array.from({ length: axes }, (_, axis) => [pads[axis]!, pads[axes + axis]!] as const);
}

function allButChannels({ shape }: GraphValue): number[] {
  return [...shape.keys()].filter((axis) => axis !== 1);
}

/**
 * Gradient with respect to the kernels of a convolution from `x` to `output`, in the shape of `weight`.
 *
 * It is itself a convolution: images take the place of channels, the gradient that of the kernel, and stride and dilation
 * change places. A kernel of one element that sees every element once is a product of matrices, which is quicker.
 *
 * Source: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.
 */
function kernelGradient(x: GraphValue, upstream: GraphValue, weight: GraphValue, window: Window): GraphValue {
  const { strides, dilations, padding, groups } = window;
  const shape = staticShape(weight, 'gradient of a convolution');
  const [n, c, ...sizes] = staticShape(x, 'gradient of a convolution');
  const [, m, ...moved] = staticShape(upstream, 'gradient of a convolution');
  const isPlain = [...strides, ...shape.slice(2)].every((value) => value === 1);
  if (isPlain && groups === 1 && padding.flat().every((value) => value === 0)) {
    const places = sizes.reduce((a, b) => a * b, 1);
    const columns = transpose(reshape(x, [n!, c!, places]), [0, 2, 1]);
    return reshape(reduceSum(matMul(reshape(upstream, [n!, m!, places]), columns), [0]), shape);
  }
  const spatial = sizes.map((_, axis) => axis + 3);
  const grouped = reshape(x, [n!, groups, c! / groups, ...sizes]);
  const images = reshape(transpose(grouped, [2, 1, 0, ...spatial]), [c! / groups, groups * n!, ...sizes]);
  const kernels = reshape(
    transpose(reshape(upstream, [n!, groups, m! / groups, ...moved]), [1, 2, 0, ...spatial]),
    [m!, n!, ...moved],
  );
  const whole = convolution(images, kernels, null, {
    strides: dilations,
    dilations: strides,
    padding,
    groups,
  });
  // Elements at the end that no kernel reached make the result larger than the kernel.
  const cut = shape
    .slice(2)
    .reduce(
      (value, size, axis) => (value.shape[axis + 2] === size ? value : slice(value, axis + 2, [0, size])),
      whole,
    );
  return transpose(cut, [1, 0, ...shape.slice(2).map((_, axis) => axis + 2)]);
}
