import { broadcastShapes, expand } from '../operators/broadcast.js';
import { type GraphValue, normalizeAxes } from '../operators/rule.js';
import { concat, gather, padAll, reshape, reverse, slice, transpose } from '../operators/shape.js';
import { type Conversions, type ImportedNode, isStored } from './imported-node.js';
import { filling, gatheredPlaces, permutationOf, slicesOf } from './shape-arguments.js';
import { squeezedShape, targetShape, unsqueezedShape } from './target-shape.js';

/** Operators that move elements and change none. */
export const shapeConversions: Conversions = {
  Reshape: (node) =>
    reshape(node.value(), targetShape(node.sizes(), node.numbers(1) ?? [], node.int('allowzero', 0) === 1)),
  Flatten: (node) => reshape(node.value(), flatShape(node, 1)),
  Squeeze: (node) => reshape(node.value(), squeezedShape(node.sizes(), node.intsOrInput('axes', 1))),
  Unsqueeze: (node) =>
    reshape(node.value(), unsqueezedShape(node.sizes(), node.intsOrInput('axes', 1) ?? [])),
  Transpose: (node) => transpose(node.value(), permutationOf(node, node.sizes().length)),
  Concat: (node) => concat(node.values(), node.int('axis', 0)),
  Expand: convertExpand,
  ConstantOfShape: (node) => expand(node.toValue(filling(node)), node.numbers(0) ?? []),
  Tile: convertTile,
  Slice: convertSlice,
  Split: convertSplit,
  Gather: convertGather,
  Pad: convertPad,
  DepthToSpace: convertDepthToSpace,
  SpaceToDepth: convertSpaceToDepth,
};

/** Two sizes: the product of those before an axis, and of those from it on. */
export function flatShape(node: ImportedNode, fallback: number): [number, number] {
  const sizes = node.sizes();
  const requested = node.int('axis', fallback);
  const axis = requested < 0 ? requested + sizes.length : requested;
  if (axis < 0 || axis > sizes.length) node.refuse(`an axis of the input, found ${requested}`);
  const product = (part: number[]) => part.reduce((a, b) => a * b, 1);
  return [product(sizes.slice(0, axis)), product(sizes.slice(axis))];
}

function convertExpand(node: ImportedNode): GraphValue {
  const requested = node.numbers(1) ?? [];
  return expand(node.value(), broadcastShapes('Expand', [node.sizes(), requested]) as number[]);
}

function convertTile(node: ImportedNode): GraphValue {
  const sizes = node.sizes();
  const repeats = node.numbers(1) ?? [];
  if (repeats.length !== sizes.length) node.refuse(`a count for each of ${sizes.length} axes`);
  const apart = reshape(
    node.value(),
    sizes.flatMap((size) => [1, size]),
  );
  const repeated = expand(
    apart,
    sizes.flatMap((size, axis) => [repeats[axis]!, size]),
  );
  return reshape(
    repeated,
    sizes.map((size, axis) => size * repeats[axis]!),
  );
}

function convertSlice(node: ImportedNode): GraphValue {
  return slicesOf(node, node.sizes()).reduce((value, { axis, start, step, count }) => {
    if (count === 0) return slice(value, axis, [0, 0]);
    const last = start + (count - 1) * step;
    const [low, high] = [Math.min(start, last), Math.max(start, last)];
    const isWhole = count === value.shape[axis] && Math.abs(step) === 1;
    const taken = isWhole ? value : slice(value, axis, [low, high + 1], Math.abs(step));
    return step < 0 ? reverse(taken, axis) : taken;
  }, node.value());
}

function convertSplit(node: ImportedNode): GraphValue[] {
  const [axis] = normalizeAxes([node.int('axis', 0)], node.sizes().length, 'Split');
  const size = node.sizes()[axis!]!;
  const count = node.int('num_outputs', node.outputCount);
  const each = Math.ceil(size / count);
  const equal = Array.from({ length: node.outputCount }, (_, i) => Math.min(each, size - i * each));
  const parts = node.intsOrInput('split', 1) ?? equal;
  const total = parts.reduce((a, b) => a + b, 0);
  if (parts.length !== node.outputCount || total !== size || parts.some((part) => part < 0)) {
    node.refuse(`${node.outputCount} parts of ${size} elements in all, found [${parts.join(', ')}]`);
  }
  let end = 0;
  return parts.map((part) => {
    end += part;
    return slice(node.value(), axis!, [end - part, end]);
  });
}

/** One entry and neighbors are a slice, which is quicker. */
function convertGather(node: ImportedNode): GraphValue {
  const value = node.value();
  const sizes = node.sizes();
  const [axis] = normalizeAxes([node.int('axis', 0)], sizes.length, 'Gather');
  const indices = node.tensor(1);
  if (!isStored(indices)) return gather(value, axis!, node.value(1));
  const places = gatheredPlaces(node, sizes[axis!]!);
  const [first] = places;
  if (first === undefined || !areNeighbors(places)) return gather(value, axis!, node.value(1));
  const taken = slice(value, axis!, [first, first + places.length]);
  return reshape(taken, sizes.toSpliced(axis!, 1, ...indices.shape));
}

function areNeighbors(places: readonly number[]): boolean {
  return places.every((place, i) => place === places[0]! + i);
}

function convertPad(node: ImportedNode): GraphValue {
  const value = node.value();
  const sizes = node.sizes();
  const amounts = node.numbers(1) ?? node.refuse('amounts');
  const axes = normalizeAxes(node.numbers(3) ?? [...sizes.keys()], sizes.length, 'Pad');
  if (amounts.length !== 2 * axes.length) node.refuse(`two amounts for each of ${axes.length} axes`);
  const mode = node.text('mode', 'constant');
  const ends = axes.map((axis, i) => [axis, amounts[i]!, amounts[axes.length + i]!] as const);
  const cut = ends.reduce((part, [axis, before, after]) => {
    const size = sizes[axis]!;
    return before < 0 || after < 0
      ? slice(part, axis, [Math.max(0, -before), size - Math.max(0, -after)])
      : part;
  }, value);
  if (mode === 'constant') return padByConstant(cut, ends, node.number(2) ?? 0);
  if (mode !== 'reflect' && mode !== 'edge') {
    return node.refuse(`mode to be constant, reflect or edge, found ${mode}`);
  }
  return ends.reduce((part, [axis, before, after]) => padBySelf(part, axis, { before, after, mode }), cut);
}

type PadEnds = readonly (readonly [axis: number, before: number, after: number])[];

function padByConstant(value: GraphValue, ends: PadEnds, fill: number): GraphValue {
  const rank = value.shape.length;
  const amounts = new Array<number>(2 * rank).fill(0);
  for (const [axis, before, after] of ends) {
    amounts[axis] = Math.max(0, before);
    amounts[rank + axis] = Math.max(0, after);
  }
  return amounts.every((amount) => amount === 0) ? value : padAll(value, amounts, fill);
}

/** Pads one axis by what is there: mirrored without the end itself, or the end repeated. */
function padBySelf(
  value: GraphValue,
  axis: number,
  { before, after, mode }: { readonly before: number; readonly after: number; readonly mode: string },
): GraphValue {
  const size = value.shape[axis] as number;
  const isMirrored = mode === 'reflect';
  const part = (count: number, mirrored: [number, number], end: [number, number]) => {
    if (count <= 0) return [];
    if (isMirrored) return [reverse(slice(value, axis, mirrored), axis)];
    return [expand(slice(value, axis, end), (value.shape as number[]).with(axis, count))];
  };
  const head = part(before, [1, before + 1], [0, 1]);
  const tail = part(after, [size - 1 - after, size - 1], [size - 1, size]);
  return head.length + tail.length === 0 ? value : concat([...head, value, ...tail], axis);
}

function convertDepthToSpace(node: ImportedNode): GraphValue {
  const [n, c, h, w] = imageSizes(node);
  const block = node.int('blocksize', 1);
  const mode = node.text('mode', 'DCR');
  const rest = c / (block * block);
  const isDepthFirst = mode === 'DCR';
  if (!isDepthFirst && mode !== 'CRD') node.refuse(`mode to be DCR or CRD, found ${mode}`);
  const split = isDepthFirst ? [n, block, block, rest, h, w] : [n, rest, block, block, h, w];
  const order = isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  return reshape(transpose(reshape(node.value(), split), order), [n, rest, h * block, w * block]);
}

function convertSpaceToDepth(node: ImportedNode): GraphValue {
  const [n, c, h, w] = imageSizes(node);
  const block = node.int('blocksize', 1);
  const split = reshape(node.value(), [n, c, h / block, block, w / block, block]);
  return reshape(transpose(split, [0, 3, 5, 1, 2, 4]), [n, c * block * block, h / block, w / block]);
}

function imageSizes(node: ImportedNode): [number, number, number, number] {
  const sizes = node.sizes();
  if (sizes.length !== 4) node.refuse('an input N × C × H × W');
  return sizes as [number, number, number, number];
}
