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

/** Sums over the axes. @param axes each in [-rank, rank). @param keepSize whether a summed axis stays, with size 1. */
export function reduceSum(value: GraphValue, axes: readonly number[], keepSize = false): GraphValue {
  if (axes.length === 0) return value;
  return value.graph.apply('ReduceSum', [value, value.graph.integers(axes)], { keepdims: keepSize ? 1 : 0 });
}

/** Averages over the axes. @param axes each in [-rank, rank). @param keepSize whether an averaged axis stays, with size 1. */
export function reduceMean(value: GraphValue, axes: readonly number[], keepSize = false): GraphValue {
  if (axes.length === 0) return value;
  return value.graph.apply('ReduceMean', [value], { axes, keepdims: keepSize ? 1 : 0 });
}

/** Repeats the value along its axes of size 1 (and new leading axes) up to the given shape. */
export function expand(value: GraphValue, shape: readonly number[]): GraphValue {
  if (formatShape(value.shape) === formatShape(shape)) return value;
  return value.graph.apply('Expand', [value, value.graph.integers(shape)]);
}

/** Inserts axes of size 1. @param axes places of the new axes in the result. */
export function unsqueeze(value: GraphValue, axes: readonly number[]): GraphValue {
  if (axes.length === 0) return value;
  return value.graph.apply('Unsqueeze', [value, value.graph.integers(axes)]);
}

/**
 * Sums a gradient over the axes along which an operand was broadcast.
 *
 * @param shape shape of the operand, which broadcasts to that of `gradient`.
 */
export function reduceToShape(gradient: GraphValue, shape: readonly Dimension[]): GraphValue {
  const extra = gradient.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const summed = reduceSum(gradient, leading);
  const repeated = shape.flatMap((size, axis) => (size === 1 && summed.shape[axis] !== 1 ? [axis] : []));
  return reduceSum(summed, repeated, true);
}

/**
 * Shape of the result of an elementwise operator, by NumPy's rules.
 *
 * @throws {TypeError} if two sizes differ and neither is 1.
 */
export function broadcastShapes(operator: string, shapes: readonly (readonly Dimension[])[]): Dimension[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: Dimension[] = new Array(rank).fill(1);
  for (const shape of shapes) {
    for (let axis = 0; axis < shape.length; axis++) {
      const place = rank - shape.length + axis;
      const size = shape[axis]!;
      if (size === 1 || size === result[place]) continue;
      if (result[place] !== 1) {
        throw new TypeError(
          `${operator}: shapes must be equal or broadcast, got ${shapes.map(formatShape).join(' and ')}`,
        );
      }
      result[place] = size;
    }
  }
  return result;
}

/** ReduceSum, ReduceMean, Expand and Unsqueeze. */
export const broadcastRules: OperatorRules = {
  ReduceSum: {
    infer: (node) => reducedType(node, constantIntegers(node, 1)),
    gradient: (node, _output, upstream) => [restoreAxes(node, constantIntegers(node, 1), upstream), null],
  },
  ReduceMean: {
    infer: (node) => reducedType(node, node.attributes.axes as readonly number[]),
    gradient(node, output, upstream) {
      const input = node.inputs[0]!;
      const axes = node.attributes.axes as readonly number[];
      const size = elementCount(staticShape(input, 'gradient of ReduceMean'));
      const share = elementCount(staticShape(output, 'gradient of ReduceMean')) / size;
      const { graph } = upstream;
      return [restoreAxes(node, axes, graph.apply('Mul', [upstream, graph.scalar(share)]))];
    },
  },
  Expand: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      return { type, shape: broadcastShapes('Expand', [shape, constantIntegers(node, 1)]) };
    },
    gradient: (node, _output, upstream) => [reduceToShape(upstream, node.inputs[0]!.shape), null],
  },
  Unsqueeze: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      const requested = constantIntegers(node, 1);
      const axes = normalizeAxes(requested, shape.length + requested.length, 'Unsqueeze').sort(
        (a, b) => a - b,
      );
      const result = [...shape];
      for (const axis of axes) result.splice(axis, 0, 1);
      return { type, shape: result };
    },
    gradient(node, _output, upstream) {
      return [reduceSum(upstream, constantIntegers(node, 1)), null];
    },
  },
};

/** Type and shape of a reduction over the axes. */
export function reducedType(node: GraphNode, requested: readonly number[]): ValueType {
  const { type, shape } = node.inputs[0]!;
  const axes = new Set(normalizeAxes(requested, shape.length, node.operator));
  const reduced =
    node.attributes.keepdims === 1
      ? shape.map((size, axis) => (axes.has(axis) ? 1 : size))
      : shape.filter((_, axis) => !axes.has(axis));
  return { type, shape: reduced };
}

/** Spreads the result of a reduction, or its gradient, over the elements that were reduced. */
export function restoreAxes(node: GraphNode, requested: readonly number[], upstream: GraphValue): GraphValue {
  const input = node.inputs[0]!;
  const axes = normalizeAxes(requested, input.shape.length, node.operator);
  const kept = node.attributes.keepdims === 1 ? upstream : unsqueeze(upstream, axes);
  return expand(kept, staticShape(input, `gradient of ${node.operator}`));
}
