import { broadcastShapes, reduceToShape } from './broadcast.js';
import {
  formatShape,
  type GraphNode,
  type GraphValue,
  type Operand,
  type OperatorRule,
  type OperatorRules,
} from './rule.js';

/** a + b, broadcast. */
export const add = (a: GraphValue, b: Operand): GraphValue => binary('Add', a, b);
/** a - b, broadcast. */
export const sub = (a: GraphValue, b: Operand): GraphValue => binary('Sub', a, b);
/** a · b of each pair of elements, broadcast. */
export const mul = (a: GraphValue, b: Operand): GraphValue => binary('Mul', a, b);
/** a / b, broadcast. */
export const div = (a: GraphValue, b: Operand): GraphValue => binary('Div', a, b);
/** Whether a > b, broadcast; a value of type bool without gradient. */
export const greater = (a: GraphValue, b: Operand): GraphValue => binary('Greater', a, b);
/** -a. */
export const neg = (a: GraphValue): GraphValue => a.graph.apply('Neg', [a]);
/** max(a, 0); its gradient at 0 is 0. */
export const relu = (a: GraphValue): GraphValue => a.graph.apply('Relu', [a]);
/** e^a. */
export const exp = (a: GraphValue): GraphValue => a.graph.apply('Exp', [a]);
/** Natural logarithm. */
export const log = (a: GraphValue): GraphValue => a.graph.apply('Log', [a]);
/** Square root. */
export const sqrt = (a: GraphValue): GraphValue => a.graph.apply('Sqrt', [a]);
/** 1 / a. */
export const reciprocal = (a: GraphValue): GraphValue => a.graph.apply('Reciprocal', [a]);

/** 1 / (1 + e^-a). */
export const sigmoid = (a: GraphValue): GraphValue => a.graph.apply('Sigmoid', [a]);
/** Hyperbolic tangent. */
export const tanh = (a: GraphValue): GraphValue => a.graph.apply('Tanh', [a]);

/** a where it is positive, slope · a elsewhere. */
export function leakyRelu(a: GraphValue, slope: number): GraphValue {
  return where(greater(a, 0), a, mul(a, slope));
}

/** a kept within [low, high]; its gradient is 0 where it was not within. */
export function clip(a: GraphValue, low: number, high: number): GraphValue {
  const { graph } = a;
  const raised = where(greater(a, low), a, low);
  return where(greater(graph.scalar(high), raised), raised, high);
}

/** a where the condition holds and b elsewhere, broadcast. @param condition of type bool. */
export function where(condition: GraphValue, a: Operand, b: Operand): GraphValue {
  const { graph } = condition;
  return graph.apply('Where', [condition, toValue(graph, a), toValue(graph, b)]);
}

/** Operators that work on each element by itself. */
export const elementwiseRules: OperatorRules = {
  Add: differentiableBinary((upstream) => [upstream, upstream]),
  Sub: differentiableBinary((upstream) => [upstream, neg(upstream)]),
  Mul: differentiableBinary((upstream, a, b) => [mul(upstream, b), mul(upstream, a)]),
  Div: differentiableBinary((upstream, _a, b, output) => [
    div(upstream, b),
    neg(div(mul(upstream, output), b)),
  ]),
  Neg: unary((upstream) => neg(upstream)),
  Relu: unary((upstream, output) => where(greater(output, 0), upstream, 0)),
  Exp: unary((upstream, output) => mul(upstream, output)),
  Log: unary((upstream, _output, input) => div(upstream, input)),
  Sqrt: unary((upstream, output) => div(mul(upstream, 0.5), output)),
  Reciprocal: unary((upstream, output) => neg(mul(upstream, mul(output, output)))),
  Sigmoid: unary((upstream, output) => mul(mul(upstream, output), sub(toValue(output.graph, 1), output))),
  Tanh: unary((upstream, output) => mul(upstream, sub(toValue(output.graph, 1), mul(output, output)))),
  Identity: unary((upstream) => upstream),
  Greater: { infer: (node) => ({ ...inferBinary(node), type: 'bool' }), gradient: null },
  Where: {
    infer(node) {
      const [condition, a, b] = node.inputs;
      if (condition!.type !== 'bool' || a!.type !== b!.type) {
        const types = node.inputs.map((input) => input.type).join(', ');
        throw new TypeError(`Where: inputs must be bool and two values of one type, got ${types}`);
      }
      return {
        type: a!.type,
        shape: broadcastShapes(
          'Where',
          node.inputs.map((input) => input.shape),
        ),
      };
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

function unary(
  gradient: (upstream: GraphValue, output: GraphValue, input: GraphValue) => GraphValue,
): OperatorRule {
  return {
    infer: ({ operator, inputs }) => {
      const { type, shape } = inputs[0]!;
      if (type === 'bool')
        throw new TypeError(`${operator}: the input must be numeric, got bool ${formatShape(shape)}`);
      return { type, shape };
    },
    gradient: (node, output, upstream) => [gradient(upstream, output, node.inputs[0]!)],
  };
}

function differentiableBinary(
  gradient: (
    upstream: GraphValue,
    a: GraphValue,
    b: GraphValue,
    output: GraphValue,
  ) => [GraphValue, GraphValue],
): OperatorRule {
  return {
    infer: inferBinary,
    gradient(node, output, upstream) {
      const [a, b] = node.inputs;
      const [gradientA, gradientB] = gradient(upstream, a!, b!, output);
      return [reduceToShape(gradientA, a!.shape), reduceToShape(gradientB, b!.shape)];
    },
  };
}

function inferBinary({ operator, inputs }: GraphNode) {
  const [a, b] = inputs;
  if (a!.type !== b!.type || a!.type === 'bool') {
    throw new TypeError(
      `${operator}: both inputs must be of one numeric type, got ${a!.type} and ${b!.type}`,
    );
  }
  return { type: a!.type, shape: broadcastShapes(operator, [a!.shape, b!.shape]) };
}

function binary(operator: string, a: GraphValue, b: Operand): GraphValue {
  return a.graph.apply(operator, [a, toValue(a.graph, b)]);
}

function toValue(graph: GraphValue['graph'], operand: Operand): GraphValue {
  return typeof operand === 'number' ? graph.scalar(operand) : operand;
}
