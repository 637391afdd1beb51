import { reducedType, reduceSum, restoreAxes } from './broadcast.js';
import { equal } from './comparison.js';
import { div, where } from './elementwise.js';
import type { GraphNode, GraphValue, OperatorRule, OperatorRules } from './rule.js';

/** Largest element over the axes; equal ones share its gradient. @param axes each in [-rank, rank). */
export function reduceMax(value: GraphValue, axes: readonly number[], keepSize = false): GraphValue {
  return value.graph.apply('ReduceMax', [value], { axes, keepdims: keepSize ? 1 : 0 });
}

/** Smallest element over the axes; equal ones share its gradient. @param axes each in [-rank, rank). */
export function reduceMin(value: GraphValue, axes: readonly number[], keepSize = false): GraphValue {
  return value.graph.apply('ReduceMin', [value], { axes, keepdims: keepSize ? 1 : 0 });
}

const extremeOver: OperatorRule = {
  infer: (node) => reducedType(node, axesOf(node)),
  gradient(node, output, upstream) {
    const input = node.inputs[0]!;
    const { graph } = input;
    const isExtreme = equal(input, restoreAxes(node, axesOf(node), output));
    const ones = where(isExtreme, graph.scalar(1), graph.scalar(0));
    const count = reduceSum(ones, axesOf(node), node.attributes.keepdims === 1);
    const share = restoreAxes(node, axesOf(node), div(upstream, count));
    return [where(isExtreme, share, 0)];
  },
};

const placeOf: OperatorRule = {
  infer: (node) => ({ ...reducedType(node, [node.attributes.axis as number]), type: 'int64' }),
  gradient: null,
};

/** The largest and the smallest elements along axes, and where they are. */
export const extremeRules: OperatorRules = {
  ReduceMax: extremeOver,
  ReduceMin: extremeOver,
  ArgMax: placeOf,
  ArgMin: placeOf,
};

function axesOf({ attributes }: GraphNode): readonly number[] {
  return attributes.axes as readonly number[];
}
