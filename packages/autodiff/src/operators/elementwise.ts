import { broadcastShapes, reduceToShape } from './broadcast.js';
import {
  type GraphNode,
  type GraphValue,
  type Operand,
  type OperatorRule,
  type OperatorRules,
  refuseTypes,
  type ValueType,
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

/** a to the power b, broadcast; a must be positive where b has a gradient. */
export const pow = (a: GraphValue, b: Operand): GraphValue => binary('Pow', a, b);
/** |a|; its gradient at 0 is 0. */
export const abs = (a: GraphValue): GraphValue => a.graph.apply('Abs', [a]);
/** Sine. */
export const sin = (a: GraphValue): GraphValue => a.graph.apply('Sin', [a]);
/** Cosine. */
export const cos = (a: GraphValue): GraphValue => a.graph.apply('Cos', [a]);

/** a where the condition holds and b elsewhere, broadcast. @param condition of type bool. */
export function where(condition: GraphValue, a: Operand, b: Operand): GraphValue {
  const { graph } = condition;
  return graph.apply('Where', [condition, toValue(graph, a), toValue(graph, b)]);
}

/** max(a, b), broadcast; without gradient. */
export const maximum = (a: GraphValue, b: Operand): GraphValue => binary('Max', a, b);

/** 1 where a is positive, 0 elsewhere; without gradient. One pass, which a comparison and a choice are not. */
export function isPositive(a: GraphValue): GraphValue {
  return a.graph.apply('HardSigmoid', [a], { alpha: { float: 1e38 }, beta: { float: 0 } });
}

/** Arithmetic and functions that work on each element by itself. */
export const elementwiseRules: OperatorRules = {
  Add: differentiableBinary((upstream) => [upstream, upstream]),
  Sub: differentiableBinary((upstream) => [upstream, neg(upstream)]),
  Mul: differentiableBinary((upstream, a, b) => [mul(upstream, b), mul(upstream, a)]),
  Div: differentiableBinary((upstream, _a, b, output) => [
    div(upstream, b),
    neg(div(mul(upstream, output), b)),
  ]),
  Neg: unaryRule((upstream) => neg(upstream)),
  Relu: unaryRule((upstream, output) => mul(upstream, isPositive(output))),
  Exp: unaryRule((upstream, output) => mul(upstream, output)),
  Log: unaryRule((upstream, _output, input) => div(upstream, input)),
  Sqrt: unaryRule((upstream, output) => div(mul(upstream, 0.5), output)),
  Reciprocal: unaryRule((upstream, output) => neg(mul(upstream, mul(output, output)))),
  Sigmoid: unaryRule((upstream, output) => mul(mul(upstream, output), sub(toValue(output.graph, 1), output))),
  Tanh: unaryRule((upstream, output) => mul(upstream, sub(toValue(output.graph, 1), mul(output, output)))),
  Identity: unaryRule((upstream) => upstream),
  Pow: differentiableBinary((upstream, a, b, output) => [
    mul(upstream, mul(b, pow(a, sub(b, 1)))),
    mul(upstream, mul(output, log(a))),
  ]),
  Abs: unaryRule((upstream, _output, input) => mul(upstream, input.graph.apply('Sign', [input]))),
  Sin: unaryRule((upstream, _output, input) => mul(upstream, cos(input))),
  Cos: unaryRule((upstream, _output, input) => neg(mul(upstream, sin(input)))),
  Max: { infer: inferBinary, gradient: null },
  Sign: withoutGradient(),
  Floor: withoutGradient(),
  Ceil: withoutGradient(),
  Round: withoutGradient(),
};

function withoutGradient(): OperatorRule {
  return { infer: inferUnary, gradient: null };
}

/** Rule of an operator on one value, from the gradient with respect to it. */
export function unaryRule(
  gradient: (upstream: GraphValue, output: GraphValue, input: GraphValue, node: GraphNode) => GraphValue,
): OperatorRule {
  return {
    infer: inferUnary,
    gradient: (node, output, upstream) => [gradient(upstream, output, node.inputs[0]!, node)],
  };
}

function inferUnary(node: GraphNode): ValueType {
  const { type, shape } = node.inputs[0]!;
  if (type === 'bool') refuseTypes(node, 'numeric');
  return { type, shape };
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

/** Type and shape of the result of arithmetic on two values. */
export function inferBinary(node: GraphNode): ValueType {
  const [a, b] = node.inputs;
  if (a!.type !== b!.type || a!.type === 'bool') {
    throw new TypeError(
      `${node.operator}: both inputs must be of one numeric type, got ${a!.type} and ${b!.type}`,
    );
  }
  return { type: a!.type, shape: broadcastShapes(node.operator, [a!.shape, b!.shape]) };
}

function binary(operator: string, a: GraphValue, b: Operand): GraphValue {
  return a.graph.apply(operator, [a, toValue(a.graph, b)]);
}

function toValue(graph: GraphValue['graph'], operand: Operand): GraphValue {
  return typeof operand === 'number' ? graph.scalar(operand) : operand;
}
