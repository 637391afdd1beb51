import type { ElementType } from '../onnx-encoding.js';
import { broadcastShapes, reduceToShape } from './broadcast.js';
import { inferBinary, where } from './elementwise.js';
import { type GraphValue, type OperatorRule, type OperatorRules, refuseTypes } from './rule.js';

/** Whether a = b, broadcast; a value of type bool without gradient. */
export const equal = (a: GraphValue, b: GraphValue): GraphValue => a.graph.apply('Equal', [a, b]);

const comparison: OperatorRule = {
  infer: (node) => ({ ...inferBinary(node), type: 'bool' }),
  gradient: null,
};

const logical: OperatorRule = {
  infer(node) {
    if (node.inputs.some(({ type }) => type !== 'bool')) refuseTypes(node, 'of type bool');
    const shapes = node.inputs.map(({ shape }) => shape);
    return { type: 'bool', shape: broadcastShapes(node.operator, shapes) };
  },
  gradient: null,
};

const TYPE_NUMBERS = { float32: 1, int64: 7, bool: 9 } as const;

/** The elements as another type, without gradient. */
export function cast(value: GraphValue, type: ElementType): GraphValue {
  if (value.type === type) return value;
  return value.graph.apply('Cast', [value], { to: TYPE_NUMBERS[type] });
}

/** Comparisons, what is done with their results, the choice between two values, and changes of type. */
export const comparisonRules: OperatorRules = {
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  Equal: comparison,
  And: logical,
  Or: logical,
  Not: logical,
  Cast: {
    infer({ inputs, attributes }) {
      const [type] = Object.entries(TYPE_NUMBERS).find(([, number]) => number === attributes.to)!;
      return { type: type as ElementType, shape: inputs[0]!.shape };
    },
    gradient: null,
  },
  Where: {
    infer(node) {
      const [condition, a, b] = node.inputs;
      if (condition!.type !== 'bool' || a!.type !== b!.type) {
        refuseTypes(node, 'bool and two values of one type');
      }
      const shapes = node.inputs.map(({ shape }) => shape);
      return { type: a!.type, shape: broadcastShapes('Where', shapes) };
    },
    gradient(node, _output, upstream) {
      const [condition, a, b] = node.inputs;
      return [
        null,
        reduceToShape(where(condition!, upstream, 0), a!.shape),
        reduceToShape(where(condition!, 0, upstream), b!.shape),
      ];
    },
  },
};
