import { matMul } from '../operators/linear.js';
import { resize } from '../operators/resize.js';
import { type GraphValue, normalizeAxes } from '../operators/rule.js';
import { transpose } from '../operators/shape.js';
import { type AxisResizing, COORDINATES, NEAREST_MODES, resizingMatrix } from './axis-resizing.js';
import type { Conversions, ImportedNode } from './imported-node.js';

/** Elements of the largest matrix that resizes an axis: 8192 × 8192. */
const MAX_MATRIX = 2 ** 26;
const MODES = ['nearest', 'linear', 'cubic'] as const;

/** Resizing of the last two axes, as products with constant matrices. */
export const resizeConversions: Conversions = { Resize: convertResize };

function convertResize(node: ImportedNode): GraphValue {
  const sizes = node.sizes();
  const axes = resizings(node);
  if (axes.slice(0, -2).some(({ from, to }) => from !== to)) node.refuse('the last two axes alone to change');
  for (const { from, to } of axes.slice(-2)) {
    if (!(from >= 1 && to >= 1 && from * to <= MAX_MATRIX)) {
      node.refuse(`sizes of which the product is at most ${MAX_MATRIX}, found ${from} to ${to}`);
    }
  }
  const [height, width] = axes.slice(-2);
  if (sizes.length >= 2 && isPlain(height!) && isPlain(width!) && height!.mode === width!.mode) {
    const interpolation = height!.mode === 'nearest' ? 'nearest' : 'bilinear';
    return resize(node.value(), [height!.to, width!.to], interpolation);
  }
  const tall = isSame(height!) ? node.value() : matMul(matrixOf(node, height!), node.value());
  return isSame(width!) ? tall : matMul(tall, transpose(matrixOf(node, width!)));
}

function isSame({ from, to }: AxisResizing): boolean {
  return from === to;
}

/** Whether `resize` does it: its scale is that of the sizes, nearest is rounded down, linear is of half pixels. */
function isPlain({ from, to, scale, mode, coordinates, nearest }: AxisResizing): boolean {
  const isExact = Math.abs(scale * from - to) < 1e-5;
  if (mode === 'nearest') return isExact && coordinates === 'asymmetric' && nearest === 'floor';
  return (
    isExact &&
    mode === 'linear' &&
    (coordinates === 'half_pixel' || (coordinates === 'pytorch_half_pixel' && to > 1))
  );
}

function matrixOf(node: ImportedNode, resizing: AxisResizing): GraphValue {
  return node.graph.constant(resizingMatrix(resizing), [resizing.to, resizing.from]);
}

/** How each axis is resized. */
function resizings(node: ImportedNode): AxisResizing[] {
  node.ignore('extrapolation_value');
  const isRefused =
    node.int('exclude_outside', 0) !== 0 ||
    node.int('antialias', 0) !== 0 ||
    node.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch';
  if (isRefused) node.refuse('no exclude_outside, antialias or keep_aspect_ratio_policy');
  const shared = {
    mode: oneOf(node, 'mode', MODES),
    coordinates: oneOf(node, 'coordinate_transformation_mode', COORDINATES),
    nearest: oneOf(node, 'nearest_mode', NEAREST_MODES),
    cubic: node.float('cubic_coeff_a', -0.75),
  };
  const sizes = node.sizes();
  const scales = node.numbers(2) ?? [];
  const targets = node.numbers(3) ?? [];
  const axes = normalizeAxes(node.ints('axes') ?? [...sizes.keys()], sizes.length, 'Resize');
  const given = scales.length > 0 ? scales : targets;
  if (given.length !== axes.length) node.refuse(`scales or sizes for ${axes.length} axes`);
  return sizes.map((from, axis) => {
    const place = axes.indexOf(axis);
    if (place === -1) return { ...shared, from, to: from, scale: 1 };
    if (scales.length === 0) return { ...shared, from, to: targets[place]!, scale: targets[place]! / from };
    return { ...shared, from, to: Math.floor(Math.fround(from * scales[place]!)), scale: scales[place]! };
  });
}

/** A text attribute that is one of a few words, by default the first. */
function oneOf<T extends string>(node: ImportedNode, name: string, words: readonly T[]): T {
  const found = node.text(name, words[0]!);
  return (
    words.find((word) => word === found) ?? node.refuse(`${name} to be ${words.join(', ')}, found ${found}`)
  );
}
