import { matMul } from './linear.js';
import { type GraphValue, staticShape } from './rule.js';

/** A number for each of two axes, rows first. */
export type Pair = readonly [number, number];

/** Steps to every element. */
export const EVERY: Pair = [1, 1];

/** The sizes of a value of four axes. @throws {TypeError} if one is known only when the model runs. */
export function fourSizes(value: GraphValue): [number, number, number, number] {
  return staticShape(value, 'convolution') as [number, number, number, number];
}

/** So many rows and columns of the last two of four axes, from a corner on in steps; one node. No gradient of its own. */
export function cutBox(value: GraphValue, size: Pair, from: Pair, steps: Pair): GraphValue {
  const [, , height, width] = fourSizes(value);
  if (size[0] === height && size[1] === width) return value;
  const to = size.map((count, axis) => from[axis]! + (count - 1) * steps[axis]! + 1);
  const bounds = [from, to, [2, 3], steps].map((numbers) => value.graph.integers(numbers));
  return value.graph.apply('Slice', [value, ...bounds]);
}

/** Adds zeros around the last two of four axes; one node. @param before, after rows and columns. */
export function padBox(value: GraphValue, before: Pair, after: Pair): GraphValue {
  if ([...before, ...after].every((size) => size === 0)) return value;
  return value.graph.apply('Pad', [value, value.graph.integers([0, 0, ...before, 0, 0, ...after])]);
}

/**
 * The adjoint of {@link cutBox}: zeros of a height and width with the elements from a corner on, in steps.
 *
 * With steps it is a product with constant matrices, which is quicker than moving single elements.
 */
export function spreadBox(value: GraphValue, size: Pair, from: Pair, steps: Pair): GraphValue {
  const [, , rows, columns] = fourSizes(value);
  if (steps[0] === 1 && steps[1] === 1) {
    return padBox(value, from, [size[0] - from[0] - rows, size[1] - from[1] - columns]);
  }
  const { graph } = value;
  const toColumns = graph.constant(placement(columns, size[1], from[1], steps[1]), [columns, size[1]]);
  const wide = columns === size[1] ? value : matMul(value, toColumns);
  if (rows === size[0]) return wide;
  const toRows = placement(rows, size[0], from[0], steps[0]);
  const turned = Float32Array.from(toRows, (_, i) => toRows[(i % rows) * size[0] + Math.floor(i / rows)]!);
  return matMul(graph.constant(turned, [size[0], rows]), wide);
}

/** old × size: 1 where an element goes, from `first` on in steps. */
function placement(old: number, size: number, first: number, step: number): Float32Array {
  const matrix = new Float32Array(old * size);
  for (let i = 0; i < old; i++) matrix[i * size + first + i * step] = 1;
  return matrix;
}

/** Rows and columns at which the elements of a kernel lie, row by row. */
export function tapsOf([height, width]: Pair, dilations: readonly number[]): Pair[] {
  return Array.from({ length: height * width }, (_, tap) => [
    Math.floor(tap / width) * dilations[0]!,
    (tap % width) * dilations[1]!,
  ]);
}
