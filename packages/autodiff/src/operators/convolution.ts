import type { AttributeValue } from '../onnx-encoding.js';
import type { GraphValue } from './rule.js';

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
  return x.graph.apply('Conv', inputs, convolutionAttributes(weight, options));
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
  const attributes = convolutionAttributes(weight, options);
  return x.graph.apply('ConvTranspose', inputs, {
    ...attributes,
    output_padding: extra ?? attributes.strides.map(() => 0),
  });
}

/** Attributes of Conv and ConvTranspose. */
export function convolutionAttributes(weight: GraphValue, options: ConvolutionOptions) {
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

/** ONNX's `pads`: all numbers before, then all after. */
export function padsOf(padding: Required<ConvolutionOptions>['padding']): number[] {
  return [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
}

/** The inverse of {@link padsOf}. */
export function paddingOf(pads: readonly number[]): (readonly [before: number, after: number])[] {
  const axes = pads.length / 2;
  return Array.from({ length: axes }, (_, axis) => [pads[axis]!, pads[axes + axis]!] as const);
}
