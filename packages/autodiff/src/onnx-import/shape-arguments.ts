import type { OnnxTensor } from '../onnx-tensor.js';
import { normalizeAxes } from '../operators/rule.js';
import type { ImportedNode } from './imported-node.js';
import { storedTensor, withShape } from './stored-elements.js';
import { type SliceRange, sliceRanges } from './target-shape.js';

/** The element, of shape [], that a ConstantOfShape repeats. */
export function filling(node: ImportedNode): OnnxTensor {
  const value = node.attribute('value');
  if (value === null) return storedTensor('float32', [], [0]);
  if (value.kind === 'tensor' && value.value.data.length === 1) return withShape(value.value, []);
  return node.refuse('a value of one element');
}

/** The entries a Gather takes, each in [0, size). */
export function gatheredPlaces(node: ImportedNode, size: number): number[] {
  return normalizeAxes(node.numbers(1) ?? [], size, 'entry of Gather: place');
}

/** What a Slice takes of each of its axes. */
export function slicesOf(node: ImportedNode, sizes: readonly number[]): SliceRange[] {
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => node.numbers(index));
  return sliceRanges(sizes, {
    starts: starts ?? [],
    ends: ends ?? [],
    axes: axes ?? null,
    steps: steps ?? null,
  });
}

/** The order of axes a Transpose asks for, by default the opposite one. */
export function permutationOf(node: ImportedNode, rank: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const order = node.ints('perm') ?? axes.toReversed();
  const isWhole = order.length === rank && axes.every((axis) => order.includes(axis));
  return isWhole ? order : node.refuse(`each of ${rank} axes once, found [${order.join(', ')}]`);
}
