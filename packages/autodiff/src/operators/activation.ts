import { exp, greater, isPositive, maximum, mul, sigmoid, sub, unaryRule, where } from './elementwise.js';
import { type GraphNode, type GraphValue, type OperatorRules, refuseTypes } from './rule.js';

/** a where it is positive, slope · a elsewhere. */
export function leakyRelu(a: GraphValue, slope: number): GraphValue {
  return a.graph.apply('LeakyRelu', [a], { alpha: { float: slope } });
}

/** a kept within [low, high]; its gradient is 0 where it was not within, or at an end. */
export function clip(a: GraphValue, low: number, high: number): GraphValue {
  return a.graph.apply('Clip', [a, a.graph.scalar(low), a.graph.scalar(high)]);
}

/** a where it is positive, alpha · (e^a - 1) elsewhere. */
export function elu(a: GraphValue, alpha = 1): GraphValue {
  return a.graph.apply('Elu', [a], { alpha: { float: alpha } });
}

/** Logarithm of 1 + e^a, without overflow. */
export const softplus = (a: GraphValue): GraphValue => a.graph.apply('Softplus', [a]);

/** slope · a + offset kept within [0, 1]. */
export function hardSigmoid(a: GraphValue, slope: number, offset: number): GraphValue {
  return a.graph.apply('HardSigmoid', [a], { alpha: { float: slope }, beta: { float: offset } });
}

/** The error function. */
export const erf = (a: GraphValue): GraphValue => a.graph.apply('Erf', [a]);

/** Activation functions that have an ONNX operator of their own. */
export const activationRules: OperatorRules = {
  LeakyRelu: unaryRule((upstream, _output, input, node) => {
    const slope = floatAttribute(node, 'alpha');
    const isSmall = slope >= 0 && slope <= 1;
    if (isSmall) return mul(upstream, maximum(isPositive(input), slope));
    return where(greater(input, 0), upstream, mul(upstream, slope));
  }),
  Elu: unaryRule((upstream, _output, input, node) => {
    const alpha = floatAttribute(node, 'alpha');
    return where(greater(input, 0), upstream, mul(upstream, mul(exp(negativePart(input)), alpha)));
  }),
  Softplus: unaryRule((upstream, _output, input) => mul(upstream, sigmoid(input))),
  HardSigmoid: unaryRule((upstream, output, _input, node) =>
    within(mul(upstream, floatAttribute(node, 'alpha')), output, 0, 1),
  ),
  Erf: unaryRule((upstream, _output, input) =>
    mul(upstream, mul(exp(mul(mul(input, input), -1)), 2 / Math.sqrt(Math.PI))),
  ),
  Clip: {
    infer: (node) => {
      const [a, ...bounds] = node.inputs;
      const areScalars = bounds.every(({ constant, type }) => constant?.length === 1 && type === a!.type);
      if (bounds.length !== 2 || !areScalars) refuseTypes(node, 'a value and two constants of one element');
      return { type: a!.type, shape: a!.shape };
    },
    gradient(node, output, upstream) {
      const [low, high] = node.inputs.slice(1).map(({ constant }) => Number(constant![0]));
      return [within(upstream, output, low!, high!), null, null];
    },
  },
};

/** `gradient` where low < value < high, and 0 elsewhere; value is in [low, high]. */
function within(gradient: GraphValue, value: GraphValue, low: number, high: number): GraphValue {
  const { graph } = value;
  const aboveLow = isPositive(low === 0 ? value : sub(value, low));
  return mul(mul(gradient, aboveLow), isPositive(sub(graph.scalar(high), value)));
}

/** min(a, 0): what is positive must not overflow in a branch that is not taken. */
function negativePart(a: GraphValue): GraphValue {
  return where(greater(a, 0), 0, a);
}

function floatAttribute({ attributes }: GraphNode, name: string): number {
  return (attributes[name] as { readonly float: number }).float;
}
