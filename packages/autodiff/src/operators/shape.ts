import type { Dimension } from '../onnx-encoding.js';
import {
  constantIntegers,
  elementCount,
  formatShape,
  type GraphNode,
  type GraphValue,
  normalizeAxes,
  type OperatorRules,
  staticShape,
  type ValueType,
} from './rule.js';

/** Exchanges the axes: axis i of the result is axis `order[i]` of the value. By default the order is reversed. */
export function transpose(value: GraphValue, order?: readonly number[]): GraphValue {
  const perm = order ?? value.shape.map((_, axis) => value.shape.length - 1 - axis);
  return value.graph.apply('Transpose', [value], { perm });
}

/**
 * The same elements, row-major, in another shape.
 *
 * @param shape its first size may be 0 where that of the value is known only when the model runs: it stays as it is.
 */
export function reshape(value: GraphValue, shape: readonly number[]): GraphValue {
  return value.graph.apply('Reshape', [value, value.graph.integers(shape)]);
}

/** Joins values along an axis. @param values at least one; sizes differ along the axis only. */
export function concat(values: readonly GraphValue[], axis: number): GraphValue {
  const first = values[0];
  if (first === undefined) throw new TypeError('concat: at least one value is needed, got none');
  return first.graph.apply('Concat', values, { axis });
}

/** Elements [start, end) along one axis, or every `step`-th of them. @param start, end in [0, size]. @param step positive. */
export function slice(
  value: GraphValue,
  axis: number,
  [start, end]: readonly [start: number, end: number],
  step = 1,
): GraphValue {
  const numbers = step === 1 ? [start, end, axis] : [start, end, axis, step];
  return value.graph.apply('Slice', [value, ...numbers.map((number) => value.graph.integers([number]))]);
}

/** The elements of one axis in the opposite order. */
export function reverse(value: GraphValue, axis: number): GraphValue {
  const numbers = [-1, BEFORE_FIRST, axis, -1];
  return value.graph.apply('Slice', [value, ...numbers.map((number) => value.graph.integers([number]))]);
}

/** Entries of one axis in the order of the indices. @param indices int64; their axes take the place of the one. */
export function gather(value: GraphValue, axis: number, indices: GraphValue): GraphValue {
  return value.graph.apply('Gather', [value, indices], { axis });
}

/** Adds zeros before and after the elements of one axis. @param before, after at least 0. */
export function pad(
  value: GraphValue,
  axis: number,
  [before, after]: readonly [before: number, after: number],
): GraphValue {
  const rank = value.shape.length;
  const [place] = normalizeAxes([axis], rank, 'Pad');
  const amounts = new Array<number>(2 * rank).fill(0);
  amounts[place!] = before;
  amounts[rank + place!] = after;
  return value.graph.apply('Pad', [value, value.graph.integers(amounts)]);
}

/** Adds a number before and after the elements of every axis. @param amounts before each axis, then after each. */
export function padAll(value: GraphValue, amounts: readonly number[], fill: number): GraphValue {
  const { graph } = value;
  const numbers = fill === 0 ? [] : [graph.scalar(fill)];
  return graph.apply('Pad', [value, graph.integers(amounts), ...numbers]);
}

/** End of a slice that counts down to the first element. */
const BEFORE_FIRST = -(2 ** 40);

/** Elements of the largest matrix that a gradient of Gather is made by. */
const MAX_INDICATOR = 2 ** 24;

/** Operators that move elements and change none. */
export const shapeRules: OperatorRules = {
  Transpose: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      const order = node.attributes.perm as readonly number[];
      if (order.length !== shape.length || shape.some((_, axis) => !order.includes(axis))) {
        throw new TypeError(
          `Transpose: order must hold each axis of ${formatShape(shape)} once, got [${order.join(', ')}]`,
        );
      }
      return { type, shape: order.map((axis) => shape[axis]!) };
    },
    gradient(node, _output, upstream) {
      const order = node.attributes.perm as readonly number[];
      return [
        transpose(
          upstream,
          order.map((_, axis) => order.indexOf(axis)),
        ),
      ];
    },
  },
  Reshape: {
    infer(node) {
      const input = node.inputs[0]!;
      const shape = constantIntegers(node, 1);
      const [rows, ...others] = input.shape;
      if (typeof rows === 'string' && shape[0] === 0) {
        const { shape: inner } = inferReshape({ type: input.type, shape: others }, shape.slice(1));
        return { type: input.type, shape: [rows, ...inner] };
      }
      return inferReshape(input, shape);
    },
    gradient(node, _output, upstream) {
      return [reshape(upstream, staticShape(node.inputs[0]!, 'gradient of Reshape')), null];
    },
  },
  Concat: {
    infer: inferConcat,
    gradient(node, _output, upstream) {
      const [axis] = normalizeAxes([node.attributes.axis as number], upstream.shape.length, 'Concat');
      let start = 0;
      return node.inputs.map((input) => {
        const end = start + staticShape(input, 'gradient of Concat')[axis!]!;
        const part = slice(upstream, axis!, [start, end]);
        start = end;
        return part;
      });
    },
  },
  Gather: {
    infer: inferGather,
    gradient: (node, _output, upstream) => [gatherGradient(node, upstream)],
  },
  Slice: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      if (constantIntegers(node, 3).length > 1) return { type, shape: boxShape(node) };
      const { axis, start, end, step } = sliceRange(node);
      return { type, shape: shape.with(axis, Math.ceil((end - start) / step)) };
    },
    gradient(node, _output, upstream) {
      const { axis, start, end, step, size, isReversed } = sliceRange(node);
      if (isReversed) return [reverse(upstream, axis)];
      const spread = step === 1 ? upstream : interleaveZeros(upstream, axis, { step, length: end - start });
      return [pad(spread, axis, [start, size - end])];
    },
  },
  Pad: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      const amounts = constantIntegers(node, 1);
      const padded = shape.map((size, axis) => {
        const extra = amounts[axis]! + amounts[shape.length + axis]!;
        return typeof size === 'number' ? size + extra : extra === 0 ? size : `${size}_padded_${extra}`;
      });
      return { type, shape: padded };
    },
    gradient(node, _output, upstream) {
      const amounts = constantIntegers(node, 1);
      const sizes = staticShape(node.inputs[0]!, 'gradient of Pad');
      const cut = sizes.reduce((value, size, axis) => {
        const before = amounts[axis]!;
        return value.shape[axis] === size ? value : slice(value, axis, [before, before + size]);
      }, upstream);
      return [cut, null];
    },
  },
};

function inferGather({ inputs, attributes }: GraphNode): ValueType {
  const { type, shape } = inputs[0]!;
  const [axis] = normalizeAxes([attributes.axis as number], shape.length, 'Gather');
  return { type, shape: shape.toSpliced(axis!, 1, ...inputs[1]!.shape) };
}

/** Adds up the gradients of each entry, by a product with the matrix of ones where an index is that of the entry. */
function gatherGradient(node: GraphNode, upstream: GraphValue): GraphValue {
  const shape = staticShape(node.inputs[0]!, 'gradient of Gather');
  const [axis] = normalizeAxes([node.attributes.axis as number], shape.length, 'Gather');
  const size = shape[axis!]!;
  const places = normalizeAxes(constantIntegers(node, 1), size, 'gradient of Gather');
  if (size * places.length > MAX_INDICATOR) {
    throw new TypeError(
      `gradient of Gather: ${places.length} indices into ${size} entries must make at most ${MAX_INDICATOR} pairs`,
    );
  }
  const indicator = new Float32Array(size * places.length);
  for (const [column, place] of places.entries()) indicator[place * places.length + column] = 1;
  const [outer, inner] = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis! + 1))];
  const matrix = upstream.graph.constant(indicator, [size, places.length]);
  const product = upstream.graph.apply('MatMul', [matrix, reshape(upstream, [outer, places.length, inner])]);
  return reshape(product, shape);
}

function inferConcat({ inputs, attributes }: GraphNode) {
  const { type, shape } = inputs[0]!;
  const [axis] = normalizeAxes([attributes.axis as number], shape.length, 'Concat');
  let total = 0;
  for (const input of inputs) {
    const size = input.shape[axis!];
    const fits =
      input.type === type &&
      input.shape.length === shape.length &&
      input.shape.every((other, place) => place === axis || other === shape[place]);
    if (!fits || typeof size !== 'number') {
      const shapes = inputs.map((value) => formatShape(value.shape)).join(', ');
      throw new TypeError(
        `Concat: shapes must agree but for axis ${axis}, which must be a number, got ${shapes}`,
      );
    }
    total += size;
  }
  return { type, shape: shape.with(axis!, total) };
}

/** Shape of a slice along several axes, which `cutBox` checks and gives a gradient. */
function boxShape(node: GraphNode): Dimension[] {
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => constantIntegers(node, index));
  const shape = [...node.inputs[0]!.shape];
  for (const [i, axis] of axes!.entries()) {
    const size = shape[axis] as number;
    const [start, end] = [starts![i]!, ends![i]!].map((at) => (at < 0 ? at + size : at));
    shape[axis] = Math.ceil((end! - start!) / steps![i]!);
  }
  return shape;
}

function sliceRange(node: GraphNode) {
  const { shape } = node.inputs[0]!;
  const start = constantIntegers(node, 1)[0]!;
  const end = constantIntegers(node, 2)[0]!;
  const axis = normalizeAxes(constantIntegers(node, 3), shape.length, 'Slice')[0]!;
  const step = node.inputs.length > 4 ? constantIntegers(node, 4)[0]! : 1;
  const size = shape[axis]!;
  if (typeof size === 'number' && start === -1 && end === BEFORE_FIRST && step === -1) {
    return { axis, start: 0, end: size, step: 1, size, isReversed: true };
  }
  if (typeof size !== 'number' || start < 0 || end < start || end > size || step < 1) {
    throw new RangeError(
      `Slice: 0 ≤ start ≤ end ≤ ${size} must hold along axis ${axis} and a step of at least 1, got ${start} and ${end}, step ${step}`,
    );
  }
  return { axis, start, end, step, size, isReversed: false };
}

/** Sets the elements of an axis `step` apart, with zeros between and after them, up to the length. */
function interleaveZeros(
  value: GraphValue,
  axis: number,
  { step, length }: { readonly step: number; readonly length: number },
): GraphValue {
  const shape = staticShape(value, 'gradient of Slice');
  const count = shape[axis]!;
  const apart = pad(reshape(value, shape.toSpliced(axis + 1, 0, 1)), axis + 1, [0, step - 1]);
  return slice(reshape(apart, shape.with(axis, count * step)), axis, [0, length]);
}

function inferReshape(input: ValueType, shape: readonly number[]): ValueType {
  const before = staticShape(input, 'Reshape');
  if (shape.some((size) => size < 0) || elementCount(shape) !== elementCount(before)) {
    throw new TypeError(
      `Reshape: the new shape must have the ${elementCount(before)} elements of ${formatShape(before)}, got ${formatShape(shape)}`,
    );
  }
  return { type: input.type, shape: [...shape] };
}
