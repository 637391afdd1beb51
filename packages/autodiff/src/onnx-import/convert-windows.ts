import { reduceMean } from '../operators/broadcast.js';
import { convolution, transposedConvolution } from '../operators/convolution.js';
import { greater, mul, where } from '../operators/elementwise.js';
import { reduceMax } from '../operators/extreme.js';
import { averagePool, maxPool } from '../operators/pooling.js';
import type { GraphValue } from '../operators/rule.js';
import { padAll, slice } from '../operators/shape.js';
import type { Conversions, ImportedNode } from './imported-node.js';

const LOWEST_FLOAT = -3.4028234663852886e38;
/** Elements of the largest window with gaps. */
const MAX_PLACES = 256;

/** Convolutions and pooling. */
export const windowConversions: Conversions = {
  Conv: convertConvolution,
  ConvTranspose: convertTransposedConvolution,
  MaxPool: convertMaxPool,
  AveragePool: convertAveragePool,
  GlobalAveragePool: (node) => reduceMean(node.value(), spatialAxes(node), true),
  GlobalMaxPool: (node) => reduceMax(node.value(), spatialAxes(node), true),
};

/** A window along one axis: what of it is before, and after, the input. */
type Ends = readonly [before: number, after: number];

interface WindowAttributes {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly Ends[];
}

function convertConvolution(node: ImportedNode): GraphValue {
  const kernel = kernelOf(node, node.sizes(1).slice(2));
  const { strides, dilations, padding } = windowAttributes(node, kernel);
  const groups = node.int('group', 1);
  const bias = node.has(2) ? node.value(2) : null;
  return convolution(node.value(0), node.value(1), bias, { strides, dilations, padding, groups });
}

function convertTransposedConvolution(node: ImportedNode): GraphValue {
  const kernel = kernelOf(node, node.sizes(1).slice(2));
  const strides = node.ints('strides') ?? kernel.map(() => 1);
  const dilations = node.ints('dilations') ?? kernel.map(() => 1);
  const requested = node.ints('output_padding') ?? kernel.map(() => 0);
  const bias = node.has(2) ? node.value(2) : null;
  const groups = node.int('group', 1);
  checkLengths(node, kernel, { strides, dilations, output_padding: requested });
  const full = kernel.map(
    (size, axis) =>
      strides[axis]! * (node.sizes()[axis + 2]! - 1) + requested[axis]! + (size - 1) * dilations[axis]! + 1,
  );
  const padding = transposedPadding(node, full, strides);
  const options = { strides, dilations, padding, groups, extra: requested };
  return transposedConvolution(node.value(0), node.value(1), bias, options);
}

/** The padding of a transposed convolution, by itself or by the size that is to come out. */
function transposedPadding(node: ImportedNode, full: readonly number[], strides: readonly number[]): Ends[] {
  const mode = node.text('auto_pad', 'NOTSET');
  const pads = node.ints('pads');
  const same = mode.startsWith('SAME')
    ? strides.map((stride, axis) => stride * node.sizes()[axis + 2]!)
    : null;
  const output = node.ints('output_shape') ?? same;
  if (output === null) return explicitPadding(node, full.length, mode === 'VALID' ? null : pads);
  if (output.length !== full.length) node.refuse(`an output_shape of ${full.length} sizes`);
  return full.map((size, axis) => {
    const total = Math.max(0, size - output[axis]!);
    const half = mode === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    return [half, total - half];
  });
}

function convertMaxPool(node: ImportedNode): GraphValue {
  node.ignore('storage_order');
  const kernel = kernelOf(node);
  const attributes = windowAttributes(node, kernel);
  const padding = roundedUp(node, kernel, attributes);
  if (attributes.dilations.some((distance) => distance !== 1)) {
    return maxPoolWithGaps(node, kernel, { ...attributes, padding });
  }
  return maxPool(node.value(), { kernel, strides: attributes.strides, padding });
}

/** The largest of the input's shifts, one for each element of the window; of equal ones the first. */
function maxPoolWithGaps(
  node: ImportedNode,
  kernel: readonly number[],
  { strides, dilations, padding }: WindowAttributes,
): GraphValue {
  const places = kernel.reduce((product, size) => product * size, 1);
  if (places > MAX_PLACES)
    node.refuse(`at most ${MAX_PLACES} elements of a window with gaps, found ${places}`);
  const amounts = [0, 0, ...padding.map(([before]) => before), 0, 0, ...padding.map(([, after]) => after)];
  const x = padAll(node.value(), amounts, LOWEST_FLOAT);
  const shifts = Array.from({ length: places }, (_, place) => {
    let rest = place;
    return kernel.reduceRight((shifted, length, axis) => {
      const start = (rest % length) * dilations[axis]!;
      rest = Math.floor(rest / length);
      const room = (x.shape[axis + 2] as number) - (length - 1) * dilations[axis]!;
      return slice(shifted, axis + 2, [start, start + room], strides[axis]!);
    }, x);
  });
  return shifts.reduce((largest, shifted) => where(greater(shifted, largest), shifted, largest));
}

function convertAveragePool(node: ImportedNode): GraphValue {
  const kernel = kernelOf(node);
  const attributes = windowAttributes(node, kernel);
  const { strides, dilations, padding } = attributes;
  if (dilations.some((distance) => distance !== 1)) node.refuse('windows without gaps (dilations of 1)');
  const countsPadding = node.int('count_include_pad', 0) === 1;
  const ends = roundedUp(node, kernel, attributes);
  const pooled = averagePool(node.value(), { kernel, strides, padding: ends });
  const counted = countsPadding ? padding : padding.map(() => [0, 0] as const);
  const shares = kernel.map((size, axis) =>
    windowShares(node.sizes()[axis + 2]!, pooled.shape[axis + 2] as number, {
      kernel: size,
      stride: strides[axis]!,
      before: ends[axis]![0],
      counted: counted[axis]!,
    }),
  );
  return shares.reduce((value, share, axis) => {
    if (share.every((factor) => factor === 1)) return value;
    const shape = shares.map((_, place) => (place === axis ? share.length : 1));
    return mul(value, value.graph.constant(Float32Array.from(share), [1, 1, ...shape]));
  }, pooled);
}

/** For each window of one axis its length over the number of its elements that count. */
function windowShares(
  size: number,
  windows: number,
  { kernel, stride, before, counted }: { kernel: number; stride: number; before: number; counted: Ends },
): number[] {
  if (windows > 1e6)
    throw new RangeError(`expected at most a million windows along an axis, found ${windows}`);
  return Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before;
    const end = Math.min(start + kernel, size + counted[1]);
    return kernel / (end - Math.max(start, -counted[0]));
  });
}

/** The padding with what `ceil_mode` adds at the end: a last window that begins within the input or the padding before. */
function roundedUp(
  node: ImportedNode,
  kernel: readonly number[],
  { strides, padding }: WindowAttributes,
): readonly Ends[] {
  if (node.int('ceil_mode', 0) !== 1) return padding;
  return padding.map(([before, after], axis) => {
    const size = node.sizes()[axis + 2]!;
    const [stride, length] = [strides[axis]!, kernel[axis]!];
    const steps = Math.ceil((size + before + after - length) / stride);
    const last = steps * stride >= size + before ? steps - 1 : steps;
    return [before, Math.max(after, last * stride + length - size - before)];
  });
}

function windowAttributes(node: ImportedNode, kernel: readonly number[]): WindowAttributes {
  const strides = node.ints('strides') ?? kernel.map(() => 1);
  const dilations = node.ints('dilations') ?? kernel.map(() => 1);
  checkLengths(node, kernel, { strides, dilations });
  const mode = node.text('auto_pad', 'NOTSET');
  const pads = node.ints('pads');
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') {
    return {
      strides,
      dilations,
      padding: explicitPadding(node, kernel.length, mode === 'VALID' ? null : pads),
    };
  }
  const padding = kernel.map((length, axis): Ends => {
    const size = node.sizes()[axis + 2]!;
    const reach = (length - 1) * dilations[axis]! + 1;
    const total = Math.max(0, (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + reach - size);
    const half = Math.floor(total / 2);
    return mode === 'SAME_UPPER' ? [half, total - half] : [total - half, half];
  });
  return { strides, dilations, padding };
}

function explicitPadding(node: ImportedNode, axes: number, pads: readonly number[] | null): Ends[] {
  const amounts = pads ?? new Array<number>(2 * axes).fill(0);
  if (amounts.length !== 2 * axes || amounts.some((amount) => amount < 0)) {
    node.refuse(`two pads of at least 0 for each of ${axes} axes, found [${amounts.join(', ')}]`);
  }
  return Array.from({ length: axes }, (_, axis) => [amounts[axis]!, amounts[axes + axis]!]);
}

/** The size of the window: an attribute, which for a convolution repeats that of the kernel. */
function kernelOf(node: ImportedNode, stored: readonly number[] | null = null): readonly number[] {
  const kernel = node.ints('kernel_shape') ?? stored ?? node.refuse('a kernel_shape');
  const agrees = stored === null || kernel.join() === stored.join();
  const axes = node.sizes().length - 2;
  if (axes < 1 || kernel.length !== axes || !agrees || kernel.some((size) => size < 1)) {
    node.refuse(`a kernel of ${axes} sizes, found [${kernel.join(', ')}]`);
  }
  return kernel;
}

function checkLengths(
  node: ImportedNode,
  kernel: readonly number[],
  lists: Readonly<Record<string, readonly number[]>>,
): void {
  for (const [name, list] of Object.entries(lists)) {
    const least = name === 'output_padding' ? 0 : 1;
    if (list.length !== kernel.length || list.some((number) => number < least)) {
      node.refuse(`${name} to be ${kernel.length} numbers of at least ${least}, found [${list.join(', ')}]`);
    }
  }
}

function spatialAxes(node: ImportedNode): number[] {
  return node.sizes().flatMap((_, axis) => (axis < 2 ? [] : [axis]));
}
